import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { startRuntimeApi, type Invoked, type RuntimeApi } from './runtime-api.ts';

export type SandboxOptions = {
  /** AWS's runtime client. */
  program: string;
  /** Folder that holds the bundled handler, `index.mjs`. */
  code: string;
  environment: Record<string, string>;
  /** How long one event may take; Lambda then ends the sandbox. */
  timeoutMs: number;
};

export type Outcome = Invoked | { outcome: 'timed-out' };

type Running = { api: RuntimeApi; child: ChildProcess; initMs: number };

/** A function as Lambda runs it: started by its first event, ended when an event takes too long, then started anew. */
export function createSandbox(options: SandboxOptions) {
  const lines: string[] = [];
  let running: Running | null = null;
  let starts = 0;

  async function start(): Promise<Running> {
    const api = await startRuntimeApi();
    const startedAt = performance.now();
    starts += 1;
    const child = spawn(process.execPath, [options.program, 'index.handler'], {
      cwd: options.code,
      env: {
        PATH: process.env['PATH'] ?? '',
        AWS_LAMBDA_RUNTIME_API: api.address,
        LAMBDA_TASK_ROOT: options.code,
        _HANDLER: 'index.handler',
        AWS_LAMBDA_FUNCTION_NAME: 'pushback',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/pushback',
        AWS_LAMBDA_LOG_STREAM_NAME: 'local',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_REGION: 'local',
        ...options.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => lines.push(...text.split('\n').filter(Boolean)));
    }
    const exited = once(child, 'exit').then(([code]) => {
      throw new Error(`the function ended with ${code}: ${lines.slice(-5).join(' ')}`);
    });
    try {
      await Promise.race([api.started, exited]);
    } catch (error) {
      await end({ api, child, initMs: 0 });
      throw error;
    }
    exited.catch(() => undefined);
    return { api, child, initMs: performance.now() - startedAt };
  }

  async function end({ api, child }: Running): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    await api[Symbol.asyncDispose]();
  }

  return {
    /** What the function wrote, a line each. */
    lines,
    /** How often it was started. */
    get starts() {
      return starts;
    },
    /** Starts it if need be: milliseconds until it asked for its first event. */
    async init(): Promise<number> {
      running ??= await start();
      return running.initMs;
    },
    /** Greatest memory of the running process in bytes; 0 where the machine does not tell. */
    async peakMemory(): Promise<number> {
      const status = await readFile(`/proc/${running?.child.pid}/status`, 'utf8').catch(() => '');
      return Number(/^VmHWM:\s+([0-9]+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
    },
    async invoke(event: APIGatewayProxyEventV2 | object): Promise<Outcome> {
      running ??= await start();
      const { promise: late, resolve } = Promise.withResolvers<'late'>();
      const timer = setTimeout(() => resolve('late'), options.timeoutMs);
      const invoked = await Promise.race([running.api.invoke(event, options.timeoutMs), late]);
      clearTimeout(timer);
      if (invoked !== 'late') return invoked;
      await end(running);
      running = null;
      return { outcome: 'timed-out' };
    },
    async [Symbol.asyncDispose]() {
      if (running !== null) await end(running);
      running = null;
    },
  };
}
