import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideMode, type ModeFacts } from '../../src/core/decide-mode.ts';
import { CommitSha } from '../../src/core/ids.ts';
import { FULL_REASONS, INCREMENTAL_REASONS, NONE_REASONS } from '../../src/core/mode.ts';

const sha = (digit: string) => CommitSha.parse(digit.repeat(40));
const before = { headSha: sha('1'), baseRef: 'main', baseSha: sha('a'), mergeBaseSha: sha('a') };
const today = { ...before, headSha: sha('2') };
const found = { outcome: 'found', version: before, fingerprint: 'r1', complete: true } as const;

function facts(overrides: Partial<ModeFacts>): ModeFacts {
  return {
    force: null,
    today,
    previous: found,
    fingerprint: 'r1',
    incremental: 'auto',
    flag: { value: true, cause: 'default' },
    full: { files: 5, tokens: 1000 },
    interdiff: { outcome: 'scoped', files: 1, tokens: 100 },
    relation: 'ahead',
    ...overrides,
  };
}

describe('decideMode', () => {
  test.each<[string, Partial<ModeFacts>, string]>([
    ['nothing earlier', { previous: { outcome: 'none' }, interdiff: null }, 'full/first-review'],
    ['force full before everything', { force: 'full', previous: { outcome: 'none' }, interdiff: null }, 'full/forced'],
    ['force full with a small interdiff', { force: 'full' }, 'full/forced'],
    ['a rerun of the reviewed version', { force: 'rerun', today: before }, 'full/forced'],
    ['a rerun that meets a new head', { force: 'rerun' }, 'incremental/new-commits'],
    [
      'a rerun of a partial review',
      { force: 'rerun', today: before, previous: { ...found, complete: false } },
      'incremental/resumed-partial',
    ],
    ['another reviewer', { fingerprint: 'r2' }, 'full/reviewer-changed'],
    ['another reviewer before incremental off', { fingerprint: 'r2', incremental: 'false' }, 'full/reviewer-changed'],
    ['incremental off by input', { incremental: 'false' }, 'full/incremental-off'],
    ['incremental off by flag', { flag: { value: false, cause: 'owner' } }, 'full/incremental-off'],
    [
      'the input outranks the flag',
      { incremental: 'true', flag: { value: false, cause: 'owner' } },
      'incremental/new-commits',
    ],
    ['a record that is gone', { previous: { outcome: 'unavailable', why: 'gone' } }, 'full/history-unavailable'],
    ['commits that are gone', { interdiff: { outcome: 'unavailable', why: 'gone' } }, 'full/history-unavailable'],
    ['no reviewable file', { full: { files: 0, tokens: 0 } }, 'none/nothing-reviewable'],
    [
      'no reviewable file at the first look',
      { previous: { outcome: 'none' }, interdiff: null, full: { files: 0, tokens: 0 } },
      'none/nothing-reviewable',
    ],
    [
      'left over at the same version',
      { today: before, previous: { ...found, complete: false } },
      'incremental/resumed-partial',
    ],
    ['nothing of ours changed', { interdiff: { outcome: 'scoped', files: 0, tokens: 0 } }, 'none/unchanged'],
    [
      'nothing of ours changed in a rebase',
      { interdiff: { outcome: 'scoped', files: 0, tokens: 0 }, relation: 'rewritten' },
      'none/unchanged',
    ],
    [
      'as much as everything',
      { interdiff: { outcome: 'scoped', files: 5, tokens: 1000 } },
      'full/interdiff-not-smaller',
    ],
    ['history rewritten', { relation: 'rewritten' }, 'incremental/history-rewritten'],
    ['history unknown', { relation: 'unknown' }, 'incremental/history-rewritten'],
    ['main merged in', { today: { ...today, mergeBaseSha: sha('b') } }, 'incremental/base-moved'],
    ['retargeted', { today: { ...today, baseRef: 'release' } }, 'incremental/base-moved'],
    [
      'rebased onto a newer main',
      { today: { ...today, mergeBaseSha: sha('b') }, relation: 'rewritten' },
      'incremental/history-rewritten',
    ],
    ['commits added', {}, 'incremental/new-commits'],
  ])('%s', (_name, overrides, expected) => {
    const decision = decideMode(facts(overrides));
    expect(`${decision.mode}/${decision.reason}`).toBe(expected);
    expect(decision.detail).not.toBe('');
  });

  test('every combination of facts has one decision, and its reason belongs to its mode', () => {
    const reasons = { full: FULL_REASONS, incremental: INCREMENTAL_REASONS, none: NONE_REASONS };
    const anyFacts = fc.record<ModeFacts>({
      force: fc.constantFrom(null, 'full', 'rerun'),
      today: fc.constantFrom(before, today, { ...today, baseRef: 'x' }, { ...today, mergeBaseSha: sha('b') }),
      previous: fc.oneof(
        fc.constant<ModeFacts['previous']>({ outcome: 'none' }),
        fc.constant<ModeFacts['previous']>({ outcome: 'unavailable', why: 'w' }),
        fc.boolean().map<ModeFacts['previous']>((complete) => ({ ...found, complete })),
      ),
      fingerprint: fc.constantFrom('r1', 'r2'),
      incremental: fc.constantFrom('auto', 'true', 'false'),
      flag: fc.record({ value: fc.boolean(), cause: fc.constant('c') }),
      full: fc.record({ files: fc.nat(3), tokens: fc.nat(20) }),
      interdiff: fc.oneof(
        fc.constant(null),
        fc.constant<ModeFacts['interdiff']>({ outcome: 'unavailable', why: 'w' }),
        fc.record({ outcome: fc.constant('scoped' as const), files: fc.nat(3), tokens: fc.nat(20) }),
      ),
      relation: fc.constantFrom('ahead', 'rewritten', 'unknown'),
    });
    fc.assert(
      fc.property(anyFacts, (given) => {
        const decision = decideMode(given);
        expect(reasons[decision.mode]).toContain(decision.reason);
      }),
    );
  });
});
