import { mkdtemp, readdir, rm, watch } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  createCommandReviewer,
  type CommandReviewerOptions,
} from '../../../src/adapters/reviewers/command/command-reviewer.ts';
import { jobCredentials } from '../../../src/adapters/reviewers/command/environment.ts';
import { ReviewerRequest } from '../../../src/core/prompt/request.ts';
import { PullRequestNumber } from '../../../src/core/ids.ts';
import type { ReviewerOutcome, ReviewRequest } from '../../../src/ports/reviewer.ts';
import { aKey } from '../../support/builders.ts';
import { aRequest, aSmallPullRequest } from './requests.ts';

/** A folder of a test's own, where nothing may be left when the reviewer is done. */
async function aWorkFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'command-reviewer-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

type Called = Partial<Pick<CommandReviewerOptions, 'passEnv' | 'env' | 'timeoutMs' | 'graceMs' | 'argv'>> & {
  request?: ReviewRequest;
  signal?: AbortSignal;
};

/** Runs `script` as the reviewer, in this very node. */
async function call(folder: string, script: string, called: Called = {}): Promise<ReviewerOutcome> {
  const { request = aRequest(aSmallPullRequest), signal = new AbortController().signal, ...options } = called;
  const reviewer = createCommandReviewer({
    argv: [process.execPath, '--input-type=commonjs', '-e', script],
    passEnv: [],
    env: {
      PATH: process.env['PATH'],
      GITHUB_TOKEN: 'ghs_secret',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'oidc',
      KEY: 'sk-12345678',
    },
    workFolder: folder,
    timeoutMs: 20_000,
    graceMs: 200,
    fingerprintParts: [],
    ...options,
  });
  return reviewer.review(request, signal);
}

const answer = (value: unknown): string => `console.log(${JSON.stringify(JSON.stringify(value))})`;
const good = {
  reviews: [
    {
      pullRequest: 'acme/shop#12',
      summary: 'Fine.',
      findings: [{ severity: 'warning', path: 'a.ts', line: 2, quote: 'y == z', title: 'Loose' }],
      futureField: true,
    },
  ],
  usage: { inputTokens: 10, outputTokens: 2, costUsd: 0.01 },
  sessionId: 's-1',
};

describe('a command that answers', () => {
  test('is read with defaults filled in', async () => {
    await using folder = await aWorkFolder();
    expect(await call(folder.path, answer(good))).toEqual({
      outcome: 'reviewed',
      reviews: [
        {
          pullRequest: 'acme/shop#12',
          summary: 'Fine.',
          findings: [
            {
              severity: 'warning',
              category: 'general',
              path: 'a.ts',
              line: 2,
              side: 'RIGHT',
              quote: 'y == z',
              title: 'Loose',
              body: '',
            },
          ],
          judgements: [],
          notReviewed: [],
          analysed: null,
        },
      ],
      usage: { inputTokens: 10, outputTokens: 2, costUsd: 0.01 },
      sessionId: 's-1',
    });
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('gets the prompt on stdin and the request as a file', async () => {
    await using folder = await aWorkFolder();
    const script = `
      const request = JSON.parse(require('node:fs').readFileSync(process.env.PUSHBACK_REQUEST, 'utf8'));
      const prompt = require('node:fs').readFileSync(0, 'utf8');
      const summary = JSON.stringify({ request, prompt, argv: process.argv.slice(1), session: process.env.PUSHBACK_SESSION_ID });
      console.log(JSON.stringify({ reviews: [{ pullRequest: 'acme/shop#12', summary }] }));`;
    const pull = { ...aSmallPullRequest, instructions: 'Mind the discounts.' };
    const request = { ...aRequest(pull), previousReviewerSessionId: 's-0' };
    const argv: [string, ...string[]] = [process.execPath, '--input-type=commonjs', '-e', script, '$(id)', '; ls'];
    const outcome = await call(folder.path, '', { request, argv });
    if (outcome.outcome !== 'reviewed') throw new Error(JSON.stringify(outcome));
    const seen = JSON.parse(outcome.reviews[0]?.summary ?? '') as {
      request: unknown;
      prompt: string;
      argv: string[];
      session: string;
    };
    expect(ReviewerRequest.parse(seen.request).pullRequests[0]?.files[0]?.hunks[0]?.lines).toEqual([
      { kind: 'context', line: 1, text: 'start' },
      { kind: 'new', line: 2, text: 'const x = y == z;' },
      { kind: 'context', line: 3, text: 'end' },
    ]);
    expect(seen.prompt).toContain('2 + const x = y == z;');
    expect(seen.prompt).toContain('Mind the discounts.');
    expect(seen.argv).toEqual(['$(id)', '; ls']);
    expect(seen.session).toBe('s-0');
  });

  test('and leaves a pull request out leaves its files pending', async () => {
    await using folder = await aWorkFolder();
    const other = { ...aSmallPullRequest, pullRequest: { ...aKey, number: PullRequestNumber.parse(13) } };
    const outcome = await call(folder.path, answer(good), { request: aRequest(aSmallPullRequest, other) });
    expect(outcome.outcome === 'reviewed' ? outcome.reviews[1] : outcome).toEqual({
      pullRequest: 'acme/shop#13',
      summary: '',
      findings: [],
      judgements: [],
      notReviewed: [{ path: 'a.ts', reason: "the reviewer's answer does not speak of this pull request" }],
      analysed: null,
    });
  });

  test('without reading its prompt is read all the same', async () => {
    await using folder = await aWorkFolder();
    const big = { ...aSmallPullRequest, body: 'x'.repeat(2_000_000) };
    const script = `process.stdin.destroy(); ${answer(good)}`;
    expect((await call(folder.path, script, { request: aRequest(big) })).outcome).toBe('reviewed');
  });
});

describe('the environment', () => {
  const dump = `
    const names = Object.keys(process.env).filter((name) => name !== '__CF_USER_TEXT_ENCODING').sort();
    console.log(JSON.stringify({ reviews: [{ pullRequest: 'acme/shop#12', summary: names.join(' ') + '|' + process.env.HOME }] }))`;
  async function names(passEnv: string[]): Promise<string[]> {
    await using folder = await aWorkFolder();
    const outcome = await call(folder.path, dump, { passEnv });
    if (outcome.outcome !== 'reviewed') throw new Error(JSON.stringify(outcome));
    const [list = '', home = ''] = (outcome.reviews[0]?.summary ?? '').split('|');
    expect(home.startsWith(folder.path)).toBe(true);
    return list.split(' ');
  }
  test('holds what a program needs, and nothing of the job', async () => {
    expect(await names([])).toEqual(['HOME', 'PATH', 'PUSHBACK_REQUEST', 'TMPDIR']);
  });
  test('holds what was named, where it is set', async () => {
    expect(await names(['KEY', 'UNSET'])).toEqual(['HOME', 'KEY', 'PATH', 'PUSHBACK_REQUEST', 'TMPDIR']);
  });
  test('refuses what is no name', async () => {
    await expect(names(['A=B'])).rejects.toThrow('pass-env: "A=B" is no name of an environment variable');
  });
  test('names that hand over credentials of the job are told apart', () => {
    expect(
      jobCredentials(['KEY', 'GITHUB_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'AWS_SECRET_ACCESS_KEY', 'LANG']),
    ).toEqual(['GITHUB_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'AWS_SECRET_ACCESS_KEY']);
  });
});

describe('a command that fails', () => {
  test.each<[string, string, RegExp, RegExp]>([
    ['prints nothing', '', /did not answer as its contract says: it printed nothing/, /^$/],
    ['prints words', `console.log('Looks good!')`, /it printed no JSON object/, /^stdout:\nLooks good!$/],
    ['prints two objects', `console.log('{"reviews":[]} {}')`, /it printed no JSON object/, /stdout/],
    [
      'prints bad fields: all are named',
      answer({
        reviews: [
          {
            pullRequest: 'acme/shop#12',
            findings: [
              { severity: 'bad', path: 'a.ts', title: 't' },
              { severity: 'warning', path: '', title: 't' },
            ],
          },
        ],
      }),
      /reviews\[0\]\.findings\[0\]\.severity: .*; reviews\[0\]\.findings\[1\]\.path: /,
      /stdout/,
    ],
    [
      'reviews another pull request',
      answer({ reviews: [{ pullRequest: 'acme/shop#99' }] }),
      /reviews\[0\]\.pullRequest: "acme\/shop#99" was not asked for; asked for: acme\/shop#12/,
      /stdout/,
    ],
    [
      'reviews one twice',
      answer({ reviews: [good.reviews[0], good.reviews[0]] }),
      /reviews\[1\]\.pullRequest: "acme\/shop#12" is reviewed twice/,
      /stdout/,
    ],
    [
      'exits with a code',
      `${answer(good)}; console.error('no key'); process.exitCode = 3`,
      /exited with code 3; it must exit with 0/,
      /stderr:\nno key$/,
    ],
    ['is killed', `process.kill(process.pid, 'SIGKILL')`, /was ended by SIGKILL/, /^$/],
    [
      'prints control characters',
      `console.log('\\u001b[31mred\\u0000')`,
      /no JSON object/,
      /^stdout:\n\\u\{1b\}\[31mred\\u\{0\}$/,
    ],
    ['prints what it was given', `console.log('key ' + process.env.KEY)`, /no JSON object/, /^stdout:\nkey \*\*\*$/],
    [
      'prints much',
      `console.error('e'.repeat(100000)); console.log('o'.repeat(100000))`,
      /no JSON object/,
      /^stdout:\no{2000}\n\[… 96000 characters left out …\]\no{2000}\nstderr:\ne{2000}/,
    ],
  ])('%s', async (_name, script, why, output) => {
    await using folder = await aWorkFolder();
    const outcome = await call(folder.path, script, { passEnv: ['KEY'] });
    if (outcome.outcome !== 'failed') throw new Error(JSON.stringify(outcome));
    expect(outcome.why).toMatch(why);
    expect(outcome.why).not.toContain('sk-12345678');
    expect(outcome.output).toMatch(output);
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('a program that is not there', async () => {
    await using folder = await aWorkFolder();
    expect(await call(folder.path, '', { argv: ['no-such-reviewer'] })).toEqual({
      outcome: 'failed',
      why: `The reviewer's command "no-such-reviewer" could not be started: there is no such program in PATH (or its folder is missing).`,
      output: '',
    });
  });

  test('prints without end: ended', async () => {
    await using folder = await aWorkFolder();
    const script = `const block = 'x'.repeat(1 << 20); const go = () => { while (process.stdout.write(block)); }; process.stdout.on('drain', go); go();`;
    const outcome = await call(folder.path, script);
    expect(outcome.outcome === 'failed' ? outcome.why : outcome).toMatch(
      /printed more than 16777216 bytes and was ended/,
    );
  });
});

describe('a command that hangs', () => {
  // Neither it nor its child ends when asked; both say that they live by a file with their process id.
  const stubborn = (folder: string): string => `
    process.on('SIGTERM', () => {});
    const grandchild = ${JSON.stringify(`process.on('SIGTERM', () => {}); require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'grandchild'))}, String(process.pid)); setInterval(() => {}, 1000);`)};
    require('node:child_process').spawn(process.execPath, ['-e', grandchild], { stdio: 'inherit' });
    setInterval(() => {}, 1000);`;

  async function grandchildOf(folder: string): Promise<number> {
    const file = join(folder, 'grandchild');
    const stop = new AbortController();
    const changes = watch(folder, { signal: stop.signal })[Symbol.asyncIterator]();
    // Watching begins before the look, or what happens in between would go unseen.
    let change = changes.next();
    while (!existsSync(file) || readFileSync(file, 'utf8') === '') {
      await change;
      change = changes.next();
    }
    stop.abort();
    await change.catch(() => undefined);
    return Number(readFileSync(file, 'utf8'));
  }

  /** Gone, or dead and not yet fetched by whoever adopted it. */
  function isAlive(pid: number): boolean {
    try {
      process.kill(pid, 0);
    } catch {
      return false;
    }
    return process.platform !== 'linux' || !/^State:\s+[ZX]/m.test(readStatus(pid));
  }

  function readStatus(pid: number): string {
    try {
      return readFileSync(`/proc/${pid}/status`, 'utf8');
    } catch {
      return 'State: X';
    }
  }

  test('is ended at its time limit, with all that it started', async () => {
    await using folder = await aWorkFolder();
    const [outcome, grandchild] = await Promise.all([
      call(folder.path, stubborn(folder.path), { timeoutMs: 2500 }),
      grandchildOf(folder.path),
    ]);
    expect(outcome).toMatchObject({
      outcome: 'failed',
      why: expect.stringMatching(/was ended after 2.5 s, its time limit/) as unknown,
    });
    expect(isAlive(grandchild)).toBe(false);
  });

  test('is ended when the run is, with all that it started', async () => {
    await using folder = await aWorkFolder();
    const abort = new AbortController();
    const outcome = call(folder.path, stubborn(folder.path), { signal: abort.signal });
    const grandchild = await grandchildOf(folder.path);
    abort.abort();
    expect(await outcome).toEqual({ outcome: 'aborted' });
    expect(isAlive(grandchild)).toBe(false);
  });

  test('is not started when the run has ended already', async () => {
    await using folder = await aWorkFolder();
    expect(await call(folder.path, answer(good), { signal: AbortSignal.abort() })).toEqual({ outcome: 'aborted' });
  });

  test('a child that it leaves behind ends with it', async () => {
    await using folder = await aWorkFolder();
    const file = JSON.stringify(join(folder.path, 'grandchild'));
    const script = `
      const fs = require('node:fs');
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      child.on('spawn', () => { fs.writeFileSync(${file}, String(child.pid)); ${answer(good)}; child.unref(); });`;
    const outcome = await call(folder.path, script);
    expect(outcome.outcome).toBe('reviewed');
    expect(isAlive(Number(readFileSync(join(folder.path, 'grandchild'), 'utf8')))).toBe(false);
  });
});

describe('its fingerprint', () => {
  const fingerprint = (options: Partial<CommandReviewerOptions>): string =>
    createCommandReviewer({
      argv: ['a', 'b'],
      passEnv: [],
      env: {},
      workFolder: '/',
      timeoutMs: 1,
      fingerprintParts: [],
      ...options,
    }).fingerprint;
  test('changes with what can change the answers, and with nothing else', () => {
    const same = fingerprint({});
    expect(fingerprint({ timeoutMs: 2, passEnv: ['X'] })).toBe(same);
    const others = [{ argv: ['ab'] as [string] }, { fingerprintParts: ['x'] }].map(fingerprint);
    expect(new Set([same, ...others]).size).toBe(3);
  });
});
