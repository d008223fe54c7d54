import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from '@jest/globals';
import { serveCommand, type ServeFlags } from '../../src/cli/serve.ts';
import { WrongUse } from '../../src/cli/wrong-use.ts';
import { processTree } from '../support/github/runner/process-tree.ts';

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [resolve('scripts/pushback.ts'), 'serve', '--json', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('its output is not piped');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('it ended without a word');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const wrong = async (flags: Partial<ServeFlags>): Promise<readonly string[]> => {
  const complete: ServeFlags = { port: '0', table: 'pushback', json: true, ...flags };
  const error: unknown = await serveCommand(complete, { out: () => undefined, err: () => undefined }).catch(
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof WrongUse)) throw new Error('it was taken for right');
  return error.faults;
};

describe('pushback serve', () => {
  test('answers over DynamoDB Local, and leaves no process behind when it is told to end', async () => {
    const child = start('--insecure-owner', '1');
    const ended = once(child, 'close');
    try {
      const { url } = JSON.parse(await firstLine(child)) as { url: string };
      const health = await fetch(`${url}/v1/health`, { headers: { connection: 'close' } });
      expect([health.status, await health.json()]).toEqual([200, expect.objectContaining({ status: 'ok' })]);
      const started = processTree(child.pid ?? 0);
      expect(started.length).toBeGreaterThan(1);
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
      expect(started.filter(isAlive)).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
  }, 60_000);

  test.each<[string, Partial<ServeFlags>, RegExp[]]>([
    ['nobody may call', {}, [/^--audience: needed/, /^--owners: needed/]],
    [
      'kept for times that can not be',
      { insecureOwner: '1', dataDays: 'long', runDays: '10', pullRequestDays: '10' },
      [/^--data-days: must be whole days/, /^--pull-request-days: must be more than the 10 days of runs/],
    ],
    [
      'everything',
      { port: '80.5', dynamodb: 'localhost', audience: 'x', owners: '1,acme', issuer: 'me', jwksUrl: 'ftp://keys' },
      [
        /^--port: .*"80.5"/,
        /^--owners: must be numeric/,
        /^--issuer: "me"/,
        /^--jwks-url: "ftp:/,
        /^--dynamodb: "localhost"/,
      ],
    ],
    ['an owner by name', { insecureOwner: 'acme', port: '-1' }, [/^--port: /, /^--insecure-owner: "acme"/]],
  ])('wrong use, all at once: %s', async (_name, flags, expected) => {
    expect(await wrong(flags)).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });
});
