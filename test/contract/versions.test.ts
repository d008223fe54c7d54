import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, describe } from '@jest/globals';
import { createHttpLedger } from '../../src/adapters/ledger-http/ledger.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';
import { routes, type Route, type RouteName } from '../../src/contract/routes.ts';
import { PreviousQuery } from '../../src/core/ledger/commands.ts';
import { startTestEndpoint } from '../lambda/support/endpoint.ts';
import type { RecordedCall } from '../support/contract/calls.ts';

/**
 * Action and endpoint of different versions: what each released version sent and was answered lies recorded under
 * test/fixtures/contract (scripts/record-contract.ts), and is replayed against today's.
 */

const FOLDER = 'test/fixtures/contract';
const versions = (await readdir(FOLDER)).toSorted();

async function recordingOf(version: string): Promise<{ name: string; call: RecordedCall }[]> {
  const names = (await readdir(join(FOLDER, version))).toSorted();
  const read = async (name: string) => JSON.parse(await readFile(join(FOLDER, version, name), 'utf8')) as RecordedCall;
  return Promise.all(names.map(async (name) => ({ name, call: await read(name) })));
}

/** The same with a field that nobody knows, of several kinds, in every object. */
function withUnknownFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknownFields);
  if (value === null || typeof value !== 'object') return value;
  const fields = Object.entries(value).map(([name, inner]) => [name, withUnknownFields(inner)] as const);
  return { ...Object.fromEntries(fields), fromALaterVersion: { deep: [1, 'two', null] }, alsoNew: null };
}

/** What the recorded answer says and today's does not, by path; today's may say more. */
function missing(recorded: unknown, today: unknown, path = '$'): string[] {
  if (recorded === null || today === null) return [];
  if (Array.isArray(recorded)) {
    if (!Array.isArray(today)) return [`${path} is no list any more`];
    return recorded.flatMap((each, index) => missing(each, today[index], `${path}.${index}`));
  }
  if (typeof recorded !== typeof today) return [`${path} was ${typeof recorded} and is ${typeof today}`];
  if (typeof recorded !== 'object') return [];
  return Object.entries(recorded ?? {}).flatMap(([name, inner]) =>
    missing(inner, (today as Record<string, unknown>)[name], `${path}.${name}`),
  );
}

/** The fields whose values are the answer itself; all others may differ by the day. */
function tellingOf(answer: unknown): string {
  const told: string[] = [];
  JSON.stringify(answer, (key, value: unknown) => {
    if (['answer', 'status', 'outcome', 'state', 'verdict', 'reason', 'mode'].includes(key))
      told.push(`${key}: ${String(value)}`);
    return value;
  });
  return told.join('\n');
}

test("today's contract is recorded", () => {
  expect(versions).toContain(CONTRACT_VERSION);
});

describe.each(versions)('version %s', (version) => {
  test.each([
    ['as it was sent', (body: unknown) => body],
    ['with fields that nobody knows yet', withUnknownFields],
  ])('what the action sent, %s, is answered as it was', async (_how, dress) => {
    await using endpoint = await startTestEndpoint();
    for (const { name, call } of await recordingOf(version)) {
      const sent = call.body === null ? {} : { body: dress(call.body) };
      const { status, body } = await endpoint.call(call.method, call.target, sent);
      expect({ name, status, told: tellingOf(body) }).toEqual({
        name,
        status: call.status,
        told: tellingOf(call.answer),
      });
      expect(missing(call.answer, body)).toEqual([]);
    }
  });

  test.each([
    ['as they were', (body: unknown) => body],
    ['with fields that nobody knows yet', withUnknownFields],
  ])('what the endpoint answered, %s, is understood', async (_how, dress) => {
    for (const { name, call } of await recordingOf(version)) {
      const path = call.target.split('?')[0];
      const [route] = Object.entries<Route>(routes).find(([, each]) => each.path === path) ?? [];
      const schema = (routes[route as RouteName].answers as Route['answers'])[call.status]?.body;
      const read = schema?.safeParse(dress(call.answer));
      expect({ name, success: read?.success, issues: read?.error?.issues }).toEqual({
        name,
        success: true,
        issues: undefined,
      });
    }
  });

  test("the action's client reads the recorded answers over HTTP", async () => {
    const recording = await recordingOf(version);
    const server = createServer((request, response) => {
      const path = (request.url ?? '').split('?')[0];
      // The last answer of each call: by then there was a review to be told of.
      const found = recording.findLast(({ call }) => call.target.split('?')[0] === path)?.call;
      response.writeHead(found?.status ?? 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(withUnknownFields(found?.answer)));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ledger = createHttpLedger({ endpoint, idToken: async () => 'token', clock: systemClock, random: () => 0 });
    const query = PreviousQuery.parse({ session: 'acme/shop#12', repositoryId: 100, number: 12 });
    try {
      expect(await ledger.previous(query)).toMatchObject({
        outcome: 'found',
        record: { result: { findings: [{ shortId: 1 }] } },
      });
      expect(await ledger.list(query.session)).toMatchObject([{ pullRequest: { number: 12 } }]);
      expect((await ledger.history({ ...query, limit: 10 })).runs).toMatchObject([{ pullRequest: { number: 12 } }]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});
