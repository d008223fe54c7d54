import { execFile } from 'node:child_process';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { bundleLambda } from '../../scripts/build/bundle.ts';
import { eventOf } from '../lambda/support/event.ts';

const run = promisify(execFile);

test('the bundle that is deployed runs alone, and answers', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'pushback-lambda-'));
  await bundleLambda(folder.path);
  const entry = pathToFileURL(join(folder.path, 'index.mjs')).href;
  const events = [eventOf('GET', '/v1/health'), eventOf('GET', '/v1/reviews?session=s')];
  const script = `
    const { handler } = await import(${JSON.stringify(entry)});
    const answers = [];
    for (const event of ${JSON.stringify(events)}) answers.push(await handler(event));
    process.stdout.write(JSON.stringify(answers.map(({ statusCode, body }) => [statusCode, JSON.parse(body).type ?? JSON.parse(body)])));`;
  const env = {
    PUSHBACK_TABLE: 'ledger',
    PUSHBACK_AUDIENCE: 'https://reviews.test',
    PUSHBACK_OWNERS: '7',
    AWS_REGION: 'eu-west-1',
  };
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { env, cwd: folder.path });
  const lines = stdout.trim().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toEqual([
    [200, { status: 'ok', contract: '1.0' }],
    [401, 'urn:pushback:problem:unauthenticated'],
  ]);
  expect(lines.slice(0, -1).map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { message: 'request', status: 200 },
    { message: 'request', status: 401 },
  ]);
});

test('without its environment it ends at its start, and says what is missing', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'pushback-lambda-'));
  await bundleLambda(folder.path);
  const started = run(process.execPath, [join(folder.path, 'index.mjs')], { env: {} });
  await expect(started).rejects.toThrow(/BadEnvironment.*PUSHBACK_TABLE.*PUSHBACK_AUDIENCE/);
});
