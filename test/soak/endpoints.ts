import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { EndpointOrders, EndpointSays } from './endpoint-process.ts';

const PROGRAM = fileURLToPath(new URL('endpoint-process.ts', import.meta.url));

/** One endpoint that can be killed and comes back at the same address. */
export async function startEndpointProcess(orders: Omit<EndpointOrders, 'port'>) {
  let port = 0;
  let child: ChildProcess;
  let kills = 0;

  async function start(): Promise<string> {
    child = fork(PROGRAM, [JSON.stringify({ ...orders, port } satisfies EndpointOrders)], {
      execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const said = await Promise.race([heard(child), once(child, 'exit').then(([code]) => Promise.reject(ended(code)))]);
    if (!('url' in said)) throw new Error('the endpoint said something else before its address');
    port = Number(new URL(said.url).port);
    return said.url;
  }

  const url = await start();
  return {
    url,
    get kills() {
      return kills;
    },
    /** In the middle of whatever it does. */
    async kill(): Promise<void> {
      kills += 1;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
    start,
    /** What it holds after all garbage is gone. */
    async heapBytes(): Promise<number> {
      const answer = heard(child);
      child.send('memory');
      const said = await answer;
      if (!('heapBytes' in said)) throw new Error('the endpoint was asked for its memory, and said something else');
      return said.heapBytes;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
export type EndpointProcess = Awaited<ReturnType<typeof startEndpointProcess>>;

async function heard(child: ChildProcess): Promise<EndpointSays> {
  const [message] = (await once(child, 'message')) as [EndpointSays];
  return message;
}

const ended = (code: unknown): Error => new Error(`the endpoint ended with ${String(code)} before it answered`);
