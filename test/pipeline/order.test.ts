import { describe, expect, test } from '@jest/globals';
import { SessionName } from '../../src/core/ids.ts';
import { LedgerUnavailable, type Ledger } from '../../src/ports/ledger.ts';
import { HostFault } from '../../src/ports/pull-requests.ts';
import { GitFault } from '../../src/ports/repository.ts';
import { PullRequestNotFound } from '../../src/pipeline/look.ts';
import { ClaimRejected } from '../../src/pipeline/claim.ts';
import { findingsOf, inShort, Scene } from './scene.ts';
import { scopeReviewer, untilAborted } from './reviewers.ts';

const MAIN = { 'README.md': 'shop\n' };
const TOPIC = { 'a.txt': 'one\ntwo BUG\nthree\n', 'b.txt': 'alpha\nbeta\ngamma\ndelta\n' };

/** The ledger, with some calls broken. */
function broken(ledger: Ledger, calls: (keyof Ledger)[]): Ledger {
  const refuse = async (): Promise<never> => {
    throw new LedgerUnavailable('the ledger is away');
  };
  return { ...ledger, ...Object.fromEntries(calls.map((call) => [call, refuse])) };
}

describe('a run that is interrupted between its stages', () => {
  test('crashed between record and publish: the next run publishes what is stored and reviews nothing', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const crash = new LedgerUnavailable('the machine is gone');
    scene.host.beforePublish = () => {
      throw crash;
    };
    await expect(scene.reviewOne()).rejects.toBe(crash);
    expect(scene.held.at(-1)).toHaveLength(1);

    scene.clock.advance(200);
    const reviewer = scopeReviewer();
    const next = await scene.reviewOne({ reviewer });
    expect(inShort(next)).toBe('published none/undelivered changes_requested');
    expect(reviewer.requests).toEqual([]);
    expect(scene.plans().map(({ review }) => review.action)).toEqual(['create']);
    expect(inShort(await scene.reviewOne({ reviewer }))).toBe('skipped none/already-reviewed changes_requested');
  });

  test('the host refuses: reported as failed, and the next run publishes at once', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    scene.host.beforePublish = () => {
      throw new HostFault('GitHub answered 502');
    };
    const refused = await scene.reviewOne();
    expect(inShort(refused)).toBe('failed full/first-review -');
    expect(refused.detail).toBe('GitHub answered 502');
    expect(scene.held.at(-1)).toEqual([]);

    const next = await scene.reviewOne();
    expect(inShort(next)).toBe('published none/undelivered changes_requested');
    expect(findingsOf(next)).toEqual(['F1 new a.txt:2']);
  });

  test('what people dismissed since it was stored is not published as open', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    scene.host.beforePublish = () => {
      throw new HostFault('GitHub answered 502');
    };
    await scene.reviewOne();
    const [view] = await scene.ledger().list(SessionName.parse('acme/shop#1'));
    const stored = await scene.ledger().previous({
      session: SessionName.parse('acme/shop#1'),
      repositoryId: view!.pullRequest.repositoryId,
      number: view!.pullRequest.number,
    });
    if (stored.outcome !== 'found') throw new Error(stored.outcome);
    const [finding] = stored.record.result.findings;
    await scene.ledger().dismiss({
      action: 'finding',
      session: SessionName.parse('acme/shop#1'),
      pullRequest: scene.host.pull(1).key,
      findingId: finding!.id,
      dismissed: true,
      by: 'bob',
      why: 'as meant',
    });
    const next = await scene.reviewOne();
    expect(inShort(next)).toBe('published none/undelivered approved');
    expect(findingsOf(next)).toEqual(['F1 dismissed a.txt:2']);
    expect(scene.host.pull(1).conversation.comments).toEqual([]);
  });

  test('a stored review that was never seen is news for the push after it', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    scene.host.beforePublish = () => {
      throw new HostFault('GitHub answered 502');
    };
    await scene.reviewOne();
    await scene.push({ 'b.txt': 'alpha\nbeta BUG\ngamma\ndelta\n' });
    const next = await scene.reviewOne();
    expect(inShort(next)).toBe('reviewed incremental/new-commits changes_requested');
    expect(findingsOf(next)).toEqual(['F1 new a.txt:2', 'F2 new b.txt:2']);
    const [plan] = scene.plans();
    expect(plan?.review.action === 'create' && plan.review.comments).toHaveLength(2);
  });

  test.each(['submit', 'deliver'] as const)(
    'the ledger goes away at %s: thrown, and what is held stays noted',
    async (call) => {
      await using scene = await Scene.start(MAIN, TOPIC);
      await expect(scene.reviewOne({ ledger: broken(scene.ledger(), [call]) })).rejects.toThrow('the ledger is away');
      expect(scene.held.at(-1)).toHaveLength(1);
    },
  );

  test('the ledger goes away while history is read: thrown, never taken for a fault of the pull request', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    await scene.reviewOne();
    await scene.push({ 'b.txt': 'alpha\n' });
    const run = scene.reviewOne({ ledger: broken(scene.ledger(), ['previous']) });
    await expect(run).rejects.toBeInstanceOf(LedgerUnavailable);
    expect(scene.held.at(-1)).toHaveLength(1);
  });

  test('a run that can not be let go of stays noted', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const reviewer = scopeReviewer({ instead: async () => ({ outcome: 'failed', why: 'garbage', output: '' }) });
    const failed = await scene.reviewOne({ reviewer, ledger: broken(scene.ledger(), ['release']) });
    expect(failed.outcome).toBe('failed');
    expect(scene.held.at(-1)).toEqual([failed.runId]);
  });
});

describe('the order of heads', () => {
  test('a stale look is repeated, and then it is reviewed', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    await scene.reviewOne();
    await scene.git.commit('In the same second', { 'b.txt': 'alpha BUG\n' });
    const second = await scene.reviewOne();
    expect(inShort(second)).toBe('reviewed incremental/new-commits changes_requested');
    expect(scene.log.filter((line) => line.startsWith('Looking again'))).toHaveLength(1);
  });

  test('in a batch with others to review a stale look is repeated once they are done', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    await scene.openPull(2, 'other', { 'c.txt': 'BUG\n' });
    const stack = SessionName.parse('stack');
    const settings = { session: stack };
    await scene.review({ pulls: [1, 2], settings });
    // Two pushes within a second: who saw the first of them was here first.
    scene.clock.advance(60);
    const other = await scene.git.head('other');
    await scene.git.commit('Push', { 'c.txt': 'one BUG\n' });
    await scene.review({ pulls: [2], settings });
    await scene.git.commit('Push at once', { 'c.txt': 'two BUG\n' });
    await scene.git.checkout('topic');
    await scene.git.commit('Push', { 'a.txt': 'fine\n' });
    const { pulls } = await scene.review({ pulls: [1, 2], settings });
    expect(pulls.map(({ outcome }) => outcome)).toEqual(['reviewed', 'reviewed']);
    expect(pulls[1]?.headSha).toBe(await scene.git.head('other'));
    expect(pulls[1]?.headSha).not.toBe(other);
  });

  test('a head that stays stale is left to whoever saw the newer one', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const old = await scene.git.head();
    await scene.push({ 'b.txt': 'newer\n' });
    await scene.reviewOne();
    await scene.git.git('reset', '-q', '--hard', old);
    const reads: number[] = [];
    scene.host.onRead = () => {
      reads.push(scene.clock.now());
      scene.clock.advance(-20);
    };
    const stale = await scene.reviewOne();
    expect(inShort(stale)).toBe('overtaken none/stale-head -');
    expect(reads).toHaveLength(5);
    expect(scene.plans()).toHaveLength(1);
  });

  test('another holder at the same head is waited for, and its lease is taken over', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const started = Promise.withResolvers<void>();
    const giveUp = new AbortController();
    const stuck = scene.reviewOne({
      reviewer: scopeReviewer({ instead: untilAborted(() => started.resolve()) }),
      interrupted: giveUp.signal,
    });
    await started.promise;
    const startedAt = scene.clock.now();
    const taken = await scene.reviewOne();
    expect(inShort(taken)).toBe('reviewed full/first-review changes_requested');
    expect(scene.clock.now() - startedAt).toBeGreaterThanOrEqual(120);
    expect(scene.clock.now() - startedAt).toBeLessThan(150);

    scene.clock.beat();
    const lost = await stuck;
    expect(inShort(lost)).toBe('skipped none/already-reviewed changes_requested');
    expect(scene.plans()).toHaveLength(1);
  });

  test('another holder at the same head is waited for, and its result is seen', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const first = scene.reviewOne({
      reviewer: scopeReviewer({
        instead: async (request, signal) => {
          started.resolve();
          await finish.promise;
          return scopeReviewer().review(request, signal);
        },
      }),
    });
    await started.promise;
    let looks = 0;
    scene.host.onRead = async () => {
      looks += 1;
      if (looks !== 2) return;
      finish.resolve();
      await first;
    };
    const second = await scene.reviewOne();
    expect(inShort(second)).toBe('skipped none/already-reviewed changes_requested');
    expect(looks).toBe(2);
  });

  test('superseded while reviewing: the reviewer is stopped at the next heartbeat, and nothing is published', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const started = Promise.withResolvers<void>();
    const old = scene.reviewOne({ reviewer: scopeReviewer({ instead: untilAborted(() => started.resolve()) }) });
    await started.promise;
    await scene.push({ 'b.txt': 'alpha BUG\n' });
    const newer = await scene.reviewOne();
    expect(inShort(newer)).toBe('reviewed full/first-review changes_requested');
    scene.clock.beat();
    const loser = await old;
    expect(inShort(loser)).toBe('overtaken full/first-review -');
    expect(loser.detail).toBe(`a newer push (${newer.headSha.slice(0, 7)}) is being reviewed instead`);
    expect(scene.plans().map(({ headSha }) => headSha)).toEqual([newer.headSha]);
  });

  test("superseded at its submission: kept, and the newer run's successor builds on it", async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const slow = scopeReviewer({
      instead: async (request, signal) => {
        await scene.push({ 'c.txt': 'new BUG\n' });
        const failing = scopeReviewer({ instead: async () => ({ outcome: 'failed', why: 'no key', output: '' }) });
        expect((await scene.reviewOne({ reviewer: failing })).outcome).toBe('failed');
        return scopeReviewer().review(request, signal);
      },
    });
    const late = await scene.reviewOne({ reviewer: slow });
    expect(late.outcome).toBe('overtaken');
    expect(late.detail).toContain('what was found is kept');
    expect(scene.plans()).toEqual([]);

    const reviewer = scopeReviewer();
    const next = await scene.reviewOne({ reviewer });
    expect(inShort(next)).toBe('reviewed incremental/new-commits changes_requested');
    expect(reviewer.requests[0]?.pullRequests[0]?.scope.files.map(({ path }) => path)).toEqual(['c.txt']);
    expect(findingsOf(next)).toEqual(['F1 new a.txt:2', 'F2 new c.txt:1']);
    expect(scene.plans().map(({ review }) => review.action === 'create' && review.comments.length)).toEqual([2]);
  });

  test('the head moves between record and publish: nothing is written, and the next run tells it', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    scene.host.beforePublish = () => scene.push({ 'b.txt': 'alpha BUG\n' });
    const late = await scene.reviewOne();
    expect(inShort(late)).toBe('overtaken full/first-review -');
    expect(late.detail).toBe('the pull request has a newer head');
    expect(scene.plans()).toEqual([]);
    const next = await scene.reviewOne();
    expect(findingsOf(next)).toEqual(['F1 new a.txt:2', 'F2 new b.txt:1']);
  });
});

describe('faults', () => {
  test.each([
    [
      'says garbage',
      async () => ({ outcome: 'failed' as const, why: 'not JSON', output: 'Segmentation fault' }),
      'not JSON',
    ],
    [
      'throws',
      async () => {
        throw new Error('EACCES');
      },
      'the reviewer scope broke: EACCES',
    ],
    [
      'says nothing of the pull request',
      async () => ({
        outcome: 'reviewed' as const,
        reviews: [],
        usage: { inputTokens: null, outputTokens: null, costUsd: null },
        sessionId: null,
      }),
      'the reviewer said nothing of acme/shop#1',
    ],
  ])('a reviewer that %s fails the run, which can be claimed again at once', async (_name, instead, why) => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const failed = await scene.reviewOne({ reviewer: scopeReviewer({ instead }) });
    expect([inShort(failed), failed.detail]).toEqual(['failed full/first-review -', why]);
    const [listed] = await scene.ledger().list('acme/shop#1' as never);
    expect([listed?.state, listed?.run?.status, listed?.run?.why]).toEqual(['needs_review', 'failed', why]);
    const before = scene.clock.now();
    expect(inShort(await scene.reviewOne())).toBe('reviewed full/first-review changes_requested');
    expect(scene.clock.now()).toBe(before);
  });

  test('a reviewer that takes too long is stopped', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const failed = await scene.reviewOne({
      reviewer: scopeReviewer({ instead: untilAborted() }),
      settings: { timeoutMs: 30 },
    });
    expect(inShort(failed)).toBe('failed full/first-review -');
    expect(failed.detail).toContain('timeout-minutes');
  });

  test('an interrupt stops the reviewer, and the run is let go of as cancelled', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const interrupt = new AbortController();
    const failed = await scene.reviewOne({
      reviewer: scopeReviewer({
        instead: untilAborted(() => interrupt.abort(new Error('it was interrupted (SIGINT)'))),
      }),
      interrupted: interrupt.signal,
    });
    expect([failed.outcome, failed.detail]).toEqual(['failed', 'it was interrupted (SIGINT)']);
    expect((await scene.ledger().list('acme/shop#1' as never)).map(({ run }) => run?.status)).toEqual(['cancelled']);
  });

  test('an interrupt after the review: recorded, not published, and published by the next run', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const interrupt = new AbortController();
    const ledger = scene.ledger();
    const failed = await scene.reviewOne({
      ledger: {
        ...ledger,
        submit: async (command) => {
          const outcome = await ledger.submit(command);
          interrupt.abort(new Error('it was interrupted (SIGTERM)'));
          return outcome;
        },
      },
      interrupted: interrupt.signal,
    });
    expect(failed.outcome).toBe('failed');
    expect(scene.plans()).toEqual([]);
    expect(inShort(await scene.reviewOne())).toBe('published none/undelivered changes_requested');
  });

  test('comments that the host refused are said in the log', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    scene.host.refuses = ['f0123456789abcdef'];
    await scene.reviewOne();
    expect(scene.log.filter((line) => line.startsWith('warning:'))).toEqual([
      expect.stringContaining('1 inline comments were refused') as unknown,
    ]);
  });

  test('what was configured wrongly is thrown before anything is claimed', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    await expect(scene.review({ pulls: [99] })).rejects.toBeInstanceOf(PullRequestNotFound);
    await expect(scene.review({ pulls: [] })).rejects.toBeInstanceOf(ClaimRejected);
    await expect(scene.review({ pulls: [1, 1] })).rejects.toBeInstanceOf(ClaimRejected);
    expect(scene.held).toEqual([]);
  });

  test('a draft is left alone', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const reviewer = scopeReviewer();
    const report = await scene.reviewOne({ reviewer, settings: { exclusionOf: () => 'draft' } });
    expect(inShort(report)).toBe('skipped none/ineligible -');
    expect(reviewer.requests).toEqual([]);
  });
});

describe('a batch', () => {
  const SESSION = { session: 'stack' as never };

  async function threePulls(): Promise<Scene> {
    const scene = await Scene.start(MAIN, TOPIC);
    await scene.openPull(2, 'second', { 'c.txt': 'c BUG\n' });
    await scene.openPull(3, 'third', { 'd.txt': 'd and more words than the second has\n' });
    return scene;
  }

  test('one reviewer call and one submission for all; what it spent is shared', async () => {
    await using scene = await threePulls();
    const reviewer = scopeReviewer({ usage: { inputTokens: 1000, outputTokens: 100, costUsd: 1 } });
    const ledger = scene.ledger();
    const submitted: number[] = [];
    const report = await scene.review({
      reviewer,
      pulls: [1, 2, 3],
      settings: SESSION,
      ledger: {
        ...ledger,
        submit: (command) => {
          submitted.push(command.results.length);
          return ledger.submit(command);
        },
      },
    });
    expect(report.pulls.map(inShort)).toEqual([
      'reviewed full/first-review changes_requested',
      'reviewed full/first-review changes_requested',
      'reviewed full/first-review approved',
    ]);
    expect(reviewer.requests.map(({ pullRequests }) => pullRequests.length)).toEqual([3]);
    expect(submitted).toEqual([3]);
    const usages = report.pulls.map(({ record }) => record!.result.usage);
    expect(usages.reduce((sum, { inputTokens }) => sum + (inputTokens ?? 0), 0)).toBe(1000);
    expect(usages.reduce((sum, { outputTokens }) => sum + (outputTokens ?? 0), 0)).toBe(100);
    expect(usages.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0)).toBeCloseTo(1);
    expect(scene.plans(2)[0]?.summary).toMatchObject({ body: expect.stringContaining('#1') as unknown });
  });

  test('a fault with one does not hold back the others', async () => {
    await using scene = await threePulls();
    const reviewer = scopeReviewer();
    const ports = scene.ports();
    const report = await scene.review({
      reviewer,
      pulls: [1, 2, 3],
      settings: SESSION,
      openRepository: async (pullRequest) => {
        if (pullRequest.key.number === 2) throw new GitFault('the remote hung up');
        return ports.openRepository(pullRequest);
      },
    });
    expect(report.pulls.map(({ outcome }) => outcome)).toEqual(['reviewed', 'failed', 'reviewed']);
    expect(report.pulls[1]?.detail).toBe('the remote hung up');
    expect(reviewer.requests.map(({ pullRequests }) => pullRequests.length)).toEqual([2]);
    const next = await scene.review({ pulls: [1, 2, 3], settings: SESSION });
    expect(next.pulls.map(inShort)).toEqual([
      'skipped none/already-reviewed changes_requested',
      'reviewed full/first-review changes_requested',
      'skipped none/already-reviewed approved',
    ]);
  });

  test('a file of one that can not be read fails that one alone', async () => {
    await using scene = await threePulls();
    await scene.review({ pulls: [1, 2, 3], settings: SESSION });
    for (const branch of ['topic', 'second', 'third']) {
      await scene.git.checkout(branch);
      await scene.push({ [`new-in-${branch}.txt`]: 'new\n' });
    }
    const ports = scene.ports();
    const report = await scene.review({
      pulls: [1, 2, 3],
      settings: SESSION,
      openRepository: async (pullRequest) => {
        const repository = await ports.openRepository(pullRequest);
        if (pullRequest.key.number !== 2) return repository;
        repository.readFiles = async () => {
          throw new GitFault('the blob is gone');
        };
        return repository;
      },
    });
    expect(report.pulls.map(({ outcome }) => outcome)).toEqual(['reviewed', 'failed', 'reviewed']);
  });

  test('one superseded while the others are reviewed: only that one is overtaken', async () => {
    await using scene = await threePulls();
    const reviewer = scopeReviewer({
      instead: async (request, signal) => {
        await scene.git.checkout('second');
        await scene.push({ 'c.txt': 'c BUG\nmore\n' });
        await scene.review({ pulls: [2], settings: SESSION });
        scene.clock.beat();
        return scopeReviewer().review(request, signal);
      },
    });
    const report = await scene.review({ reviewer, pulls: [1, 2, 3], settings: SESSION });
    expect(report.pulls.map(({ outcome }) => outcome)).toEqual(['reviewed', 'overtaken', 'reviewed']);
    expect(scene.plans(2)).toHaveLength(1);
  });
});
