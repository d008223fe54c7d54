import { describe, expect, test } from '@jest/globals';
import { PullRequestNumber, SessionName } from '../../src/core/ids.ts';
import { SWEEP } from '../../src/core/open-pull-requests.ts';
import { pullRequestName, type ListedPullRequest } from '../../src/core/pull-request.ts';
import type { RunReports } from '../../src/core/report.ts';
import { reviewOneByOne } from '../../src/pipeline/one-by-one.ts';
import { reviewOpen, type Sweep } from '../../src/pipeline/open.ts';
import type { ReviewPorts, ReviewSettings } from '../../src/pipeline/ports.ts';
import { LedgerForbidden, LedgerUnavailable } from '../../src/ports/ledger.ts';
import type { OpenPullRequests } from '../../src/ports/open-pull-requests.ts';
import { HostFault } from '../../src/ports/pull-requests.ts';
import { runReview } from '../../src/run-review.ts';
import { aKey, aPullReport, aRunReport, sha } from '../support/builders.ts';
import { aSettings, inShort, Scene } from './scene.ts';

const MAIN = { 'README.md': 'shop\n' };
const change = (name: string) => ({ [`${name}.txt`]: 'one\ntwo BUG\nthree\n' });

/** Pull requests 1 to 3. */
async function threeOpen(): Promise<Scene> {
  const scene = await Scene.start(MAIN, change('a'));
  await scene.openPull(2, 'second', change('b'));
  await scene.openPull(3, 'third', change('c'));
  return scene;
}

/** As the host lists them, the highest number first. */
function openIn(scene: Scene, of: Record<number, Partial<ListedPullRequest>> = {}): OpenPullRequests {
  const branches = ['topic', 'second', 'third'];
  return {
    async list() {
      const pulls = branches.map(async (branch, index) => {
        const { key } = scene.host.pull(index + 1);
        return aListed(index + 1, { key, headSha: await scene.git.head(branch), ...of[index + 1] });
      });
      return { pulls: (await Promise.all(pulls)).toReversed(), complete: true };
    },
    ofBranch: async () => [],
  };
}

function aListed(number: number, overrides: Partial<ListedPullRequest> = {}): ListedPullRequest {
  const key = { ...aKey, number: PullRequestNumber.parse(number) };
  const head = { headSha: sha('1'), headRepositoryId: key.repositoryId, baseRef: 'main' };
  return { key, ...head, draft: false, author: 'ada', labels: [], fromFork: false, url: '', ...overrides };
}

type Options = {
  ports?: Partial<ReviewPorts>;
  settings?: Partial<ReviewSettings>;
  sweep?: Partial<Sweep>;
};

function sweep(scene: Scene, { ports = {}, settings = {}, sweep: more = {} }: Options = {}): Promise<RunReports> {
  scene.clock.advance(60);
  const all = scene.ports(ports);
  return reviewOpen(
    all,
    { ...aSettings, ...settings },
    {
      repository: aKey.repository,
      open: openIn(scene),
      review: (given, refs) => runReview(all, given, refs),
      ...more,
    },
  );
}

const told = ({ runs, failures }: RunReports): string[] => [
  ...runs.flatMap(({ session, pulls }) => pulls.map((pull) => `${session} ${inShort(pull)}`)),
  ...failures.map(({ pullRequest, why }) => `${pullRequest} failed: ${why}`),
];
const FIRST = 'reviewed full/first-review changes_requested';

describe('whatever is open', () => {
  test('is reviewed once, each in its own session', async () => {
    await using scene = await threeOpen();
    expect(told(await sweep(scene))).toEqual([`acme/shop#3 ${FIRST}`, `acme/shop#2 ${FIRST}`, `acme/shop#1 ${FIRST}`]);
    const published = scene.host.published.length;
    const again = await sweep(scene);
    expect([told(again), again.notes]).toEqual([
      [],
      ['3 open, 0 left alone as configured', 'No open pull request needs a review'],
    ]);
    await scene.git.checkout('second');
    await scene.push({ 'b.txt': 'one\ntwo\nthree\n' });
    expect(told(await sweep(scene))).toEqual(['acme/shop#2 reviewed full/interdiff-not-smaller changes_requested']);
    expect(scene.host.published).toHaveLength(published + 1);
  });

  test('what is left alone is not looked at, and what needs nothing is not touched', async () => {
    await using scene = await threeOpen();
    let reads = 0;
    scene.host.onRead = () => void (reads += 1);
    const open = openIn(scene, { 1: { draft: true }, 2: { fromFork: true } });
    const settings: Partial<ReviewSettings> = {
      exclusionOf: ({ draft }) => (draft ? 'draft' : null),
      refusalOf: ({ fromFork }) => (fromFork ? 'it comes from a fork' : null),
    };
    const first = await sweep(scene, { settings, sweep: { open } });
    expect([told(first), first.notes]).toEqual([[`acme/shop#3 ${FIRST}`], ['3 open, 2 left alone as configured']]);
    const ended: string[] = [];
    const checks: ReviewPorts['checks'] = {
      api: { begin: async () => 1, finish: async (_check, { title }) => void ended.push(title) },
      name: 'Pushback',
      policy: { failOn: 'warning', onError: 'fail' },
      holding: () => undefined,
      summaryOf: () => '',
    };
    reads = 0;
    const second = await sweep(scene, { settings, ports: { checks }, sweep: { open } });
    expect([told(second), ended, reads]).toEqual([[], [], 0]);
    // The claim has the last word, and what it needs no run for is not told either.
    const unknowing = { ...scene.ledger(), list: async () => [] };
    const third = await sweep(scene, { settings, ports: { checks, ledger: unknowing }, sweep: { open } });
    expect([told(third), ended, reads]).toEqual([[], [], 1]);
    expect(scene.host.published).toHaveLength(1);
  });

  test('a fault in one does not stop the others', async () => {
    await using scene = await threeOpen();
    let reads = 0;
    scene.host.onRead = () => {
      reads += 1;
      if (reads === 1) throw new HostFault('GitHub answered 500');
    };
    expect(told(await sweep(scene))).toEqual([
      `acme/shop#2 ${FIRST}`,
      `acme/shop#1 ${FIRST}`,
      'acme/shop#3 failed: GitHub answered 500',
    ]);
    const { ledger } = scene.ports();
    const broken = {
      ...ledger,
      list: async (session: SessionName) => {
        if (session === 'acme/shop#2') throw new LedgerUnavailable('it gave no answer');
        return ledger.list(session);
      },
    };
    expect(told(await sweep(scene, { ports: { ledger: broken } }))).toEqual([
      `acme/shop#3 ${FIRST}`,
      'acme/shop#2 failed: it gave no answer',
    ]);
  });

  test('a ledger that refuses the caller is asked once', async () => {
    await using scene = await threeOpen();
    let asked = 0;
    const ledger = {
      ...scene.ledger(),
      list: async () => {
        asked += 1;
        throw new LedgerForbidden('the endpoint does not let this job call');
      },
    };
    await expect(sweep(scene, { ports: { ledger } })).rejects.toThrow(LedgerForbidden);
    expect(asked).toBe(1);
  });

  test('of a named session: what it holds and needs a review, at once', async () => {
    await using scene = await threeOpen();
    const session = SessionName.parse('stack');
    expect(told(await sweep(scene, { settings: { session } }))).toEqual([]);
    await scene.review({ settings: { session }, pulls: [1, 2] });
    await scene.git.checkout('second');
    await scene.push({ 'b.txt': 'one\n' });
    expect(told(await sweep(scene, { settings: { session } }))).toEqual(['stack reviewed none/unchanged approved']);
  });

  test('an interrupted run begins no other', async () => {
    await using scene = await threeOpen();
    const stop = new AbortController();
    const reports = await sweep(scene, {
      ports: { interrupted: stop.signal },
      sweep: {
        review: async () => {
          stop.abort();
          return aRunReport();
        },
      },
    });
    expect([reports.runs.length, reports.notes.at(-1)]).toEqual([1, '2 open pull requests were left for the next run']);
  });
});

describe('the bounds of a run', () => {
  const many = (count: number, complete = true): OpenPullRequests => ({
    list: async () => ({ pulls: Array.from({ length: count }, (_, at) => aListed(at + 1)), complete }),
    ofBranch: async () => [],
  });
  const skipped = aRunReport([aPullReport({ outcome: 'skipped' })]);

  test.each<[string, OpenPullRequests, ReturnType<typeof aRunReport>, number, string[]]>([
    ['as many as are reviewed', many(32), aRunReport(), SWEEP.reviewed, ['2 open pull requests were left']],
    ['as many as are claimed', many(105), skipped, SWEEP.claimed, ['5 open pull requests were left', 'No open']],
    ['more than are listed', many(2, false), aRunReport(), 2, ['There are more than 300 open pull requests']],
  ])('%s', async (_name, open, report, claims, notes) => {
    await using scene = await Scene.start(MAIN, change('a'));
    const asked: string[] = [];
    const reports = await sweep(scene, {
      sweep: {
        open,
        review: async (_settings, refs) => {
          asked.push(...refs.map(pullRequestName));
          return report;
        },
      },
    });
    expect(asked).toEqual(Array.from({ length: claims }, (_, at) => `acme/shop#${at + 1}`));
    const said = reports.notes.filter((note) => !note.includes('left alone'));
    expect(said).toEqual(notes.map((note) => expect.stringContaining(note)));
  });
});

test('several that were named, one after another: one that is not there does not stop the others', async () => {
  await using scene = await threeOpen();
  const ports = scene.ports();
  const refs = [1, 99, 3].map((number) => ({ repository: aKey.repository, number: PullRequestNumber.parse(number) }));
  const reports = await reviewOneByOne(ports, aSettings, refs, (given, some) => runReview(ports, given, some));
  expect(told(reports)).toEqual([
    `acme/shop#1 ${FIRST}`,
    `acme/shop#3 ${FIRST}`,
    'acme/shop#99 failed: acme/shop#99: there is no such pull request',
  ]);
});
