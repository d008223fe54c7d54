import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from '@jest/globals';
import { reviewCommand } from '../../src/cli/review.ts';
import type { RawReviewFlags } from '../../src/cli/review-flags.ts';
import { WrongUse } from '../../src/cli/wrong-use.ts';
import { GitRepository } from '../support/git/git-repository.ts';
import { runPushback } from './run-command.ts';

/** Reports every new line that holds BUG. */
const REVIEWER = `
const request = JSON.parse(require('node:fs').readFileSync(process.env.PUSHBACK_REQUEST, 'utf8'));
const reviews = request.pullRequests.map((pr) => ({
  pullRequest: pr.pullRequest,
  summary: 'Read.',
  findings: pr.files.flatMap((file) => file.hunks.flatMap((hunk) => hunk.lines)
    .filter((line) => line.kind === 'new' && line.text.includes('BUG'))
    .map((line) => ({ severity: 'warning', category: 'correctness', path: file.path, line: line.line, quote: line.text, title: 'A bug' }))),
}));
process.stdin.resume().on('end', () => process.stdout.write(JSON.stringify({ reviews, usage: { inputTokens: 7 } })));
`;
const COMMAND = [process.execPath, '-e', REVIEWER];

async function aRepository(): Promise<GitRepository> {
  const git = await GitRepository.create();
  await git.commit('Start', { 'README.md': 'shop\n', 'base.txt': 'one\ntwo\nthree\nfour\nfive\n' });
  await git.checkout('topic', 'main');
  await git.commit('Topic', { 'a.txt': 'one\ntwo BUG\nthree\n', 'b.txt': 'some\nother words\nstand here\n' });
  return git;
}

function raw(git: GitRepository, overrides: Partial<RawReviewFlags> = {}): RawReviewFlags {
  return {
    repo: git.folder,
    base: 'main',
    head: 'HEAD',
    passEnv: [],
    incremental: 'true',
    failOn: 'never',
    timeoutMinutes: '1',
    json: true,
    quiet: true,
    ...overrides,
  };
}

type Review = { code: number; out: string; err: string };

async function review(git: GitRepository, overrides: Partial<RawReviewFlags> = {}, argv = COMMAND): Promise<Review> {
  const said: Review = { code: -1, out: '', err: '' };
  said.code = await reviewCommand(raw(git, overrides), argv, {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
  });
  return said;
}

type Json = Record<string, unknown> & { findings: Record<string, unknown>[]; scope: Record<string, number> };

async function reviewJson(git: GitRepository, overrides: Partial<RawReviewFlags> = {}, argv = COMMAND): Promise<Json> {
  const { out } = await review(git, overrides, argv);
  return JSON.parse(out.trim().split('\n').at(-1) ?? '') as Json;
}

function inShort({ mode, reason, verdict, findings }: Json): string {
  const states = findings.map(
    ({ id, status, path, line }) => `${String(id)} ${String(status)} ${String(path)}:${String(line)}`,
  );
  return [`${String(mode)}/${String(reason)} ${String(verdict)}`, ...states].join('; ');
}

async function faultsOf(
  git: GitRepository,
  overrides: Partial<RawReviewFlags>,
  argv = COMMAND,
): Promise<readonly string[]> {
  const error: unknown = await review(git, overrides, argv).catch((thrown: unknown) => thrown);
  if (!(error instanceof WrongUse)) throw new Error('it was taken for right');
  return error.faults;
}

describe('pushback review', () => {
  test('its result as JSON, in the shape that is published', async () => {
    await using git = await aRepository();
    const head = await git.head();
    const result = await reviewJson(git);
    expect(result).toEqual({
      pullRequest: 'local/checkout#1',
      session: 'local:topic',
      outcome: 'reviewed',
      mode: 'full',
      reason: 'first-review',
      detail: 'no earlier review of this pull request',
      verdict: 'changes_requested',
      headSha: head,
      previousSha: null,
      scope: { files: 2, lines: 6, tokens: expect.any(Number), fullTokens: expect.any(Number) },
      findings: [
        {
          id: 'F1',
          status: 'new',
          severity: 'warning',
          path: 'a.txt',
          line: 2,
          endLine: 2,
          title: 'A bug',
          quote: 'two BUG',
        },
      ],
      notReviewed: [],
      usage: expect.objectContaining({
        inputTokens: 7,
        outputTokens: null,
        costUsd: null,
        scopeFiles: 2,
        fullFiles: 2,
      }),
    });
    expect(result.scope['tokens']).toBe(result.scope['fullTokens']);
    expect(result.scope['tokens']).toBeGreaterThan(0);
  });

  test('called again it reviews what is new: after commits, an amend, a rebase, and nothing at all', async () => {
    await using git = await aRepository();
    const first = await reviewJson(git);

    await git.commit('More', { 'b.txt': 'some\nother words BUG\nstand here\n' });
    const second = await reviewJson(git);
    expect(inShort(second)).toBe('incremental/new-commits changes_requested; F1 open a.txt:2; F2 new b.txt:2');
    expect(second['previousSha']).toBe(first['headSha']);
    expect(second.scope['files']).toBe(1);
    expect(second.scope['tokens']).toBeLessThan(second.scope['fullTokens'] ?? 0);

    await git.write({ 'c.txt': 'a BUG more\n' });
    await git.git('add', '-A');
    await git.git('commit', '-q', '--amend', '--no-edit');
    expect(inShort(await reviewJson(git))).toBe(
      'incremental/history-rewritten changes_requested; F1 open a.txt:2; F2 open b.txt:2; F3 new c.txt:1',
    );

    await git.checkout('main');
    await git.commit('Upstream', { 'README.md': 'the shop\n' });
    await git.checkout('topic');
    await git.rebase('main');
    const rebased = await reviewJson(git);
    expect(inShort(rebased)).toBe(
      'none/unchanged changes_requested; F1 open a.txt:2; F2 open b.txt:2; F3 open c.txt:1',
    );
    expect(rebased.scope).toMatchObject({ files: 0, tokens: 0 });

    const again = await reviewJson(git);
    expect(again['reason']).toBe('already-reviewed');
    expect(again['verdict']).toBe('changes_requested');
  });

  test('branches whose long names begin alike share no session', async () => {
    await using git = await aRepository();
    const sessions: unknown[] = [];
    for (const last of ['a', 'b']) {
      await git.checkout(`${'長い'.repeat(20)}${last}`, 'topic');
      sessions.push((await reviewJson(git))['session']);
    }
    expect(new Set(sessions).size).toBe(2);
  });

  test('each branch has a session of its own, and HEAD is the branch that is checked out', async () => {
    await using git = await aRepository();
    expect((await reviewJson(git))['session']).toBe('local:topic');
    expect((await reviewJson(git, { head: 'topic' }))['reason']).toBe('already-reviewed');
    await git.checkout('fix/other', 'main');
    await git.commit('Other', { 'other.txt': 'other\n' });
    const other = await reviewJson(git);
    expect([other['session'], other['reason']]).toEqual(['local:fix%2Fother', 'first-review']);
    await git.git('checkout', '-q', '--detach');
    expect((await reviewJson(git))['session']).toBe('local:HEAD');
  });

  test('SARIF, mapped to the head and followed over pushes', async () => {
    await using git = await aRepository();
    const file = join(git.folder, '..', 'report.sarif');
    const report = (line: number): Promise<void> =>
      writeFile(
        file,
        JSON.stringify({
          version: '2.1.0',
          runs: [
            {
              tool: { driver: { name: 'lint', rules: [{ id: 'no-bug' }] } },
              results: [
                {
                  ruleId: 'no-bug',
                  level: 'warning',
                  message: { text: 'A bug' },
                  locations: [
                    { physicalLocation: { artifactLocation: { uri: 'a.txt' }, region: { startLine: line } } },
                  ],
                },
              ],
            },
          ],
        }),
      );
    await report(2);
    expect(inShort(await reviewJson(git, { sarifFile: [file] }, []))).toBe(
      'full/first-review changes_requested; F1 new a.txt:2',
    );
    await git.commit('Above', { 'a.txt': 'zero\none\ntwo BUG\nthree\n' });
    await report(3);
    expect(inShort(await reviewJson(git, { sarifFile: [file] }, []))).toBe(
      'incremental/new-commits changes_requested; F1 open a.txt:3',
    );
  });

  test('filters: said in text and JSON, and another reviewer from then on', async () => {
    await using git = await aRepository();
    await git.commit('More', { 'yarn.lock': 'a\n', 'docs/a.md': 'BUG\n' });
    const filters = { pathsIgnore: ['docs/**'] };
    const json = await reviewJson(git, filters);
    expect(inShort(json)).toBe('full/first-review changes_requested; F1 new a.txt:2');
    expect(json.notReviewed).toEqual([
      { path: 'docs/a.md', reason: 'among paths-ignore', pending: false },
      { path: 'yarn.lock', reason: 'lockfile', pending: false },
    ]);
    await git.commit('Again', { 'b.txt': 'other\n' });
    const all = await review(git, { includeGenerated: true, json: false });
    expect(all.out).toMatch(/full, reviewer-changed: [^]*docs\/a\.md:1/);
    expect(all.out).not.toContain('left out');
    const some = await review(git, { ...filters, force: 'full', json: false });
    expect(some.out).toMatch(/^ {2}left out, among paths-ignore: docs\/a\.md\n {2}left out, lockfile: yarn\.lock$/m);
  });

  test('findings at --fail-on make it exit with 1, a review that could not be made too', async () => {
    await using git = await aRepository();
    expect((await review(git, { failOn: 'critical' })).code).toBe(0);
    expect((await review(git, { failOn: 'warning' })).code).toBe(1);
    const failed = await review(git, { force: 'full', json: false }, [process.execPath, '-e', 'process.exit(9)']);
    expect(failed.code).toBe(1);
    expect(failed.out).toMatch(/^NOT reviewed: .*exited with code 9/);
  });

  test('no file of the checkout and of .git is touched but the ledger', async () => {
    await using git = await aRepository();
    const before = await fingerprints(git.folder);
    await reviewJson(git);
    await git.git('status', '--porcelain');
    const after = await fingerprints(git.folder);
    const changed = [...after].filter(([path, hash]) => before.get(path) !== hash).map(([path]) => path);
    expect(changed).toEqual(['.git/pushback/ledger']);
    expect([...before.keys()].filter((path) => !after.has(path))).toEqual([]);
    expect(await git.git('status', '--porcelain')).toBe('');
  });

  test.each<[string, Partial<RawReviewFlags>, string[], RegExp[]]>([
    [
      'flags',
      {
        incremental: 'auto',
        failOn: 'blocker',
        timeoutMinutes: '-1',
        force: 'yes',
        reviewer: 'oracle',
        passEnv: ['A B'],
        paths: ['/src/**'],
        pathsIgnore: ['!a'],
      },
      COMMAND,
      [
        /^--timeout-minutes: .*"-1"/,
        /^--pass-env: "A B"/,
        /^--reviewer: .*"oracle"/,
        /^--paths: .*"\/src\/\*\*", which starts with a slash/,
        /^--paths-ignore: expected at least one pattern without "!"/,
        /^--incremental: /,
        /^--force: /,
        /^--fail-on: /,
      ],
    ],
    [
      'revisions',
      { base: 'nowhere', head: '--exec=x', session: 'a b' },
      COMMAND,
      [/^--base: "nowhere"/, /^--head: "--exec=x"/, /^--session: /],
    ],
    ['no base and no reviewer', { base: undefined as never }, [], [/^--base: needed/, /^--reviewer: say model/]],
    ['both reviewers', { sarifFile: ['x.sarif'] }, COMMAND, [/^--reviewer: say model/]],
    ['a command without a program', { reviewer: 'command' }, [], [/^--reviewer command: put the program/]],
    ['SARIF without a file', { reviewer: 'sarif' }, [], [/^--sarif-file: name at least one/]],
    ['SARIF with a program', { reviewer: 'sarif', sarifFile: ['x'] }, COMMAND, [/^--reviewer sarif: runs no program/]],
    [
      'a folder without a repository',
      { repo: '/', failOn: 'x' },
      COMMAND,
      [/^--fail-on: /, /^--repo: .* is no git repository/],
    ],
  ])('wrong use, all at once: %s', async (_name, overrides, argv, expected) => {
    await using git = await aRepository();
    const faults = await faultsOf(git, overrides, argv);
    expect(faults).toHaveLength(expected.length);
    expect(faults).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
    expect(await readdir(join(git.folder, '.git'))).not.toContain('pushback');
  });

  test('branches without a common ancestor', async () => {
    await using git = await aRepository();
    await git.git('checkout', '-q', '--orphan', 'alone');
    await git.commit('Alone');
    expect(await faultsOf(git, {})).toEqual([expect.stringContaining('no common ancestor')]);
  });
});

describe('the command as a process', () => {
  test('wrong use exits with 2, every fault on a line, no stack trace', async () => {
    const ran = await runPushback(['review', '--repo', '/', '--fail-on', 'x']);
    expect(ran.code).toBe(2);
    expect(ran.err.trim().split('\n')).toEqual([
      expect.stringMatching(/^error: --base: needed/),
      expect.stringMatching(/^error: --reviewer: /),
      expect.stringMatching(/^error: --fail-on: /),
      expect.stringMatching(/^error: --repo: /),
    ]);
    expect(ran.out).toBe('');
  }, 30_000);

  test.each([[['review', '--bogus']], [['conquer']], [['review', '--base']]])(
    '%j exits with 2',
    async (args) => {
      const ran = await runPushback(args);
      expect(ran.code).toBe(2);
      expect(ran.err).toMatch(/^error: /);
      expect(ran.err).not.toMatch(/^\s+at /m);
    },
    30_000,
  );

  test.each([[['--help']], [['review', '--help']], [['serve', '--help']]])(
    '%j exits with 0',
    async (args) => {
      const ran = await runPushback(args);
      expect([ran.code, ran.err]).toEqual([0, '']);
      expect(ran.out).toMatch(/^Usage: pushback/);
    },
    30_000,
  );

  test('interrupted: its reviewer ends with it, and the next call need not wait', async () => {
    await using git = await aRepository();
    const stuck = `
      require('node:fs').writeFileSync(process.argv[1] + '.new', String(process.pid));
      require('node:fs').renameSync(process.argv[1] + '.new', process.argv[1]);
      process.stdin.resume(); setInterval(() => undefined, 1000);
    `;
    const pidFile = join(git.folder, '..', 'reviewer.pid');
    const child = spawn(
      process.execPath,
      [
        resolve('scripts/pushback.ts'),
        'review',
        '--repo',
        git.folder,
        '--base',
        'main',
        '--json',
        '--',
        process.execPath,
        '-e',
        stuck,
        pidFile,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const ended = once(child, 'close');
    const asking = (async () => {
      for await (const line of createInterface({ input: child.stderr })) if (line.startsWith('Asking')) return;
    })();
    await asking;
    child.stderr.resume();
    const pid = await pidIn(pidFile);
    child.kill('SIGINT');
    const [code] = (await ended) as [number];
    expect(code).toBe(130);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');

    const next = await review(git, { quiet: false });
    expect(next.err).not.toContain('Looking again');
    expect(inShort(JSON.parse(next.out) as Json)).toBe('full/first-review changes_requested; F1 new a.txt:2');
  }, 30_000);
});

/** Once it is written; the reviewer was asked, so that it is about to be. */
async function pidIn(file: string): Promise<number> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text !== '') return Number(text);
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error('the reviewer never started');
}

/** SHA-256 of every file under a folder, by path. */
async function fingerprints(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(async (file): Promise<[string, string]> => {
        const hash = createHash('sha256')
          .update(await readFile(file))
          .digest('hex');
        return [file.slice(folder.length + 1), hash];
      }),
    ),
  );
}
