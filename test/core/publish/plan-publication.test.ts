import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Finding } from '../../../src/core/finding.ts';
import type { PublishPlan, StandingComment } from '../../../src/core/publish/plan.ts';
import { mayLeadToReview, planPublication, type Publication } from '../../../src/core/publish/plan-publication.ts';
import type { Scope } from '../../../src/core/scope.ts';
import { verdictOf } from '../../../src/core/verdict.ts';
import { NOTHING_COVERED } from '../../../src/core/coverage.ts';
import { aFinding, aRecord, aVersion, sha } from '../../support/builders.ts';
import { carryOut, NO_CONVERSATION } from '../../support/carry-out.ts';
import { aContext, somePublicationOptions } from '../../support/views.ts';
import { aFileDiff, aHunk } from './diffs.ts';

const NOTHING = NO_CONVERSATION;
const NO_SCOPE: Scope = { files: [], excluded: [], movedUpstream: 0, tokens: 0, fullTokens: 0, fullFiles: 0 };
const LINES = 30;
const fullDiff = [
  aFileDiff('src/cart.ts', [
    aHunk(
      1,
      1,
      Array.from({ length: LINES }, (_, at) => `+line ${at + 1}`),
    ),
  ]),
];
const idOf = (number: number): string => `f${String(number).padStart(23, '0')}`;

function numbered(number: number, overrides: Partial<Finding> = {}): Finding {
  return aFinding({
    id: idOf(number),
    shortId: number,
    line: number,
    endLine: number,
    quote: `line ${number}`,
    ...overrides,
  });
}

function aPublication(findings: Finding[], overrides: Partial<Publication> = {}): Publication {
  const record = aRecord({ result: { findings, verdict: verdictOf(findings, NOTHING_COVERED) } });
  return {
    record,
    conversation: NOTHING,
    fullDiff,
    options: somePublicationOptions,
    context: aContext(),
    ...overrides,
  };
}

function commented(plan: PublishPlan): string[] {
  return plan.review.action === 'create' ? plan.review.comments.map(({ findingId }) => findingId) : [];
}

describe('whether a review may come of it', () => {
  const posted = aPublication([numbered(1), numbered(2)]);
  const standing = carryOut(planPublication(posted), NOTHING);
  const open = [numbered(1, { status: 'open' }), numbered(2, { status: 'open' })];
  const strict = { ...somePublicationOptions, requestChangesAt: 'warning' as const };

  test.each([
    ['where there is no summary yet', [], NOTHING, somePublicationOptions, true],
    ['where all is told', open, standing, somePublicationOptions, false],
    ['where all is fixed', [numbered(1, { status: 'fixed' })], standing, strict, false],
    ['where something is new', [...open, numbered(3)], standing, somePublicationOptions, true],
    [
      'where it is too light',
      [...open, numbered(3, { severity: 'suggestion' })],
      standing,
      somePublicationOptions,
      false,
    ],
    ['where it has no place', [...open, numbered(LINES + 5)], standing, somePublicationOptions, false],
    ['where changes are to be requested', open, standing, strict, true],
  ] as const)('%s', (_name, findings, conversation, options, expected) => {
    expect(mayLeadToReview(findings, conversation, fullDiff, options)).toBe(expected);
    const record = aRecord({
      version: aVersion({ headSha: sha('3') }),
      result: { findings: [...findings], verdict: 'approved' },
    });
    const plan = planPublication({ ...posted, record, conversation, options });
    expect(plan.review.action === 'create' || plan.summary.action === 'create').toBe(expected);
  });
});

describe('planPublication', () => {
  test('new findings get a review, gravest first, and a summary is made', () => {
    const plan = planPublication(aPublication([numbered(1), numbered(2, { severity: 'critical' })]));
    expect(commented(plan)).toEqual([idOf(2), idOf(1)]);
    expect(plan.summary.action).toBe('create');
  });

  test('nothing found: no review, only the summary', () => {
    expect(planPublication(aPublication([]))).toMatchObject({
      review: { action: 'none' },
      summary: { action: 'create' },
    });
  });

  test('what does not reach the severity, has no anchor or exceeds the number is told in the summary', () => {
    const findings = [
      numbered(1, { severity: 'suggestion', body: 'too light' }),
      numbered(LINES + 5, { body: 'nowhere on the diff' }),
      numbered(3, { body: 'one too many' }),
      numbered(2, { body: 'on its line' }),
    ];
    const plan = planPublication(aPublication(findings, { options: { ...somePublicationOptions, maxComments: 1 } }));
    expect(commented(plan)).toEqual([idOf(2)]);
    const body = plan.summary.action === 'create' ? plan.summary.body : '';
    for (const told of ['too light', 'nowhere on the diff', 'one too many']) expect(body).toContain(told);
    expect(body).not.toContain('on its line');
  });

  test('a refused review: the summary tells everything, and the review is not tried again', () => {
    const publication = aPublication([numbered(1, { body: 'what is wrong' })]);
    const plan = planPublication(publication);
    const after = carryOut(plan, NOTHING, { refuse: true });
    expect(after.summary?.body).toContain('what is wrong');
    expect(planPublication({ ...publication, conversation: after })).toMatchObject({
      review: { action: 'none' },
      summary: { action: 'keep', commentId: 5 },
    });
  });

  test('the next push: only its own findings are posted, what was folded or deleted stays in the summary', () => {
    const first = aPublication([numbered(1), numbered(2)], { options: { ...somePublicationOptions, maxComments: 1 } });
    const after = { ...carryOut(planPublication(first), NOTHING), comments: [] };
    const version = aVersion({ headSha: sha('3') });
    const findings = [numbered(1, { status: 'open' }), numbered(2, { status: 'open' }), numbered(3)];
    const record = aRecord({ version, result: { findings, verdict: 'changes_requested' } });
    expect(commented(planPublication({ ...first, record, conversation: after }))).toEqual([idOf(3)]);
    const silent = aRecord({ version, result: { findings: findings.slice(0, 2), verdict: 'changes_requested' } });
    expect(planPublication({ ...first, record: silent, conversation: after })).toMatchObject({
      review: { action: 'none' },
      summary: { action: 'edit', commentId: 5 },
    });
  });

  test('what a superseded run found and nobody posted is posted by the next', () => {
    const told = carryOut(planPublication(aPublication([numbered(1)])), NOTHING);
    const findings = [numbered(1, { status: 'open' }), numbered(2, { status: 'open' })];
    const record = aRecord({
      version: aVersion({ headSha: sha('3') }),
      result: { findings, verdict: 'changes_requested' },
    });
    expect(commented(planPublication(aPublication([], { record, conversation: told })))).toEqual([idOf(2)]);
  });

  test('a forced rerun of the same head may say more', () => {
    const after = carryOut(planPublication(aPublication([numbered(1)])), NOTHING);
    const findings = [numbered(1, { status: 'open' }), numbered(2)];
    const record = aRecord({ attempt: 2, result: { findings, verdict: 'changes_requested' } });
    expect(commented(planPublication(aPublication([], { record, conversation: after })))).toEqual([idOf(2)]);
  });

  test('a host that changes line ends makes no edit', () => {
    const publication = aPublication([]);
    const after = carryOut(planPublication(publication), NOTHING);
    const summary = { ...after.summary!, body: `${after.summary!.body.replaceAll('\n', '\r\n')}\r\n` };
    expect(planPublication({ ...publication, conversation: { ...after, summary } }).summary).toEqual({
      action: 'keep',
      commentId: 5,
    });
  });

  test('a suggestion is one to apply only where it replaces exactly what stands there', () => {
    const body = (finding: Finding): string => {
      const { review } = planPublication(aPublication([finding]));
      return review.action === 'create' ? review.comments[0]!.body : '';
    };
    const suggestion = '  better();\n';
    expect(body(numbered(4, { suggestion }))).toContain('```suggestion\n  better();\n```');
    expect(body(numbered(4, { suggestion: '' }))).toContain('```suggestion\n```');
    expect(body(numbered(4, { suggestion: '```' }))).toContain('````suggestion\n```\n````');
    expect(body(numbered(4, { suggestion, endLine: 5, quote: 'line 4\nline 5' }))).toContain('```suggestion');
    for (const other of [
      { quote: 'ine 4' },
      { quote: '' },
      { quote: 'line 5' },
      { endLine: 5 },
      { suggestion: 'a\u202eb' },
    ]) {
      const said = body(numbered(4, { suggestion, ...other }));
      expect(said).not.toContain('```suggestion');
      expect(said).toContain('Suggested instead:');
    }
  });

  test('carried out wholly, in part, refused, or over many pushes: nothing is posted twice, and again there is nothing to do', () => {
    const finding = fc.record({
      severity: fc.constantFrom('critical', 'warning', 'suggestion'),
      line: fc.integer({ min: 1, max: LINES + 10 }),
      status: fc.constantFrom('open', 'open', 'fixed', 'gone'),
    });
    const push = fc.record({
      raised: fc.array(finding, { maxLength: 6 }),
      end: fc.constantFrom('whole', 'review-only', 'refused', 'superseded'),
      deletes: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(push, { maxLength: 6 }), fc.integer({ min: 0, max: 4 }), (pushes, maxComments) => {
        let standing = NOTHING;
        let findings: Finding[] = [];
        const posted = new Set<string>();
        for (const [at, { raised, end, deletes }] of pushes.entries()) {
          const older = findings.map((one): Finding =>
            one.status === 'new' ? { ...one, status: raised[0]?.status ?? 'open' } : one,
          );
          findings = [
            ...older,
            ...raised.map(({ severity, line }, place) =>
              numbered(older.length + place + 1, { severity, line, endLine: line }),
            ),
          ];
          const record = aRecord({
            version: aVersion({ headSha: sha(at.toString(16)) }),
            result: { findings, verdict: verdictOf(findings, NOTHING_COVERED) },
          });
          if (end === 'superseded') continue;
          const publication = aPublication([], { record, options: { ...somePublicationOptions, maxComments } });
          const plan = planPublication({ ...publication, conversation: standing });
          expect(commented(plan).length).toBeLessThanOrEqual(maxComments);
          if (plan.review.action === 'create' || plan.summary.action === 'create') {
            expect(mayLeadToReview(findings, standing, fullDiff, publication.options)).toBe(true);
          }
          if (end !== 'refused') {
            for (const id of commented(plan)) {
              expect(posted).not.toContain(id);
              posted.add(id);
            }
          }
          standing = carryOut(
            plan,
            standing,
            end === 'refused' ? { refuse: true } : end === 'review-only' ? { only: 'review' } : {},
          );
          if (deletes) standing = { ...standing, comments: [] };
          const again = planPublication({ ...publication, conversation: standing });
          expect(again.review).toEqual({ action: 'none' });
          standing = carryOut(again, standing);
          const third = planPublication({ ...publication, conversation: standing });
          expect([third.review.action, third.summary.action]).toEqual(['none', 'keep']);
          if (end !== 'review-only' && !deletes) expect(again.summary.action).toBe('keep');
        }
      }),
      { numRuns: 200 },
    );
  });

  test('changes are requested once, with or without comments, and taken back at the end', () => {
    const options = { ...somePublicationOptions, requestChangesAt: 'warning' as const };
    const first = aPublication([numbered(1)], { options });
    const plan = planPublication(first);
    expect(plan.review).toMatchObject({ action: 'create', event: 'REQUEST_CHANGES' });
    const after = carryOut(plan, NOTHING);
    const next = (findings: Finding[]): Publication => {
      const version = aVersion({ headSha: sha('3') });
      const record = aRecord({ version, result: { findings, verdict: verdictOf(findings, NOTHING_COVERED) } });
      return { ...first, record, conversation: after };
    };
    const more = planPublication(next([numbered(1, { status: 'open' }), numbered(2)]));
    expect(more.review).toMatchObject({ action: 'create', event: 'COMMENT' });
    const end = planPublication(next([numbered(1, { status: 'fixed' })]));
    expect(end.changes.map(({ change }) => change)).toEqual(['resolve', 'edit', 'withdraw']);
    const again = next([numbered(1, { status: 'open' })]);
    const dismissed = { ...after, reviews: after.reviews.map((review) => ({ ...review, requestsChanges: false })) };
    expect(planPublication({ ...again, conversation: dismissed }).review).toMatchObject({
      action: 'create',
      event: 'REQUEST_CHANGES',
      comments: [],
    });
  });

  describe('after many pushes', () => {
    const scope: Scope = {
      ...NO_SCOPE,
      files: [
        {
          path: 'src/cart.ts',
          previousPath: null,
          status: 'modified',
          whole: false,
          why: '',
          added: [{ start: 5, end: 5 }],
          removedAfter: [],
          hunks: [],
          binary: false,
        },
      ],
    };
    const found = [numbered(4), numbered(5), numbered(6, { severity: 'critical' })];
    test.each([
      [5, 4, [6, 4, 5]],
      [5, 5, [6, 5]],
      [0, 30, [6, 4, 5]],
    ])('calm after %i, %i pushes before this one: comments on %j', (calmAfter, pushes, expected) => {
      const before = { ...carryOut(planPublication(aPublication([])), NOTHING), reviews: [] };
      const summary = { ...before.summary!, runId: 'other' as never, trend: Array.from({ length: pushes }, () => 1) };
      const options = { ...somePublicationOptions, calmAfter };
      const publication = aPublication(found, { options, scope, conversation: { ...before, summary } });
      expect(commented(planPublication(publication))).toEqual(expected.map(idOf));
      expect(commented(planPublication({ ...publication, scope: null }))).toHaveLength(3);
    });
  });

  test('whatever people do in between, a push is told of once, and planned again there is nothing to do', () => {
    const deed = fc.constantFrom('nothing', 'resolve', 'unresolve', 'delete', 'outdate', 'minimise', 'dislike');
    const push = fc.record({
      raised: fc.array(fc.record({ line: fc.integer({ min: 1, max: LINES }) }), { maxLength: 3 }),
      becomes: fc.array(fc.constantFrom<Finding['status']>('open', 'fixed', 'gone', 'dismissed'), { maxLength: 6 }),
      deeds: fc.array(deed, { maxLength: 6 }),
      end: fc.constantFrom('whole', 'review', 'changes'),
      mayResolve: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(push, { maxLength: 5 }), (pushes) => {
        let standing = NOTHING;
        let findings: Finding[] = [];
        const posted: string[] = [];
        for (const [at, { raised, becomes, deeds, end, mayResolve }] of pushes.entries()) {
          const headSha = sha(at.toString(16));
          const older = findings.map((one, place): Finding => {
            const status = becomes[place] ?? 'open';
            return { ...one, status, fixedSha: status === 'fixed' ? headSha : null };
          });
          const born = raised.map(({ line }, place) =>
            numbered(older.length + place + 1, { line, endLine: line, quote: `line ${line}` }),
          );
          findings = [...older, ...born];
          const result = { findings, verdict: verdictOf(findings, NOTHING_COVERED) };
          const publication = aPublication([], { record: aRecord({ version: aVersion({ headSha }), result }) });
          const plan = planPublication({ ...publication, conversation: standing });
          posted.push(...commented(plan));
          expect(plan.changes.length).toBeLessThanOrEqual(3 * standing.comments.length);
          standing = carryOut(plan, standing, { mayResolve, ...(end === 'whole' ? {} : { only: end }) });
          standing = carryOut(planPublication({ ...publication, conversation: standing }), standing);
          const again = planPublication({ ...publication, conversation: standing });
          expect([again.review.action, again.changes, again.summary.action]).toEqual(['none', [], 'keep']);
          standing = { ...standing, comments: standing.comments.flatMap((one, place) => done(deeds[place], one)) };
        }
        expect(new Set(posted).size).toBe(posted.length);
      }),
      { numRuns: 200 },
    );
  });
});

/** What a person made of a comment. */
function done(deed: string | undefined, comment: StandingComment): StandingComment[] {
  const { thread } = comment;
  switch (deed) {
    case 'resolve':
      return [{ ...comment, thread: { ...thread, resolved: { by: 'bob' } } }];
    case 'unresolve':
      return [{ ...comment, thread: { ...thread, resolved: null } }];
    case 'delete':
      return [];
    case 'outdate':
      return [{ ...comment, thread: { ...thread, outdated: true } }];
    case 'minimise':
      return [{ ...comment, minimized: true }];
    case 'dislike':
      return [{ ...comment, thumbsDown: ['bob'] }];
    default:
      return [comment];
  }
}
