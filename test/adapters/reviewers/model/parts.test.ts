import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ModelRequest } from '../../../support/models/exchange.ts';
import { oracle } from '../../../support/models/oracle.ts';
import { readPrompt } from '../../../support/models/read-prompt.ts';
import { failures, saysJson } from '../../../support/models/replies.ts';
import { startModelServer, type ModelServer } from '../../../support/models/server.ts';
import type { PullRequestReview } from '../../../../src/ports/reviewer.ts';
import { aKey } from '../../../support/builders.ts';
import { aPullRequest, aRequest } from '../requests.ts';
import { inShort, reviewed, reviewerOver } from './support.ts';

let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer(oracle());
});
beforeEach(() => {
  models.script = oracle();
  models.requests.length = 0;
});
afterEach(() => expect(models.faults).toEqual([]));
afterAll(() => models.close());

const signal = new AbortController().signal;
const bug = (name: string, severity = 'warning'): string => `go(); // BUG(${name}, ${severity}): ${name} is wrong\n`;
/** Files of one line each, in folders of their own, so that each is a part. */
const files = (names: string[], text: (name: string) => string) =>
  Object.fromEntries(names.map((name) => [`${name}/index.ts`, text(name)]));
const NAMES = ['alpha', 'beta', 'gamma', 'delta'];
const pull = aPullRequest(
  files(NAMES, () => ''),
  files(NAMES, (name) => bug(name)),
);
const request = aRequest(pull);
const PARTS = { partTokens: 30 };

const filesOf = (asked: ModelRequest): string[] => readPrompt(asked).files.map(({ path }) => path);
const isReview = (asked: ModelRequest): boolean => readPrompt(asked).asked.length > 0;

describe('in parts', () => {
  test('each file in one part, some at a time, with one summary of all', async () => {
    let [now, most] = [0, 0];
    const good = oracle();
    models.script = async (asked) => {
      if (!isReview(asked)) return saysJson(asked, { summary: 'All four in one.' });
      now += 1;
      most = Math.max(most, now);
      const reply = await good(asked);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return reply;
    };
    const reviewer = reviewerOver(models, { ...PARTS, parallel: 2 });
    const outcome = await reviewed(reviewer, request);
    expect(inShort(outcome.reviews).toSorted()).toEqual(
      NAMES.map((name) => `warning ${name}/index.ts:1 ${bug(name).trim()}`).toSorted(),
    );
    expect(outcome.reviews[0]).toMatchObject({ summary: 'All four in one.', notReviewed: [] });
    expect(models.requests.filter(isReview).flatMap(filesOf).toSorted()).toEqual(
      NAMES.map((name) => `${name}/index.ts`).toSorted(),
    );
    expect(most).toBeLessThanOrEqual(2);
    expect(new Set(models.requests.filter(isReview).map(({ system }) => system)).size).toBe(1);
    expect(reviewer.log.lines.filter((line) => /parts done/.test(line))).toHaveLength(4);
    expect(reviewer.log.lines.at(-1)).toMatch(/^4 of 4 parts done: \d+ tokens read, \d+ written$/);
  });

  test('whoever watches is shown how far it is, in place of the log', async () => {
    const seen: string[] = [];
    const watch = ({ done, of }: { done: number; of: number }): void => void seen.push(`${done}/${of}`);
    const reviewer = reviewerOver(models, { ...PARTS, parallel: 1, watch });
    await reviewed(reviewer, request);
    expect(seen).toEqual(['0/4', '1/4', '2/4', '3/4', '4/4']);
    expect(reviewer.log.lines.join('\n')).not.toContain('parts done');
  });

  test('one that fails is left with its reason; each that ends is told with what is left', async () => {
    const good = oracle();
    models.script = (asked) => (filesOf(asked).includes('beta/index.ts') ? failures.contentFilter() : good(asked));
    const told: PullRequestReview[][] = [];
    const used: (number | null)[] = [];
    const outcome = await reviewerOver(models, { ...PARTS, parallel: 1 }).review(request, signal, (reviews, usage) => {
      told.push([...reviews]);
      used.push(usage.inputTokens);
    });
    expect(outcome).toMatchObject({
      outcome: 'reviewed',
      reviews: [{ notReviewed: [{ path: 'beta/index.ts', reason: expect.stringContaining('content filter') }] }],
    });
    expect(told.map(([review]) => review?.notReviewed.length)).toEqual([3, 3, 2, 1]);
    expect(told.map(([review]) => review?.findings.length)).toEqual([1, 1, 2, 3]);
    expect(used).toEqual(used.toSorted((a, b) => (a ?? 0) - (b ?? 0)));
    expect(used.at(-1)).toBeGreaterThan(used[0] ?? Infinity);
  });

  test('what is used up is told though nothing came of it, and though it was ended', async () => {
    models.script = () => failures.contentFilter();
    const used: (number | null)[] = [];
    const failing = reviewerOver(models, { ...PARTS, parallel: 1 });
    const outcome = await failing.review(request, signal, (_reviews, usage) => void used.push(usage.inputTokens));
    expect(outcome.outcome).toBe('failed');
    expect(used.at(-1)).toBeGreaterThan(0);

    const stopping = new AbortController();
    const good = oracle();
    models.script = (asked) => {
      if (filesOf(asked).includes('alpha/index.ts')) return good(asked);
      stopping.abort();
      return failures.hang();
    };
    used.length = 0;
    const ended = reviewerOver(models, { ...PARTS, parallel: 1, verify: false });
    const about = aRequest(
      aPullRequest(
        files(['alpha', 'beta'], () => ''),
        files(['alpha', 'beta'], (name) => bug(name)),
      ),
    );
    const broken = await ended.review(about, stopping.signal, (_reviews, usage) => void used.push(usage.inputTokens));
    expect(broken.outcome).toBe('aborted');
    expect(used).toHaveLength(2);
    expect(used[0]).toBeGreaterThan(0);
  });

  test('a key that is wrong is tried once, whatever is left', async () => {
    models.script = () => failures.badKey();
    const outcome = await reviewerOver(models, { ...PARTS, parallel: 1 }).review(request, signal);
    expect(outcome).toMatchObject({ outcome: 'failed' });
    expect(models.requests).toHaveLength(1);
  });

  test('a file in slices is reviewed only with all of them', async () => {
    const long = (mark: string) => Array.from({ length: 30 }, (_, line) => `line(${line});${mark}\n`).join('');
    const one = aRequest(aPullRequest({ 'a.ts': '' }, { 'a.ts': long('') }));
    const good = oracle();
    models.script = (asked) => (/line\(29\)/.test(JSON.stringify(asked.body)) ? failures.contentFilter() : good(asked));
    const outcome = await reviewed(reviewerOver(models, { partTokens: 80 }), one);
    expect(models.requests.length).toBeGreaterThanOrEqual(2);
    expect(outcome.reviews[0]?.notReviewed).toEqual([
      { path: 'a.ts', reason: expect.stringContaining('content filter') },
    ]);
  });

  test('several pull requests: each in parts of its own, with the queue in each prompt', async () => {
    const other = aPullRequest(
      { 'b.ts': '' },
      { 'b.ts': bug('other') },
      {
        pullRequest: { ...aKey, number: 99 as typeof aKey.number },
      },
    );
    const outcome = await reviewed(reviewerOver(models), aRequest(pull, other));
    expect(outcome.reviews.map(({ findings }) => findings.length)).toEqual([4, 1]);
    expect(models.requests.filter(isReview).every(({ messages }) => messages[0]?.text.includes('# The queue'))).toBe(
      true,
    );
  });

  test('findings on files that are not in scope do not count', async () => {
    const good = oracle();
    models.script = async (asked) => {
      const reply = await good(asked);
      if (reply.kind !== 'answer') return reply;
      return { ...reply, text: reply.text?.replaceAll('alpha/index.ts', '../../etc/passwd') ?? '' };
    };
    const outcome = await reviewed(reviewerOver(models), request);
    expect(inShort(outcome.reviews)).toHaveLength(3);
    expect(JSON.stringify(outcome)).not.toContain('passwd');
  });
});

describe('a second look', () => {
  const claims = aRequest(
    aPullRequest(
      { 'a.ts': 'start\n' },
      { 'a.ts': `start\n${bug('real', 'critical')}${bug('small', 'suggestion')}no(); // BUG(no): false alarm\n` },
    ),
  );

  test('drops what it refutes, and is asked about what is above a suggestion', async () => {
    const reviewer = reviewerOver(models, { verify: true });
    const outcome = await reviewed(reviewer, claims);
    expect(inShort(outcome.reviews).map((line) => line.split(' ')[0])).toEqual(['critical', 'suggestion']);
    expect(outcome.reviews[0]?.refuted).toBe(1);
    const looks = models.requests.map(readPrompt).filter(({ claim }) => claim !== null);
    expect(looks).toHaveLength(2);
    expect(looks[0]?.files[0]?.lines.map(({ mark, text }) => `${mark} ${text.slice(0, 5)}`)).toContain('new go();');
    expect(reviewer.log.lines).toContain('Dropped by the second look: 1 findings');
  });

  test('turned off, nothing is asked and nothing dropped', async () => {
    const outcome = await reviewed(reviewerOver(models, { verify: false }), claims);
    expect(outcome.reviews[0]?.findings).toHaveLength(3);
    expect(models.requests).toHaveLength(1);
  });

  test.each([
    ['fails', () => failures.contentFilter()],
    ['says no verdict', () => failures.prose()],
  ])('one that %s drops nothing', async (_name, reply) => {
    const good = oracle();
    models.script = (asked) => (readPrompt(asked).claim === null ? good(asked) : reply());
    const outcome = await reviewed(reviewerOver(models, { verify: true }), claims);
    expect(outcome.reviews[0]?.findings).toHaveLength(3);
  });
});

test('a second look for which the code can not be had drops nothing, and no part', async () => {
  const about = aPullRequest({ 'a.ts': '' }, { 'a.ts': bug('real', 'critical') });
  const readFiles = () => Promise.reject(new Error('the remote is away'));
  const unreadable = aRequest({ ...about, objects: { ...about.objects, readFiles } });
  const outcome = await reviewed(reviewerOver(models, { verify: true }), unreadable);
  expect(outcome.reviews[0]?.findings).toHaveLength(1);
});

test('second looks are bounded, the gravest findings first: a model may be talked into thousands', async () => {
  const lines = Array.from({ length: 70 }, (_, at) => `go(${at});\n`).join('');
  const many = aRequest(aPullRequest({ 'a.ts': '' }, { 'a.ts': lines }));
  const said = (at: number) => ({
    severity: at === 69 ? 'critical' : 'warning',
    category: 'correctness',
    path: 'a.ts',
    line: at + 1,
    quote: `go(${at});`,
    title: `Wrong ${at}`,
    body: '',
  });
  const looked: string[] = [];
  models.script = (asked) => {
    const { claim } = readPrompt(asked);
    if (claim === null) {
      const findings = Array.from({ length: 70 }, (_, at) => said(at));
      return saysJson(asked, { reviews: [{ pullRequest: 'acme/shop#12', summary: 'Many.', findings }] });
    }
    looked.push(JSON.stringify(claim));
    return saysJson(asked, { verdict: 'refuted', why: 'it is not so' });
  };
  const reviewer = reviewerOver(models, { verify: true });
  const outcome = await reviewed(reviewer, many);
  expect(looked).toHaveLength(50);
  expect(looked.join('\n')).toContain('Wrong 69');
  expect(outcome.reviews[0]).toMatchObject({ refuted: 50 });
  expect(outcome.reviews[0]?.findings).toHaveLength(20);
  expect(reviewer.log.lines).toContain(
    'No second look at 20 more findings of one call: 50 are looked at, the gravest first.',
  );
});

describe('budgets', () => {
  const usage = { input: 1000, output: 100 };
  const target = { provider: 'openai-compatible' as const, id: 'm' };

  test('what does not fit is cut before anything is asked, and stays pending', async () => {
    const budget = { inputTokens: 7000, costUsd: null };
    const reviewer = reviewerOver(models, { ...PARTS, budget });
    const outcome = await reviewed(reviewer, request);
    const left = outcome.reviews[0]?.notReviewed ?? [];
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(4);
    expect(left[0]?.reason).toBe('budget: no room left in 7000 input tokens');
    expect(outcome.usage.inputTokens).toBeLessThanOrEqual(7000);
    expect(reviewer.log.lines.join('\n')).toMatch(/files are left out, for all of them would take \d+ input tokens/);
  });

  test('what providers report counts: once it is spent, nothing more is asked', async () => {
    models.script = oracle({ usage: { input: 9000, output: 10 } });
    const budget = { inputTokens: 20_000, costUsd: null };
    const outcome = await reviewed(reviewerOver(models, { ...PARTS, budget, parallel: 1 }), request);
    expect(models.requests.filter(isReview).length).toBeLessThan(4);
    expect(outcome.reviews[0]?.notReviewed[0]?.reason).toMatch(/budget: the rest of 20000 input tokens/);
  });

  test('a cost by the prices that were given, what came from the cache for less', async () => {
    models.script = oracle({ usage: { ...usage, cached: 400 } });
    const prices = { input: 2, output: 10, cacheRead: 0.5 };
    const one = aRequest(aPullRequest({ 'a.ts': '' }, { 'a.ts': 'x\n' }));
    const outcome = await reviewed(reviewerOver(models, { target, prices }), one);
    expect(outcome.usage).toEqual({
      inputTokens: 1000,
      outputTokens: 100,
      costUsd: (600 * 2 + 400 * 0.5 + 1000) / 1e6,
    });
  });

  test('a limit on costs', async () => {
    models.script = oracle({ usage });
    const prices = { input: 100, output: 100 };
    const budget = { inputTokens: null, costUsd: 0.5 };
    const outcome = await reviewed(reviewerOver(models, { ...PARTS, target, prices, budget, parallel: 1 }), request);
    expect(outcome.usage.costUsd).toBeLessThanOrEqual(0.5);
    expect(outcome.reviews[0]?.notReviewed.length).toBeGreaterThan(0);
    expect(outcome.reviews[0]?.notReviewed[0]?.reason).toContain('$0.50');
  });

  test('over the life of a pull request, less what its earlier runs used', async () => {
    const spent = { inputTokens: 29_000, outputTokens: 0, costUsd: 0 };
    const lifeBudget = { inputTokens: 30_000, costUsd: null };
    const again = aRequest({ ...pull, spent });
    expect(await reviewerOver(models, { ...PARTS, lifeBudget }).review(again, signal)).toMatchObject({
      outcome: 'failed',
      why: 'Budget: no room left in 1000 input tokens.',
    });
    await reviewed(reviewerOver(models, { ...PARTS, lifeBudget }), request);
  });

  test('with nothing left for one call, nothing was reviewed', async () => {
    const budget = { inputTokens: 10, costUsd: null };
    expect(await reviewerOver(models, { budget }).review(request, signal)).toMatchObject({
      outcome: 'failed',
      why: 'Budget: no room left in 10 input tokens.',
    });
    expect(models.requests).toEqual([]);
  });
});
