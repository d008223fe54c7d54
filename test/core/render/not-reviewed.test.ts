import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NOTHING_COVERED, type PendingPath } from '../../../src/core/coverage.ts';
import { notReviewed } from '../../../src/core/render/not-reviewed.ts';
import { reviewParts } from '../../../src/core/render/summary.ts';
import type { ReviewView } from '../../../src/core/render/view.ts';
import { aView } from '../../support/views.ts';

function viewOf(excluded: PendingPath[], pending: PendingPath[] = []): ReviewView {
  return aView({ result: { coverage: { ...NOTHING_COVERED, excluded, pending } } });
}

function files(number: number, reason: string): PendingPath[] {
  return Array.from({ length: number }, (_, index) => ({ path: `${reason}/${index}.ts`, reason }));
}

/** The line that people see before they unfold it. */
function titleOf(text: string): string | undefined {
  return /<summary>(.*)<\/summary>/.exec(text)?.[1];
}

describe('what was not reviewed, in one line', () => {
  test.each<[excluded: PendingPath[], pending: PendingPath[], title: string | undefined]>([
    [[], [], undefined],
    [files(1, 'lockfile'), [], '1 file left out (lockfile)'],
    [
      [...files(1, 'lockfile'), ...files(3, 'snapshot')],
      files(2, 'more than 512 KiB of changes'),
      '2 files not reviewed yet, 4 files left out (snapshot 3, lockfile 1)',
    ],
    [
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'].flatMap((reason, index) => files(9 - index, reason)),
      [],
      '42 files left out (a 9, b 8, c 7, d 6, e 5, other reasons 7)',
    ],
    [files(1, 'a <b> @user #12 [x](https://e.example)'), [], '1 file left out (a b user 12 xhttpse.example)'],
  ])('%#', (excluded, pending, title) => {
    expect(titleOf(notReviewed(viewOf(excluded, pending), 10_000))).toBe(title);
  });

  test('a comment names some, the page of the run all', () => {
    const view = viewOf(files(500, 'lockfile'));
    const named = (parts: string[]): number => parts.join('\n').match(/`lockfile\/\d+\.ts`/g)?.length ?? 0;
    expect(named(reviewParts(view, 60_000))).toBe(20);
    expect(named(reviewParts(view, 250_000, true))).toBe(500);
  });

  test('it keeps within its room, and names each reason while there is any', () => {
    const reason = fc.constantFrom('lockfile', 'snapshot', 'vendored folder');
    const paths = fc.array(fc.record({ path: fc.string({ minLength: 1, maxLength: 400 }), reason }), { maxLength: 60 });
    fc.assert(
      fc.property(paths, fc.integer({ min: 0, max: 6000 }), (excluded, room) => {
        const text = notReviewed(viewOf(excluded), room, Infinity);
        expect(text.length).toBeLessThanOrEqual(room);
        const reasons = new Set(excluded.map((one) => one.reason)).size;
        const wide = notReviewed(viewOf(excluded), 60_000, Infinity);
        expect(wide.split('\n- ').length - 1).toBe(reasons);
      }),
    );
  });
});
