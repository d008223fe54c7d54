import { spawn } from 'node:child_process';
import type { StartAnswer, StartRequest } from './starter.ts';

/** Starts git for a test's process, which has so much memory that starting anything takes it ten times as long. */

const IDLE_MS = 10_000;
let running = 0;
let idle = setTimeout(leave, IDLE_MS);

process.on('disconnect', () => process.exit());
process.on('message', (request: StartRequest) => {
  clearTimeout(idle);
  running += 1;
  start(request, (answer) => {
    process.send?.(answer);
    running -= 1;
    if (running === 0) idle = setTimeout(leave, IDLE_MS);
  });
});

function leave(): void {
  process.disconnect();
}

function start({ id, args, cwd, env, input }: StartRequest, answer: (answer: StartAnswer) => void): void {
  const child = spawn('git', args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => {}); // git may end before it has read everything; its exit code tells
  child.once('error', (error) => answer({ id, fault: error.message }));
  child.once('close', (code) => {
    answer({
      id,
      result: { code: code ?? 1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() },
    });
  });
  child.stdin.end(input ?? '');
}
