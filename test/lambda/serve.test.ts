import { request } from 'node:http';
import { expect, test } from '@jest/globals';
import { startEndpoint, UnsafeEndpoint } from '../../lambda/serve.ts';
import { createMemoryLedger } from '../../src/adapters/ledger-memory/ledger.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { OwnerId } from '../../src/core/ids.ts';
import { claimCommand } from './support/commands.ts';

const options = {
  port: 0,
  ledgerFor: createMemoryLedger({ clock: systemClock }),
  auth: { kind: 'insecure-owner' as const, ownerId: OwnerId.parse('7') },
  clock: systemClock,
  log: () => undefined,
};

test.each(['0.0.0.0', '::', '192.0.2.1', 'example.test', '127.0.0.1.evil.test'])(
  'without tokens it does not listen on %s',
  async (host) => {
    await expect(startEndpoint({ ...options, host })).rejects.toThrow(UnsafeEndpoint);
  },
);

test.each([undefined, 'localhost', '127.0.0.1'])('without tokens it serves one owner on %s', async (host) => {
  const endpoint = await startEndpoint({ ...options, ...(host === undefined ? {} : { host }) });
  const response = await fetch(`${endpoint.url}/v1/claims`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(claimCommand({ session: `on-${host}` })),
  });
  await endpoint.close();
  expect([response.status, await response.json()]).toMatchObject([
    201,
    { answers: [{ answer: 'review', run: { trust: 'protected' } }] },
  ]);
  await expect(fetch(`${endpoint.url}/v1/health`)).rejects.toThrow();
});

test('without tokens a name that was made to point here is not answered', async () => {
  const endpoint = await startEndpoint(options);
  const status = (host: string) =>
    new Promise((resolve, reject) => {
      request(`${endpoint.url}/v1/health`, { headers: { host } }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
  const answers = [await status('rebound.test'), await status('localhost:1234')];
  await endpoint.close();
  expect(answers).toEqual([421, 200]);
});

test('a port in use is said so', async () => {
  const endpoint = await startEndpoint(options);
  const port = Number(new URL(endpoint.url).port);
  await expect(startEndpoint({ ...options, port })).rejects.toThrow(/EADDRINUSE/);
  await endpoint.close();
});
