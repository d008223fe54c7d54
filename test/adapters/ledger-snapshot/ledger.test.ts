import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { createFileSnapshotStore } from '../../../src/adapters/ledger-snapshot/file-store.ts';
import { createSnapshotLedger } from '../../../src/adapters/ledger-snapshot/ledger.ts';
import { LedgerUnavailable } from '../../../src/ports/ledger.ts';
import {
  aCaller,
  aHolder,
  aSession,
  aSight,
  claimOne,
  reviewWhole,
  steeredClock,
} from '../../contracts/ledger-harness.ts';
import { aKey, sha } from '../../support/builders.ts';

const anna = aHolder('anna');
const ben = aHolder('ben');
const query = { session: aSession, repositoryId: aKey.repositoryId, number: aKey.number };

async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'pushback-ledger-'));
  const path = join(folder, 'ledger.gz');
  const clock = steeredClock();
  return {
    path,
    folder,
    clock,
    /** Each as a process of its own would have it. */
    open: () => createSnapshotLedger({ store: createFileSnapshotStore(path), clock })(aCaller()),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

describe('a snapshot in a file', () => {
  test('is found again by the next process, readable by its owner alone, with nothing left beside it', async () => {
    await using at = await setUp();
    await reviewWhole(at.open(), anna, aSight(at), { summary: 'kept' });
    expect(await at.open().previous(query)).toMatchObject({
      outcome: 'found',
      record: { result: { summary: 'kept' } },
    });
    expect(await readdir(at.folder)).toEqual(['ledger.gz']);
    expect((await stat(at.path)).mode & 0o777).toBe(0o600);
    expect(at.open().capabilities).toEqual({ exclusive: false });
  });

  const snapshot = { format: 'pushback-ledger', version: 1, items: {}, data: {}, historyLost: null };
  test.each<[string, Buffer]>([
    ['empty', Buffer.alloc(0)],
    ['no gzip', Buffer.from('{"format":"pushback-ledger"}')],
    ['no JSON', gzipSync('pushback')],
    ['another format', gzipSync('{"format":"something else"}')],
    ['a newer version', gzipSync(JSON.stringify({ ...snapshot, version: 2 }))],
    [
      'a damaged item',
      gzipSync(JSON.stringify({ ...snapshot, items: { 'OWNER#1#SESSION#s\nPR#1#1': '{"schema":1}' } })),
    ],
    [
      'an item that is no JSON',
      gzipSync(JSON.stringify({ ...snapshot, items: { 'OWNER#1#SESSION#s\nSESSION': '{' } })),
    ],
  ])('that is %s is history lost, not an error', async (_name, bytes) => {
    await using at = await setUp();
    await writeFile(at.path, bytes);
    expect(await at.open().previous(query)).toMatchObject({ outcome: 'unavailable' });
    expect(await claimOne(at.open(), anna, aSight(at))).toMatchObject({ answer: 'review', previous: null });
    expect(await at.open().previous(query)).toMatchObject({ outcome: 'unavailable' });
    expect(await claimOne(at.open(), ben, aSight(at))).toMatchObject({ answer: 'wait' });
  });

  test('drops what has expired', async () => {
    await using at = await setUp();
    await reviewWhole(at.open(), anna, aSight(at));
    const before = (await readFile(at.path)).length;
    at.clock.advance(300 * 24 * 60 * 60);
    await claimOne(at.open(), anna, aSight(at, { headSha: sha('2') }));
    expect((await readFile(at.path)).length).toBeLessThan(before);
    expect((await at.open().history({ ...query, limit: 25 })).runs).toHaveLength(1);
  });

  test('does not take the place of what somebody else wrote in between', async () => {
    await using at = await setUp();
    await claimOne(at.open(), anna, aSight(at));
    const store = createFileSnapshotStore(at.path);
    const { etag } = await store.load();
    await claimOne(at.open(), ben, aSight(at, { headSeenAt: at.clock.now(), draft: true }));
    const between = await readFile(at.path);
    expect(await store.save(Buffer.from('older'), etag)).toBe(false);
    expect(await readFile(at.path)).toEqual(between);
  });

  test('that can not be read or written is a fault that names it', async () => {
    await using at = await setUp();
    const store = createFileSnapshotStore(at.folder);
    await expect(store.load()).rejects.toThrow(`The ledger file ${at.folder} can not be read.`);
    const below = createFileSnapshotStore(join(at.path, 'below'));
    await writeFile(at.path, '');
    await expect(createSnapshotLedger({ store: below, clock: at.clock })(aCaller()).list(aSession)).rejects.toThrow(
      LedgerUnavailable,
    );
  });
});
