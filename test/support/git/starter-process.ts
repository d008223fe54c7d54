import { spawn } from 'node:child_process';
import type { GitResult, StartAnswer, StartRequest } from './start-request.ts';

/** Starts git for a test's process, until that lets go of it. */

process.on('disconnect', () => process.exit());
process.on('message', (request: StartRequest) => {
  const { id } = request;
  start(request).then(
    (result) => answer({ id, result }),
    (error: Error) => answer({ id, fault: error.message }),
  );
});

function answer(told: StartAnswer): void {
  process.send?.(told);
}

async function start({ args, cwd, env, input }: StartRequest): Promise<GitResult> {
  const child = spawn('git', args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const closed = Promise.withResolvers<number | null>();
  child.once('error', closed.reject);
  child.once('close', closed.resolve);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => {}); // git may end before it has read everything; its exit code tells
  child.stdin.end(input ?? '');
  const code = await closed.promise;
  return { code: code ?? 1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() };
}
