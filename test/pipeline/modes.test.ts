import { describe, expect, test } from '@jest/globals';
import { findingsOf, inShort, Scene } from './scene.ts';
import { scopeReviewer, treeReviewer } from './reviewers.ts';

const LINES = Array.from({ length: 12 }, (_, index) => `line ${index + 1} of a file that nobody changes`).join('\n');
const MAIN = { 'base.txt': `${LINES}\n`, 'README.md': 'shop\n' };
const TOPIC = { 'a.txt': 'one\ntwo BUG\nthree\n', 'b.txt': 'alpha\nbeta\ngamma\ndelta\n' };

/** Its scope, as the reviewer was asked: paths in order. */
function scopeOf(reviewer: { requests: { pullRequests: { scope: { files: { path: string }[] } }[] }[] }): string[] {
  return reviewer.requests.at(-1)?.pullRequests[0]?.scope.files.map(({ path }) => path) ?? [];
}

describe('the modes of a run', () => {
  test('first everything, then what is new, then nothing', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const reviewer = scopeReviewer();

    const first = await scene.reviewOne({ reviewer });
    expect(inShort(first)).toBe('reviewed full/first-review changes_requested');
    expect(findingsOf(first)).toEqual(['F1 new a.txt:2']);
    expect(scopeOf(reviewer)).toEqual(['a.txt', 'b.txt']);

    await scene.push({ 'b.txt': 'alpha\nbeta BUG\ngamma\ndelta\n' });
    const second = await scene.reviewOne({ reviewer });
    expect(inShort(second)).toBe('reviewed incremental/new-commits changes_requested');
    expect(findingsOf(second)).toEqual(['F1 open a.txt:2', 'F2 new b.txt:2']);
    expect(scopeOf(reviewer)).toEqual(['b.txt']);
    expect(reviewer.requests[1]?.pullRequests[0]?.findings.map(({ shortId }) => shortId)).toEqual([1]);
    expect(second.record?.result.previousSha).toBe(first.headSha);

    await scene.git.checkout('main');
    await scene.push({ 'README.md': 'the shop\n' });
    await scene.git.checkout('topic');
    await scene.git.merge('main');
    const third = await scene.reviewOne({ reviewer });
    expect(inShort(third)).toBe('reviewed none/unchanged changes_requested');
    expect(findingsOf(third)).toEqual(['F1 open a.txt:2', 'F2 open b.txt:2']);
    expect(reviewer.requests).toHaveLength(2);
    expect(third.record?.result.summary).toBe(second.record?.result.summary);

    const again = await scene.reviewOne({ reviewer });
    expect(inShort(again)).toBe('skipped none/already-reviewed changes_requested');
    expect(reviewer.requests).toHaveLength(2);
    const plans = scene.plans();
    expect(plans.map(({ review }) => review.action)).toEqual(['create', 'create', 'none']);
    expect(plans.map(({ summary }) => summary.action)).toEqual(['create', 'edit', 'edit']);
  });

  test('a rebase is no change, and an amended commit is reviewed as one', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const reviewer = scopeReviewer();
    await scene.reviewOne({ reviewer });
    await scene.git.checkout('main');
    await scene.push({ 'README.md': 'the shop\n' });
    await scene.git.checkout('topic');
    await scene.git.rebase('main');
    expect(inShort(await scene.reviewOne({ reviewer }))).toBe('reviewed none/unchanged changes_requested');

    scene.clock.advance(60);
    await scene.git.write({ 'b.txt': 'alpha\nbeta\ngamma\ndelta BUG\n' });
    await scene.git.git('commit', '-qa', '--amend', '--no-edit');
    const amended = await scene.reviewOne({ reviewer });
    expect(inShort(amended)).toBe('reviewed incremental/history-rewritten changes_requested');
    expect(scopeOf(reviewer)).toEqual(['b.txt']);
  });

  test('a merge of main with a change of its own', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const reviewer = scopeReviewer();
    await scene.reviewOne({ reviewer });
    await scene.git.checkout('main');
    await scene.push({ 'README.md': 'the shop\n' });
    await scene.git.checkout('topic');
    await scene.git.merge('main');
    await scene.push({ 'c.txt': 'new BUG\n' });
    const merged = await scene.reviewOne({ reviewer });
    expect(inShort(merged)).toBe('reviewed incremental/base-moved changes_requested');
    expect(scopeOf(reviewer)).toEqual(['c.txt']);
    expect(findingsOf(merged)).toEqual(['F1 open a.txt:2', 'F2 new c.txt:1']);
  });

  test('a reviewer of the tree is asked even where nothing changed, and its results count', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    await scene.reviewOne({ reviewer: treeReviewer() });
    await scene.git.checkout('main');
    await scene.push({ 'README.md': 'the shop\n' });
    await scene.git.checkout('topic');
    await scene.git.rebase('main');
    const stricter = treeReviewer({
      each: (pull) => ({
        findings: [
          {
            severity: 'critical',
            category: 'security',
            side: 'RIGHT',
            path: 'b.txt',
            line: 3,
            endLine: 3,
            quote: 'gamma',
            title: 'A new rule finds this',
            body: '',
          },
        ],
        analysed: { revision: pull.version.headSha, complete: true },
      }),
    });
    const same = await scene.reviewOne({ reviewer: stricter });
    expect(inShort(same)).toBe('reviewed none/unchanged changes_requested');
    expect(findingsOf(same)).toEqual(['F1 fixed a.txt:2', 'F2 new b.txt:3']);
  });

  test('nothing of it is reviewable', async () => {
    await using scene = await Scene.start(MAIN, { 'logo.bin': new Uint8Array([0, 1, 2, 3, 0, 255]) });
    const reviewer = scopeReviewer();
    const report = await scene.reviewOne({ reviewer });
    expect(inShort(report)).toBe('reviewed none/nothing-reviewable approved');
    expect(reviewer.requests).toEqual([]);
  });

  test.each([
    ['history as it was', false],
    ['history rewritten meanwhile', true],
  ])('a file that was not reviewed comes back: %s', async (_name, rewritten) => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const skipping = scopeReviewer({
      each: () => ({ findings: [], notReviewed: [{ path: 'b.txt', reason: 'no room' }] }),
    });
    const partial = await scene.reviewOne({ reviewer: skipping });
    expect(inShort(partial)).toBe('reviewed full/first-review inconclusive');
    expect(partial.record?.result.coverage.pending).toEqual([{ path: 'b.txt', reason: 'no room' }]);

    if (rewritten) {
      scene.clock.advance(60);
      await scene.git.git('commit', '-q', '--amend', '-m', 'Another message');
    }
    const reviewer = scopeReviewer({ each: () => ({ findings: [] }) });
    const rest = await scene.reviewOne({ reviewer });
    expect(inShort(rest)).toBe(`reviewed incremental/${rewritten ? 'history-rewritten' : 'resumed-partial'} approved`);
    expect(scopeOf(reviewer)).toEqual(['b.txt']);
  });

  test('forced: everything again, whether it was reviewed or not; no finding is raised twice', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const reviewer = scopeReviewer();
    await scene.reviewOne({ reviewer });
    const rerun = await scene.reviewOne({ reviewer, settings: { force: 'rerun' } });
    expect(inShort(rerun)).toBe('reviewed full/forced changes_requested');
    expect(findingsOf(rerun)).toEqual(['F1 open a.txt:2']);
    const full = await scene.reviewOne({ reviewer, settings: { force: 'full' } });
    expect(inShort(full)).toBe('reviewed full/forced changes_requested');
    expect(scene.plans().map(({ review }) => review.action)).toEqual(['create', 'none', 'none']);
  });

  test.each([
    ['the input', { settings: { incremental: 'false' as const } }],
    ['another reviewer', { reviewer: scopeReviewer({ fingerprint: 'another' }) }],
  ])('not incremental: %s', async (_name, overrides) => {
    await using scene = await Scene.start(MAIN, TOPIC);
    await scene.reviewOne();
    await scene.push({ 'b.txt': 'alpha\nbeta BUG\ngamma\ndelta\n' });
    const reason = 'settings' in overrides ? 'incremental-off' : 'reviewer-changed';
    expect(inShort(await scene.reviewOne(overrides))).toBe(`reviewed full/${reason} changes_requested`);
  });

  test("not incremental: the deployment's flag, unless the input overrules it", async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    await scene.reviewOne();
    await scene.push({ 'b.txt': 'alpha\nbeta BUG\ngamma\ndelta\n' });
    const ledger = scene.ledger();
    const switchedOff: typeof ledger = {
      ...ledger,
      claim: async (command) => {
        const outcome = await ledger.claim(command);
        if (outcome.outcome === 'rejected') return outcome;
        const incremental = { value: false, cause: 'this owner' };
        return { ...outcome, answers: outcome.answers.map((answer) => ({ ...answer, incremental })) };
      },
    };
    expect(inShort(await scene.reviewOne({ ledger: switchedOff }))).toBe(
      'reviewed full/incremental-off changes_requested',
    );
    await scene.push({ 'b.txt': 'alpha\nbeta\ngamma\ndelta\n' });
    expect(inShort(await scene.reviewOne({ ledger: switchedOff, settings: { incremental: 'true' } }))).toBe(
      'reviewed incremental/new-commits changes_requested',
    );
  });

  test('a version that can not be had costs only what was last reviewed there', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const skipping = scopeReviewer({ each: () => ({ notReviewed: [{ path: 'b.txt', reason: 'no room' }] }) });
    const first = await scene.reviewOne({ reviewer: skipping });
    await scene.push({ 'a.txt': 'one\ntwo BUG\nthree\nfour\n', 'c.txt': 'new\n' });
    // Reviews b.txt and c.txt but not a.txt, and hands in too late: a source of the next claim, beside the first review.
    const late = scopeReviewer({
      instead: async (request) => {
        await scene.push({ 'd.txt': 'newer\n' });
        await scene.reviewOne({
          reviewer: scopeReviewer({ instead: async () => ({ outcome: 'failed', why: 'no', output: '' }) }),
        });
        const answer = scopeReviewer({ each: () => ({ notReviewed: [{ path: 'a.txt', reason: 'no room' }] }) });
        return answer.review(request, new AbortController().signal);
      },
    });
    expect((await scene.reviewOne({ reviewer: late })).outcome).toBe('overtaken');

    const reviewer = scopeReviewer();
    const lost = first.headSha;
    const ports = scene.ports();
    const report = await scene.reviewOne({
      reviewer,
      openRepository: async (pullRequest) => {
        const repository = await ports.openRepository(pullRequest);
        const fetch = repository.fetch.bind(repository);
        repository.fetch = async (commits) => {
          const outcome = await fetch(commits);
          return commits.includes(lost) ? { outcome: 'unavailable', missing: [lost], why: 'not our ref' } : outcome;
        };
        return repository;
      },
    });
    expect(inShort(report)).toBe('reviewed incremental/new-commits changes_requested');
    const files = reviewer.requests[0]?.pullRequests[0]?.scope.files ?? [];
    expect(files.map(({ path, whole }) => [path, whole])).toEqual([
      ['a.txt', true],
      ['d.txt', true],
    ]);
    expect(scene.log.join('\n')).toContain('not our ref');
  });
});
