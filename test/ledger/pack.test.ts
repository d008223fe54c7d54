import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { runIdOf } from '../../src/core/ids.ts';
import { ReviewResult } from '../../src/core/review-record.ts';
import { makeCursor, readCursor } from '../../src/ledger/cursor.ts';
import { packResult, unpackResult } from '../../src/ledger/pack.ts';
import { BadCursor } from '../../src/ports/ledger.ts';
import { aConsistentResult } from '../contracts/ledger-harness.ts';
import { aFinding, aKey, sha } from '../support/builders.ts';
import { aDataRef } from '../core/ledger/state.ts';

const runId = runIdOf({ ...aKey, headSha: sha('1') });
const result = ReviewResult.parse(aConsistentResult({ findings: [aFinding()], summary: 'ä 漢 \u0000' }));

describe('packed results', () => {
  test('come back as they were, and are the same whatever the order of their keys', async () => {
    const { packed, chunks } = await packResult(runId, result);
    expect(await unpackResult(aDataRef(packed), chunks)).toEqual({ outcome: 'unpacked', result });
    const reordered = ReviewResult.parse(Object.fromEntries(Object.entries(result).toReversed()));
    expect((await packResult(runId, reordered)).packed).toEqual(packed);
    expect((await packResult(runId, { ...result, summary: 'other' })).packed.sha256).not.toBe(packed.sha256);
  });

  test('that would unpack to more than was written are not unpacked', async () => {
    const { packed } = await packResult(runId, result);
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    expect(await unpackResult(aDataRef(packed), [bomb])).toEqual({
      outcome: 'unavailable',
      why: 'the stored data can not be unpacked',
    });
  });

  test('of another run are not taken for this one', async () => {
    const { packed, chunks } = await packResult(runIdOf({ ...aKey, headSha: sha('2') }), result);
    expect((await unpackResult(aDataRef(packed), chunks)).outcome).toBe('unavailable');
  });

  test('that say something else than their digest are refused', async () => {
    const { packed } = await packResult(runId, result);
    const { chunks } = await packResult(runId, { ...result, summary: 'ä 漢 \u0001' });
    expect(await unpackResult(aDataRef(packed), chunks)).toEqual({
      outcome: 'unavailable',
      why: 'the stored data is not what was written',
    });
  });
});

describe('cursors', () => {
  test('name a place in one history', () => {
    expect(readCursor(makeCursor(aKey, 17), aKey)).toBe(17);
  });

  test('of another pull request are refused', () => {
    expect(() => readCursor(makeCursor({ ...aKey, number: 13 }, 17), aKey)).toThrow(BadCursor);
  });
});
