import { describe, expect, test } from '@jest/globals';
import { conclude, type ConclusionInput } from '../../src/core/conclude.ts';
import { PATCH_DIGEST } from '../../src/core/patch-digest.ts';
import { SAME_LINES } from '../../src/core/findings/version-map.ts';
import { NOTHING_SAID } from '../../src/core/findings/today.ts';
import { runIdOf } from '../../src/core/ids.ts';
import { fullScope } from '../../src/core/scope.ts';
import { NO_USAGE } from '../../src/core/usage.ts';
import { aFinding, aKey, aRecord, aVersion, sha } from '../support/builders.ts';
import { fileDiff } from '../support/git/file-diff.ts';

const CODE = ['const a = 1;', 'if (a == b) {', '}'];
const fullDiff = [
  fileDiff({ path: 'src/cart.ts', before: null, after: CODE }),
  fileDiff({ path: 'src/price.ts', before: null, after: ['const price = 1;'] }),
];
const version = aVersion();
const lines = (path: string): readonly string[] | null => (path === 'src/cart.ts' ? CODE : null);

function anInput(overrides: Partial<ConclusionInput> = {}): ConclusionInput {
  return {
    runId: runIdOf({ ...aKey, headSha: version.headSha }),
    version,
    decision: { mode: 'full', reason: 'first-review', detail: '' },
    fullDiff,
    scope: fullScope({ fullDiff, countTokens: (text) => text.length, why: 'all' }),
    today: { headSha: version.headSha, fullDiff, earlier: [], dismissals: [], lines },
    said: NOTHING_SAID,
    notReviewed: [],
    summary: 'Fine.',
    reviewer: { name: 'sarif', model: null, fingerprint: 'r1', sessionId: null },
    previous: null,
    nextShortId: 1,
    usage: NO_USAGE,
    hash: (text) => Buffer.from(text).toString('hex').slice(-40).padStart(40, '0'),
    ...overrides,
  };
}

const raw = {
  severity: 'warning',
  category: 'correctness',
  path: 'src/cart.ts',
  line: 2,
  side: 'RIGHT',
  quote: 'if (a == b) {',
  title: 'Compare with ===',
  body: '',
} as const;

describe('conclude', () => {
  test('nothing said of everything: approved, and all of it covered at this version', () => {
    const { result } = conclude(anInput());
    expect(result).toMatchObject({ verdict: 'approved', summary: 'Fine.', previousSha: null, findings: [] });
    expect(result.coverage).toEqual({
      versions: [{ mergeBaseSha: version.mergeBaseSha, headSha: version.headSha }],
      covered: [
        { path: 'src/cart.ts', previousPath: null, version: 0, digest: expect.stringMatching(PATCH_DIGEST) },
        { path: 'src/price.ts', previousPath: null, version: 0, digest: expect.stringMatching(PATCH_DIGEST) },
      ],
      pending: [],
      excluded: [],
    });
  });

  test.each([
    ['a warning', { findings: [raw] }, [], 'changes_requested'],
    ['a suggestion', { findings: [{ ...raw, severity: 'suggestion' as const }] }, [], 'approved'],
    ['a file left over', { findings: [] }, [{ path: 'src/price.ts', reason: 'no room' }], 'inconclusive'],
    [
      'a warning, and a file left over',
      { findings: [raw] },
      [{ path: 'src/price.ts', reason: 'no room' }],
      'changes_requested',
    ],
    [
      'a file left over that is not of this review',
      { findings: [] },
      [{ path: 'other.ts', reason: 'no room' }],
      'approved',
    ],
  ])('%s', (_name, { findings }, notReviewed, verdict) => {
    const said = { kind: 'scope' as const, findings: [...findings], judgements: [] };
    expect(conclude(anInput({ said, notReviewed })).result.verdict).toBe(verdict);
  });

  test('where nobody was asked, the words and the findings of the previous review stand', () => {
    const finding = aFinding({ status: 'new', line: 2, endLine: 2, quote: 'if (a == b) {' });
    const previous = aRecord({
      version: aVersion({ headSha: sha('7') }),
      result: { summary: 'Adds a cart.', findings: [finding], verdict: 'changes_requested' },
    });
    const earlier = [{ findings: [finding], map: SAME_LINES, delivered: true }];
    const { result } = conclude(
      anInput({
        decision: { mode: 'none', reason: 'unchanged', detail: '' },
        scope: { files: [], excluded: [], movedUpstream: 0, tokens: 0, fullTokens: 10, fullFiles: 2 },
        summary: null,
        previous,
        today: { headSha: version.headSha, fullDiff, earlier, dismissals: [], lines },
      }),
    );
    expect(result).toMatchObject({
      mode: 'none',
      reason: 'unchanged',
      summary: 'Adds a cart.',
      verdict: 'changes_requested',
      previousSha: sha('7'),
    });
    expect(result.findings.map(({ id, status }) => [id, status])).toEqual([[finding.id, 'open']]);
  });
});
