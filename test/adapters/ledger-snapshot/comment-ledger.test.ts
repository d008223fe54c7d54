import { describe, expect, test } from '@jest/globals';
import { createCommentLedger } from '../../../src/adapters/ledger-snapshot/comment-ledger.ts';
import { runIdOf, SessionName } from '../../../src/core/ids.ts';
import type { PublishPlan } from '../../../src/core/publish/plan.ts';
import { joinBody, MAX_LEDGER_BYTES, splitBody } from '../../../src/core/render/ledger-block.ts';
import { belonging, printMarker } from '../../../src/core/render/marker.ts';
import { isPlaceholder } from '../../../src/core/render/placeholder.ts';
import { MAX_BODY_LENGTH } from '../../../src/core/render/view.ts';
import { LedgerForbidden, LedgerUnavailable } from '../../../src/ports/ledger.ts';
import { HostFault, type PullRequests } from '../../../src/ports/pull-requests.ts';
import {
  aCaller,
  aHolder,
  aSession,
  aSight,
  beatOne,
  claimCommand,
  claimOne,
  deliverOne,
  releaseOne,
  reviewWhole,
  steeredClock,
  submitOne,
} from '../../contracts/ledger-harness.ts';
import { aFinding, aKey, sha } from '../../support/builders.ts';
import { commentInMemory, type CommentInMemory } from '../../support/comment-in-memory.ts';

const anna = aHolder('anna');
const ben = aHolder('ben');
const query = { session: aSession, repositoryId: aKey.repositoryId, number: aKey.number };
const runId = runIdOf({ ...aKey, headSha: sha('1') });

const words = (text: string, told = 0): string => {
  const marker = {
    kind: 'summary' as const,
    ...belonging(aSession, aKey, { runId, attempt: 1 }),
    reviewRefused: false,
    told,
  };
  return `${printMarker(marker)}\n### ${text}`;
};

const aPlan = (summary: PublishPlan['summary'], overrides: Partial<PublishPlan> = {}): PublishPlan => ({
  pullRequest: aKey,
  runId,
  attempt: 1,
  headSha: sha('1'),
  session: aSession,
  markerKey: null,
  review: { action: 'none' },
  changes: [],
  summary,
  ...overrides,
});

const always = async (): Promise<boolean> => true;

function setUp(comment: CommentInMemory = commentInMemory()) {
  const clock = steeredClock();
  const plans: PublishPlan[] = [];
  let refused: string[] = [];
  const pullRequests: PullRequests = {
    read: async () => ({ outcome: 'not-found', why: 'not asked for here' }),
    relation: async () => 'unknown',
    conversation: () => comment.read(),
    mayWrite: async () => false,
    async publish(plan) {
      plans.push(plan);
      return { outcome: 'published', published: { commentId: 1, reviewId: null, refused } };
    },
  };
  const open = () =>
    createCommentLedger({ pullRequests, openComment: () => comment, clock, runUrl: 'https://ci.example/1' });
  return {
    comment,
    clock,
    plans,
    /** Each as a process of its own would have it. */
    open,
    ledger: () => open().ledgerFor(aCaller()),
    refuse: (ids: string[]) => {
      refused = ids;
    },
    shown: () => splitBody(comment.body ?? '').summary,
  };
}

describe('a whole run', () => {
  test('reads the comment twice, makes it with the claim, and edits it for result and delivery', async () => {
    const at = setUp();
    const { ledgerFor, pullRequests } = at.open();
    const ledger = ledgerFor(aCaller());
    const answer = await claimOne(ledger, anna, aSight(at));
    // What everybody can read is no secret.
    expect(answer.markerKey).toBeNull();
    expect(at.comment.calls).toEqual(['read', 'create']);
    expect(isPlaceholder(at.shown())).toBe(true);
    expect(at.shown()).toContain('Review in progress');

    at.clock.advance(200);
    expect(await submitOne(ledger, answer, anna)).toBe('recorded');
    expect(at.comment.calls.slice(2)).toEqual(['read', 'edit']);

    const { summary } = await pullRequests.conversation(aKey, aSession, null);
    const plan = aPlan({
      action: 'edit',
      commentId: summary!.commentId,
      nodeId: 'IC_1',
      body: words('Nothing to change'),
    });
    expect(
      (await pullRequests.publish(plan, async () => (await beatOne(ledger, answer, anna)).status === 'current'))
        .outcome,
    ).toBe('published');
    expect(isPlaceholder(at.shown())).toBe(true);
    expect(await deliverOne(ledger, answer, anna)).toBe('done');
    expect(at.shown()).toBe(words('Nothing to change'));
    expect(at.comment.calls.slice(4)).toEqual(['edit']);
    expect(await at.ledger().previous(query)).toMatchObject({ outcome: 'found', delivered: true });
  });

  test('is told by a look that writes nothing, before and after it', async () => {
    const at = setUp();
    const own = { repositoryId: aKey.repositoryId };
    expect(await at.ledger().list(aSession, own)).toEqual([]);
    expect(at.comment.calls).toEqual(['read']);
    await reviewWhole(at.ledger(), anna, aSight(at));
    const before = at.comment.calls.length;
    const [view, ...others] = await at.ledger().list(aSession, own);
    expect([view?.state, view?.version.headSha, others]).toEqual(['up_to_date', sha('1'), []]);
    expect(at.comment.calls.slice(before)).toEqual(['read']);
    await expect(at.ledger().list(aSession)).rejects.toThrow(LedgerUnavailable);
  });

  test('of a pull request that is left alone makes no comment', async () => {
    const at = setUp();
    const answer = await claimOne(at.ledger(), anna, aSight(at, { exclusion: 'draft', draft: true }));
    expect(answer).toMatchObject({ answer: 'skip', reason: 'ineligible' });
    expect(at.comment.calls).toEqual(['read']);
    expect(at.comment.body).toBeNull();
  });

  test('renews its lease by an edit only when half of it is gone', async () => {
    const at = setUp();
    const ledger = at.ledger();
    const answer = await claimOne(ledger, anna, aSight(at));
    for (const seconds of [20, 20, 30]) {
      at.clock.advance(seconds);
      expect(await beatOne(ledger, answer, anna)).toMatchObject({
        status: 'current',
        leaseEndsAt: at.clock.now() + 120,
      });
    }
    expect(at.comment.calls).toEqual(['read', 'create', 'read', 'read', 'read', 'edit']);
    at.clock.advance(100);
    expect(await claimOne(at.ledger(), ben, aSight(at))).toMatchObject({ answer: 'wait' });
  });

  test('sees at its next look that a newer head took over', async () => {
    const at = setUp();
    const ledger = at.ledger();
    const answer = await claimOne(ledger, anna, aSight(at));
    at.clock.advance(20);
    await claimOne(at.ledger(), ben, aSight(at, { headSha: sha('2') }));
    expect(await beatOne(ledger, answer, anna)).toMatchObject({ status: 'superseded', supersededBy: sha('2') });
    expect(await submitOne(ledger, answer, anna)).toBe('recorded_superseded');
  });
});

describe('what stands in the comment', () => {
  test('a placeholder ends with its run, and begins again with the next', async () => {
    const at = setUp();
    const answer = await claimOne(at.ledger(), anna, aSight(at));
    expect(await releaseOne(at.ledger(), answer, anna)).toBe('done');
    expect(at.shown()).toContain('No review yet');
    await claimOne(at.ledger(), ben, aSight(at));
    expect(at.shown()).toContain('Review in progress');
  });

  test('a summary outlives claims and releases', async () => {
    const at = setUp(commentInMemory(words('An earlier one', 3)));
    const answer = await claimOne(at.ledger(), anna, aSight(at));
    await releaseOne(at.ledger(), answer, anna);
    expect(at.shown()).toBe(words('An earlier one', 3));
  });

  test('a summary that leaves no room gives way, and what it told of is kept', async () => {
    const at = setUp(commentInMemory(`${words('Long', 9)}${'x'.repeat(MAX_BODY_LENGTH - 500)}`));
    await claimOne(at.ledger(), anna, aSight(at));
    expect(isPlaceholder(at.shown())).toBe(true);
    expect((await at.open().pullRequests.conversation(aKey, aSession, null)).summary?.told).toBe(9);
  });

  test('the summary tells what the host refused as a review', async () => {
    const at = setUp();
    const { ledgerFor, pullRequests } = at.open();
    const answer = await claimOne(ledgerFor(aCaller()), anna, aSight(at));
    await submitOne(ledgerFor(aCaller()), answer, anna);
    at.refuse(['f1']);
    const body = words('Refused');
    const review = {
      action: 'create' as const,
      event: 'COMMENT' as const,
      body: '',
      comments: [],
      summaryIfRefused: { action: 'edit' as const, commentId: 1, nodeId: 'IC_1', body },
    };
    await pullRequests.publish(
      aPlan({ action: 'edit', commentId: 1, nodeId: 'IC_1', body: words('Posted') }, { review }),
      always,
    );
    expect(at.plans[0]?.summary.action).toBe('keep');
    await deliverOne(ledgerFor(aCaller()), answer, anna);
    expect(at.shown()).toBe(body);
  });

  test('nothing is shown by whoever lost the pull request', async () => {
    const at = setUp();
    const { ledgerFor, pullRequests } = at.open();
    const answer = await claimOne(ledgerFor(aCaller()), anna, aSight(at));
    const plan = aPlan({ action: 'edit', commentId: 1, nodeId: 'IC_1', body: words('Late') });
    expect((await pullRequests.publish(plan, async () => false)).outcome).toBe('overtaken');
    await releaseOne(ledgerFor(aCaller()), answer, anna);
    expect(at.shown()).not.toContain('Late');
  });

  test('a comment deleted under a run is made anew, with all that it held', async () => {
    const at = setUp();
    const ledger = at.ledger();
    const answer = await claimOne(ledger, anna, aSight(at));
    at.comment.body = null;
    expect(await submitOne(ledger, answer, anna, { summary: 'kept' })).toBe('recorded');
    expect(at.comment.calls.slice(-2)).toEqual(['read', 'create']);
    expect(await at.ledger().previous(query)).toMatchObject({ record: { result: { summary: 'kept' } } });
  });

  test('a read that lags behind our own edit does not undo it', async () => {
    const at = setUp();
    const ledger = at.ledger();
    const answer = await claimOne(ledger, anna, aSight(at));
    const lagging = at.comment.body;
    await submitOne(ledger, answer, anna);
    at.comment.body = lagging;
    at.clock.advance(20);
    expect(await deliverOne(ledger, answer, anna)).toBe('done');
    expect(await at.ledger().previous(query)).toMatchObject({ outcome: 'found', delivered: true });
  });
});

describe('history that is lost is said to be, and replaced', () => {
  const empty = Buffer.from('not a ledger').toString('base64');
  test.each([
    ['without a ledger', words('Summary')],
    ['with a ledger that can not be unpacked', joinBody(words('Summary'), empty)],
    ['with a ledger of a newer version', joinBody(words('Summary'), empty).replace('ledger:1', 'ledger:2')],
  ])('a summary %s', async (_what, body) => {
    const at = setUp(commentInMemory(body));
    const ledger = at.ledger();
    expect(await claimOne(ledger, anna, aSight(at))).toMatchObject({ answer: 'review', previous: null });
    expect(await ledger.previous(query)).toMatchObject({ outcome: 'unavailable' });
    expect(at.shown()).toBe(words('Summary'));
    expect(splitBody(at.comment.body ?? '').ledger.outcome).toBe('found');
  });

  test('a review too large for the comment is published, delivered, and then unavailable', async () => {
    const at = setUp();
    const ledger = at.ledger();
    const answer = await claimOne(ledger, anna, aSight(at));
    const findings = Array.from({ length: 40 }, (_, index) =>
      aFinding({ id: `f${String(index).padStart(23, '0')}`, shortId: index + 1, body: noise(index) }),
    );
    expect(await submitOne(ledger, answer, anna, { findings })).toBe('recorded');
    expect(await at.ledger().previous(query)).toMatchObject({ outcome: 'unavailable' });
    // Interrupted before it was delivered, there is nothing left to publish: it is reviewed again.
    at.clock.advance(400);
    expect(await claimOne(at.ledger(), ben, aSight(at))).toMatchObject({ answer: 'review' });
  });
});

test('forty pushes stay within the comment; the oldest runs go, the last review stays', async () => {
  const at = setUp();
  for (let push = 1; push <= 40; push += 1) {
    at.clock.advance(60);
    const sight = aSight(at, { headSha: sha(push.toString(16).padStart(2, '0')) });
    const findings = [aFinding({ body: noise(push).slice(0, 3_000) })];
    await reviewWhole(at.ledger(), anna, sight, { summary: `push ${push}`, findings });
  }
  const { ledger } = splitBody(at.comment.body ?? '');
  const bytes = ledger.outcome === 'found' ? Buffer.from(ledger.base64, 'base64').length : 0;
  expect(bytes).toBeGreaterThan(MAX_LEDGER_BYTES / 2);
  expect(bytes).toBeLessThanOrEqual(MAX_LEDGER_BYTES);
  expect(await at.ledger().previous(query)).toMatchObject({ record: { result: { summary: 'push 40' } } });
  const { runs } = await at.ledger().history({ ...query, limit: 100 });
  expect(runs.length).toBeLessThan(40);
  expect(runs.map(({ generation }) => generation)).toEqual(runs.map((_, index) => 40 - index));
}, 30_000);

test('runs that came to nothing go before what a superseded one left', async () => {
  const at = setUp();
  const ledger = at.ledger();
  const seen = (head: string) => {
    at.clock.advance(60);
    return aSight(at, { headSha: sha(head) });
  };
  await reviewWhole(ledger, anna, seen('a'), { summary: 'the last review' });
  const late = await claimOne(ledger, anna, seen('b'));
  await claimOne(ledger, ben, seen('c'));
  const findings = [aFinding({ body: noise(1) })];
  expect(await submitOne(ledger, late, anna, { findings })).toBe('recorded_superseded');
  for (let push = 1; push <= 40; push += 1) {
    const { run } = await claimOne(ledger, anna, seen(push.toString(16).padStart(2, '0')));
    const why = noise(push).slice(0, 2_000);
    await ledger.release({
      session: aSession,
      runs: [{ runId: run!.runId, token: anna.token, status: 'failed', why }],
    });
  }
  const other = at.ledger();
  const answer = await claimOne(other, ben, seen('d'));
  expect(answer.pendingSources).toEqual([expect.objectContaining({ runId: late.run!.runId })]);
  expect(await other.previous({ ...query, ...answer.pendingSources[0] })).toMatchObject({
    record: { result: { findings } },
  });
  expect(await other.previous(query)).toMatchObject({ record: { result: { summary: 'the last review' } } });
  const { runs } = await other.history({ ...query, limit: 100 });
  expect(runs.length).toBeLessThan(30);
  expect(runs.at(-1)?.version.headSha).toBe(sha('a'));
}, 30_000);

describe('what it can not do, it refuses', () => {
  test('several pull requests in one session, before anything is read', async () => {
    const at = setUp();
    const two = [aSight(at), aSight(at, { number: 13 as never })];
    const outcome = await at.ledger().claim(claimCommand(anna, two));
    expect(outcome).toMatchObject({ outcome: 'rejected', faults: [{ path: 'pullRequests' }] });
    expect(at.comment.calls).toEqual([]);
  });

  test('a session that is not the pull request’s own', async () => {
    const at = setUp();
    const outcome = await at.ledger().claim(claimCommand(anna, [aSight(at)], { session: SessionName.parse('stack') }));
    expect(outcome).toMatchObject({ outcome: 'rejected', faults: [{ path: 'session' }] });
  });

  test.each([
    ['a missing permission', 'pull-requests: write', LedgerForbidden],
    ['an outage', null, LedgerUnavailable],
  ])('%s is a fault of the ledger, in the host’s words', async (_what, missingPermission, kind) => {
    const at = setUp();
    at.comment.create = async () => {
      throw new HostFault('GitHub says no', { missingPermission });
    };
    const claiming = at.ledger().claim(claimCommand(anna, [aSight(at)]));
    await expect(claiming).rejects.toBeInstanceOf(kind);
    await expect(claiming).rejects.toThrow('GitHub says no');
  });
});

/** Text that does not compress well, the same for the same seed. */
function noise(seed: number): string {
  let state = seed + 1;
  return Array.from({ length: 3_000 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return String.fromCharCode(33 + ((state >>> 16) % 90));
  }).join('');
}
