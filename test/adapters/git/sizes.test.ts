import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openRepository } from '../../../src/adapters/git/open-repository.ts';
import { NOTHING_COVERED, type Coverage, type CoveredVersion } from '../../../src/core/coverage.ts';
import type { CommitSha } from '../../../src/core/ids.ts';
import { coverageAfter } from '../../../src/core/interdiff.ts';
import type { Repository } from '../../../src/ports/repository.ts';
import { GitRepository } from '../../support/git/git-repository.ts';
import { inShort, scopeOfPush, type PushScope } from '../../support/git/scope-of-push.ts';

/** Each git has this long: what takes minutes where it could take a second fails. */
const TIMEOUT_MS = 30_000;

class Sized implements AsyncDisposable {
  readonly git: GitRepository;
  readonly repository: Repository;
  readonly #workFolder: string;

  private constructor(git: GitRepository, repository: Repository, workFolder: string) {
    this.git = git;
    this.repository = repository;
    this.#workFolder = workFolder;
  }

  static async create(): Promise<Sized> {
    const git = await GitRepository.create();
    const workFolder = await mkdtemp(join(tmpdir(), 'pushback-sizes-'));
    const alternates = join(git.folder, '.git', 'objects');
    const options = { remoteUrl: null, token: null, workFolder, alternates, timeoutMs: TIMEOUT_MS };
    return new Sized(git, await openRepository(options), workFolder);
  }

  /** A commit of these files alone, made without a checkout. */
  async commit(
    name: string,
    parent: CommitSha | null,
    files: Iterable<[path: string, text: string]>,
  ): Promise<CommitSha> {
    const parts = [`commit refs/heads/${name}\ncommitter a <a@b> 1700000000 +0000\ndata 0\n`];
    if (parent !== null) parts.push(`from ${parent}\n`);
    parts.push('deleteall\n');
    for (const [path, text] of files) parts.push(`M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`);
    const { code, stderr } = await this.git.tryGit(['fast-import', '--quiet', '--force'], parts.join(''));
    if (code !== 0) throw new Error(stderr);
    return this.git.head(name);
  }

  scope(coverage: Coverage, mergeBaseSha: CommitSha, headSha: CommitSha): Promise<PushScope> {
    return scopeOfPush(this.repository, coverage, { mergeBaseSha, headSha });
  }

  /** All of a version, read. */
  async read(today: CoveredVersion): Promise<{ coverage: Coverage; first: PushScope }> {
    const first = await scopeOfPush(this.repository, NOTHING_COVERED, today);
    return { coverage: coverageAfter({ today, fullDiff: first.fullDiff, scope: first.scope, notReviewed: [] }), first };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.repository[Symbol.asyncDispose]();
    await this.git[Symbol.asyncDispose]();
    await rm(this.#workFolder, { recursive: true, force: true });
  }
}

describe('sizes', () => {
  // Git's histogram takes minutes over this, of which its other algorithms make nothing.
  test('a file of 100,000 lines with every second one changed, and then one more', async () => {
    await using sized = await Sized.create();
    const before = Array.from({ length: 100_000 }, (_, at) => `line ${at + 1}`);
    const after = before.map((line, at) => (at % 2 === 0 ? line : `changed ${at + 1}`));
    const textOf = (lines: readonly string[]): [string, string][] => [['long.txt', `${lines.join('\n')}\n`]];
    const base = await sized.commit('main', null, textOf(before));
    const head = await sized.commit('pr', base, textOf(after));
    const { coverage, first } = await sized.read({ mergeBaseSha: base, headSha: head });
    const even = Array.from({ length: 50_000 }, (_, index) => ({ start: 2 * index + 2, end: 2 * index + 2 }));
    expect(first.scope.files[0]?.added).toEqual(even);
    expect(first.scope.files[0]?.removedAfter).toEqual(even.map(({ start }) => start - 1));

    // Upstream adds a line at the top and changes one of the PR's; the PR is rebased over it and changes one more.
    const upstream = ['top', ...before.with(999, 'upstream 1000')];
    const today = await sized.commit('main', base, textOf(upstream));
    const rebased = await sized.commit('pr', today, textOf(['top', ...after.with(50_000, 'new')]));
    const { scope } = await sized.scope(coverage, today, rebased);
    expect(inShort(scope)).toEqual(['long.txt +1001,50002 -1000,50001']);
  });

  test('a line of a megabyte, beside others and in a conflict', async () => {
    await using sized = await Sized.create();
    const long = 'x'.repeat(1_000_000);
    const commit = (name: string, parent: CommitSha | null, lines: string[]): Promise<CommitSha> =>
      sized.commit(name, parent, [['min.js', `${lines.join('\n')}\n`]]);
    const middle = ['1', '2', '3', '4', '5', '6'];
    const base = await commit('main', null, ['a', ...middle, long, ...middle, 'b']);
    const head = await commit('pr', base, ['a', ...middle, `${long}PR`, ...middle, 'PR']);
    const { coverage, first } = await sized.read({ mergeBaseSha: base, headSha: head });
    expect(inShort(first.scope)).toEqual(['min.js +8,15 -7,14']);

    const today = await commit('main', base, ['UP', ...middle, `${long}UP`, ...middle, 'b']);
    const carried = await sized.repository.carry({ mergeBaseSha: base, headSha: head }, today);
    if (carried.outcome !== 'carried') throw new Error(carried.why);
    expect(carried.conflicts).toEqual(['min.js']);
    const bytes = await sized.repository.readFile(carried.tree, 'min.js');
    const expected = `${['UP', ...middle, `${long}UP`, ...middle, 'PR'].join('\n')}\n`;
    expect(Buffer.from(bytes ?? []).equals(Buffer.from(expected))).toBe(true);

    const merged = await commit('pr', today, ['UP', ...middle, `${long}PR`, ...middle, 'PR']);
    expect(inShort((await sized.scope(coverage, today, merged)).scope)).toEqual(['min.js +8 -7']);
  });

  test('10,000 renames, some with a change, while upstream changes files under their old names', async () => {
    await using sized = await Sized.create();
    const numbers = Array.from({ length: 10_000 }, (_, at) => at);
    const textOf = (at: number, changes: Record<number, string> = {}): string =>
      Array.from({ length: 8 }, (_, line) => `${changes[line] ?? `${line} of ${at * 7919}`}\n`).join('');
    const byPr = (at: number): Record<number, string> => (at % 100 === 0 ? { 1: 'PR' } : {});
    const byUpstream = (at: number): Record<number, string> => (at % 200 === 0 ? { 6: 'UP' } : {});
    const files = (folder: string, changes: (at: number) => Record<number, string>): [string, string][] =>
      numbers.map((at) => [`${folder}/${at}.txt`, textOf(at, changes(at))]);

    const base = await sized.commit(
      'main',
      null,
      files('old', () => ({})),
    );
    const head = await sized.commit('pr', base, files('new', byPr));
    const { coverage, first } = await sized.read({ mergeBaseSha: base, headSha: head });
    const statuses = new Set(first.scope.files.map(({ status }) => status));
    expect({ count: first.scope.files.length, statuses }).toEqual({ count: 10_000, statuses: new Set(['renamed']) });
    const changed = first.scope.files.filter(({ added }) => added.length > 0);
    expect(inShort({ files: changed }).slice(0, 2)).toEqual([
      'old/0.txt => new/0.txt +2 -1',
      'old/100.txt => new/100.txt +2 -1',
    ]);
    expect(changed).toHaveLength(100);

    const today = await sized.commit('main', base, files('old', byUpstream));
    const more = (at: number): Record<number, string> => ({
      ...byPr(at),
      ...byUpstream(at),
      ...(at === 777 ? { 3: 'more' } : {}),
    });
    const merged = await sized.commit('pr', today, files('new', more));
    const { scope } = await sized.scope(coverage, today, merged);
    expect(inShort(scope)).toEqual(['old/777.txt => new/777.txt +4 -3']);
  });
});
