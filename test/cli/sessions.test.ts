import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PutItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { createDynamoDbLedger } from '../../src/adapters/ledger-dynamodb/ledger.ts';
import { createFileSnapshotStore } from '../../src/adapters/ledger-snapshot/file-store.ts';
import { createSnapshotLedger } from '../../src/adapters/ledger-snapshot/ledger.ts';
import { sessionsCommand } from '../../src/cli/sessions/command.ts';
import { sessionsSubcommand } from '../../src/cli/sessions/subcommand.ts';
import { PullRequestNumber, SessionName } from '../../src/core/ids.ts';
import { NO_USAGE } from '../../src/core/usage.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import {
  aCaller,
  aHolder,
  aSight,
  claim,
  claimOne,
  deliverOne,
  releaseOne,
  reviewWhole,
  steeredClock,
  submitOne,
} from '../contracts/ledger-harness.ts';
import { sha } from '../support/builders.ts';
import { createTestTable } from '../support/dynamodb-local.ts';
import { awsEnvironment, runPushback, runSubcommand, type Ran } from './run-command.ts';

const START = 1_795_240_800; // 2026-11-21 06:00 UTC
const [anna, ben, cleo] = [aHolder('anna'), aHolder('ben'), aHolder('cleo')];

const aDayAsText = `acme/shop#12: 2 pull requests, since 2026-11-21 06:00 UTC
  acme/shop#12: running (attempt 1 of run_4711_12_4444444444444444444444444444444444444444 is reviewing this head; its lease ends in 100 s); head 4444444 into main
    head     status      mode                verdict   attempts  started (UTC)     took         read           tokens   cost       lease
    4444444  running     -                   -                1  2026-11-21 06:12  20 s            -                -      -  100 s left
    3333333  superseded  -                   -                1  2026-11-21 06:11     -            -                -      -           -
      superseded by 4444444444444444444444444444444444444444
    2222222  failed      -                   -                2  2026-11-21 06:10     -            -                -      -           -
      failed: the reviewer [31mfell over at U+202Eonce
    1111111  delivered   full, first-review  approved         1  2026-11-21 06:00  42 s  900 of 3.4k  12k in, 678 out  $0.42           -
  acme/shop#13: ineligible (the pull request is a draft); head 1111111 into main
    no runs
`;

type Clock = ReturnType<typeof steeredClock>;

/** A day in the life of `acme/shop#12`, with a draft beside it in the same session. */
async function aDay(ledger: Ledger, clock: Clock): Promise<void> {
  const usage = {
    ...NO_USAGE,
    inputTokens: 12_345,
    outputTokens: 678,
    costUsd: 0.42,
    scopeTokens: 900,
    fullTokens: 3_400,
  };
  const first = await claimOne(ledger, anna, aSight({ clock }));
  clock.advance(42);
  await submitOne(ledger, first, anna, { usage });
  await deliverOne(ledger, first, anna);
  clock.advance(600);
  await releaseOne(ledger, await claimOne(ledger, ben, aSight({ clock }, { headSha: sha('2') })), ben, 'cancelled');
  const failed = await claimOne(ledger, cleo, aSight({ clock }, { headSha: sha('2') }));
  await ledger.release({
    session: SessionName.parse('acme/shop#12'),
    runs: [
      {
        runId: failed.run!.runId,
        token: cleo.token,
        status: 'failed',
        why: 'the reviewer \u001b[31mfell\u0007 over\nat \u202eonce',
      },
    ],
  });
  clock.advance(60);
  await claimOne(ledger, cleo, aSight({ clock }, { headSha: sha('3') }));
  clock.advance(60);
  await claimOne(ledger, anna, aSight({ clock }, { headSha: sha('4') }));
  const draft = aSight({ clock }, { number: PullRequestNumber.parse(13), draft: true, exclusion: 'draft' });
  await claim(ledger, ben, [draft]);
  clock.advance(20);
}

const run = (args: string[], environment: Record<string, string>, clock: Clock): Promise<Ran> =>
  runSubcommand(['sessions', ...args], environment, (streams) =>
    sessionsSubcommand(async (flags, session) => void (await sessionsCommand(flags, session, streams, clock))),
  );

async function setUp() {
  const table = await createTestTable();
  const clock = steeredClock(START);
  const { client, tableName } = table;
  const ledgerFor = createDynamoDbLedger({ client, tableName, clock });
  return {
    clock,
    ledger: ledgerFor(aCaller()),
    ledgerFor,
    sessions: (...args: string[]) => run([...args, '--table', tableName], awsEnvironment(table.endpoint), clock),
    put: (item: Record<string, AttributeValue>) =>
      client.send(new PutItemCommand({ TableName: tableName, Item: item })),
    [Symbol.asyncDispose]: () => table[Symbol.asyncDispose](),
  };
}

describe('pushback sessions over a table', () => {
  test('a table for people', async () => {
    await using at = await setUp();
    await aDay(at.ledger, at.clock);
    const { out, err, code } = await at.sessions('--owner', '9001');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(aDayAsText);
  });

  test('the same as JSON, by the name of the session', async () => {
    await using at = await setUp();
    await aDay(at.ledger, at.clock);
    const { out } = await at.sessions('acme/shop#12', '--owner', '9001', '--json', '--runs', '2');
    expect(out.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(out)).toMatchObject({
      sessions: [
        {
          session: 'acme/shop#12',
          pullRequests: [
            {
              state: 'running',
              moreRuns: true,
              runs: [
                { status: 'running', attempt: 1, leaseSecondsLeft: 100, usage: null },
                { status: 'superseded', attempt: 1, leaseSecondsLeft: null, why: `superseded by ${sha('4')}` },
              ],
            },
            { state: 'ineligible', detail: 'the pull request is a draft', runs: [], moreRuns: false },
          ],
        },
      ],
      left: 0,
    });
  });

  test('the newest first, so many at most, of all pages of the table and of this owner alone', async () => {
    await using at = await setUp();
    await reviewWhole(at.ledgerFor(aCaller({ ownerId: '9' })), anna, aSight(at));
    for (const name of ['b', 'c', 'a']) {
      const session = SessionName.parse(name);
      at.clock.advance(60);
      await claimOne(at.ledger, anna, aSight(at), { session });
      for (const sk of ['DATA#1', 'DATA#2']) {
        await at.put({ pk: { S: `OWNER#9001#SESSION#${name}` }, sk: { S: sk }, chunk: { B: Buffer.alloc(390_000) } });
      }
    }
    const names = async (...args: string[]) => {
      const { out } = await at.sessions(...args, '--json');
      const { sessions, left } = JSON.parse(out) as { sessions: { session: string }[]; left: number };
      return { names: sessions.map(({ session }) => session), left };
    };
    expect(await names('--owner', '9001')).toEqual({ names: ['a', 'c', 'b'], left: 0 });
    expect(await names('--owner', '9001', '--limit', '2')).toEqual({ names: ['a', 'c'], left: 1 });
    expect(await names('--owner', '900')).toEqual({ names: [], left: 0 });
    expect((await at.sessions('--owner', '9001', '--limit', '2')).out).toMatch(/\nand 1 older session \(--limit\)\n$/);
    expect(await at.sessions('d', '--owner', '9001')).toEqual({ code: 0, out: 'no session\n', err: '' });
  });
});

describe('pushback sessions over a file', () => {
  async function aFolder() {
    const path = await mkdtemp(join(tmpdir(), 'pushback-sessions-'));
    return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
  }

  test('what the table shows, the file shows', async () => {
    await using at = await setUp();
    await using folder = await aFolder();
    const file = join(folder.path, 'ledger');
    const clock = steeredClock(START);
    const ledger = createSnapshotLedger({ store: createFileSnapshotStore(file), clock })(aCaller());
    await aDay(at.ledger, at.clock);
    await aDay(ledger, clock);
    expect(await run(['--ledger', file], {}, clock)).toEqual(await at.sessions('--owner', '9001'));
    expect((await run(['acme/shop#12', '--ledger', file], {}, clock)).out).toContain('acme/shop#12: 2 pull requests\n');
  });

  test('no file, or none of ours', async () => {
    await using folder = await aFolder();
    const file = join(folder.path, 'ledger');
    expect(await runPushback(['sessions', '--ledger', file])).toEqual({
      code: 2,
      out: '',
      err: `error: --ledger: there is no file ${file}\n`,
    });
    await writeFile(file, 'nothing of ours');
    expect(await run(['--ledger', file], {}, steeredClock())).toEqual({
      code: 1,
      out: '',
      err: `the ledger ${file} can not be read: the stored snapshot can not be unpacked`,
    });
  });
});

test.each<[string, string[], string[]]>([
  ['no source', [], ['--table, --ledger']],
  ['two sources, and no owner', ['--table', 'reviews', '--ledger', 'x'], ['--table, --ledger']],
  ['a table without an owner', ['--table', 'reviews', '--region', 'local'], ['--owner']],
  [
    'everything',
    ['two words', '--table', 'a b', '--owner', 'acme', '--limit', '0', '--runs', '101'],
    ['session', '--owner', '--limit', '--runs', '--table'],
  ],
])('wrong use: %s', async (_name, args, said) => {
  const ran = await run(args, {}, steeredClock());
  expect({
    code: ran.code,
    said: ran.err
      .split('; ')
      .map((fault) => fault.split(':')[0])
      .filter((fault) => said.includes(fault ?? '')),
  }).toEqual({ code: 2, said });
});
