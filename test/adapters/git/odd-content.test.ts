import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openRepository } from '../../../src/adapters/git/open-repository.ts';
import { bytesOf } from '../../../src/core/bytes.ts';
import { NOTHING_COVERED } from '../../../src/core/coverage.ts';
import { coverageAfter } from '../../../src/core/interdiff.ts';
import type { Repository } from '../../../src/ports/repository.ts';
import { isolatedGitEnvironment, runGit } from '../../support/git/git-process.ts';
import { GitRepository, type FileContent, type Files } from '../../support/git/git-repository.ts';
import { inShort, scopeOfPush } from '../../support/git/scope-of-push.ts';

/** A file at the merge base, at the PR's head and at today's base, and what a merge must leave, byte by byte. */
type Odd = { base: FileContent; head: FileContent; today: FileContent; carried: FileContent };

/** Twelve lines with an ending, some of them changed. */
function lines(ending: string, changes: Record<number, string> = {}): string {
  return Array.from({ length: 12 }, (_, at) => `${changes[at + 1] ?? `line ${at + 1}`}${ending}`).join('');
}

/** The PR changes the second line, and upstream the eleventh: nothing conflicts. */
function bothEnds(of: (changes: Record<number, string>) => string | Buffer): Odd {
  return {
    base: of({}),
    head: of({ 2: 'PR' }),
    today: of({ 11: 'UP' }),
    carried: of({ 2: 'PR', 11: 'UP' }),
  };
}

/** Both change the sixth line: the base has its way there, and only there. */
function conflicting(of: (changes: Record<number, string>) => string | Buffer): Odd {
  return {
    base: of({}),
    head: of({ 2: 'PR', 6: 'PR' }),
    today: of({ 6: 'UP', 11: 'UP' }),
    carried: of({ 2: 'PR', 6: 'UP', 11: 'UP' }),
  };
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
const withoutLast = (text: string): string => text.replace(/\r?\n$/, '');
const mixed = (changes: Record<number, string>): string =>
  lines('\n', changes).replaceAll(/(line [369]|PR|UP)\n/g, '$1\r\n');

const CLEAN: Record<string, Odd> = {
  crlf: bothEnds((changes) => lines('\r\n', changes)),
  mixed: bothEnds(mixed),
  'open end': bothEnds((changes) => withoutLast(lines('\n', changes))),
  'end closed': {
    base: withoutLast(lines('\n')),
    head: lines('\n'),
    today: withoutLast(lines('\n', { 1: 'UP' })),
    carried: lines('\n', { 1: 'UP' }),
  },
  'end opened': {
    base: lines('\n'),
    head: withoutLast(lines('\n')),
    today: lines('\n', { 1: 'UP' }),
    carried: withoutLast(lines('\n', { 1: 'UP' })),
  },
  'endings changed upstream': {
    base: lines('\n'),
    head: lines('\n'),
    today: lines('\r\n'),
    carried: lines('\r\n'),
  },
  'latin-1': bothEnds((changes) => latin1(lines('\xe9\n', changes))),
  'invalid utf-8': bothEnds((changes) => latin1(lines('\xff\xfe\xc0\x80\n', changes))),
  bom: bothEnds((changes) => `\ufeff${lines('\n', changes)}`),
  'lone cr': bothEnds((changes) => lines('\rx\n', changes)),
  'utf-16': { base: utf16('a\nb\n'), head: utf16('a\nPR\n'), today: utf16('a\nb\n'), carried: utf16('a\nPR\n') },
  binary: {
    base: Buffer.of(0, 1),
    head: Buffer.of(0, 1),
    today: Buffer.of(0, 255, 13, 10),
    carried: Buffer.of(0, 255, 13, 10),
  },
  emptied: { base: lines('\n'), head: '', today: lines('\n'), carried: '' },
  filled: { base: '', head: 'PR', today: '', carried: 'PR' },
  'empty and new': { base: null, head: '', today: null, carried: '' },
  'link moved': {
    base: { symlink: 'a' },
    head: { symlink: 'b\n' },
    today: { symlink: 'a' },
    carried: { symlink: 'b\n' },
  },
  'file to link': { base: 'x\n', head: { symlink: '../x' }, today: 'x\n', carried: { symlink: '../x' } },
  'link to file': { base: { symlink: 'x' }, head: 'x', today: { symlink: 'x' }, carried: 'x' },
  mode: {
    base: lines('\n'),
    head: { executable: lines('\n') },
    today: lines('\n', { 1: 'UP' }),
    carried: { executable: lines('\n', { 1: 'UP' }) },
  },
  ...Object.fromEntries(
    [
      'with space',
      ' led and followed ',
      'quo"te',
      "apo'strophe",
      'back\\slash',
      'line\nbreak',
      'tab\there',
      '-leading',
      '--output=x',
      ':(glob)*',
      '*',
      '\x01\x7f',
      'caf\u00e9',
      'cafe\u0301',
      'Case/Of',
      'case/of',
      '\u6f22/\u{1f600}',
      'a => b',
    ].map((name) => [name, bothEnds((changes) => lines(` of ${name.normalize('NFD').length}\n`, changes))]),
  ),
};

const CONFLICTS: Record<string, Odd> = {
  crlf: conflicting((changes) => lines('\r\n', changes)),
  mixed: conflicting(mixed),
  'open end': conflicting((changes) => withoutLast(lines('\n', changes))),
  'a last line without its line feed': {
    base: `${lines('\n')}end\n`,
    head: `${lines('\n', { 2: 'PR' })}PR end`,
    today: `${lines('\n')}UP end`,
    carried: `${lines('\n', { 2: 'PR' })}UP end`,
  },
  'a last line, closed upstream': {
    base: `${lines('\n')}end`,
    head: `${lines('\n', { 2: 'PR' })}PR end`,
    today: `${lines('\n')}UP end\n`,
    carried: `${lines('\n', { 2: 'PR' })}UP end\n`,
  },
  'latin-1': conflicting((changes) => latin1(lines('\xe9\n', changes))),
  bom: conflicting((changes) => `\ufeff${lines('\n', changes)}`),
  'utf-16': { base: utf16('a\n'), head: utf16('PR\n'), today: utf16('UP\n'), carried: utf16('UP\n') },
  link: { base: { symlink: 'a' }, head: { symlink: 'b' }, today: { symlink: 'c' }, carried: { symlink: 'c' } },
  'link against file': { base: 'x\n', head: { symlink: 'b' }, today: 'y\n', carried: 'y\n' },
  'both new': { base: null, head: 'PR', today: 'UP', carried: 'UP' },
  'quo"te': conflicting((changes) => lines('\n', changes)),
  'line\nbreak': conflicting((changes) => lines('\n', changes)),
  '-leading': conflicting((changes) => lines('\n', changes)),
  'cafe\u0301': conflicting((changes) => lines('\n', changes)),
  'a~b': conflicting((changes) => lines('\n', changes)),
};

function side(files: Record<string, Odd>, name: keyof Odd): Files {
  return Object.fromEntries(Object.entries(files).map(([path, odd]) => [path, odd[name]]));
}

/** path -> mode and object name, of the files as they are to be and of a tree as it is. */
function entriesOf(files: Files): Record<string, string> {
  const entries = Object.entries(files).flatMap(([path, content]) => {
    if (content === null) return [];
    if (typeof content === 'string' || content instanceof Uint8Array) return [[path, `100644 ${oidOf(content)}`]];
    if ('symlink' in content) return [[path, `120000 ${oidOf(content.symlink)}`]];
    return [[path, `100755 ${oidOf(content.executable)}`]];
  });
  return Object.fromEntries(entries);
}

function oidOf(content: string | Uint8Array): string {
  const bytes = Buffer.from(content);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

type Opened = AsyncDisposable & {
  git: GitRepository;
  repository: Repository;
  entries(tree: string): Promise<Record<string, string>>;
};

async function opened(): Promise<Opened> {
  const git = await GitRepository.create();
  // As the files are, whatever the machine would make of their names.
  await git.git('config', 'core.precomposeUnicode', 'false');
  const workFolder = await mkdtemp(join(tmpdir(), 'pushback-odd-'));
  const alternates = join(git.folder, '.git', 'objects');
  const repository = await openRepository({ remoteUrl: null, token: null, workFolder, alternates });
  return {
    git,
    repository,
    async entries(tree) {
      const [folder = ''] = await readdir(workFolder);
      const gitFolder = join(workFolder, folder, 'repository.git');
      const env = isolatedGitEnvironment(git.folder);
      const { stdout } = await runGit([`--git-dir=${gitFolder}`, 'ls-tree', '-r', '-z', tree], { cwd: '/', env });
      const fields = stdout.toString('latin1').split('\0').slice(0, -1);
      return Object.fromEntries(
        fields.map((field) => {
          const [, mode = '', oid = '', path = ''] = /^(\d+) [a-z]+ ([0-9a-f]+)\t(.*)$/s.exec(field) ?? [];
          return [Buffer.from(path, 'latin1').toString(), `${mode} ${oid}`];
        }),
      );
    },
    async [Symbol.asyncDispose]() {
      await repository[Symbol.asyncDispose]();
      await git[Symbol.asyncDispose]();
      await rm(workFolder, { recursive: true, force: true });
    },
  };
}

describe('odd content, carried over to a base that changed it too', () => {
  test('comes out of the merge byte by byte, and a rebase of it is no change', async () => {
    await using odd = await opened();
    const { git, repository } = odd;
    const base = await git.commit('base', side(CLEAN, 'base'));
    await git.checkout('pr', 'main');
    const head = await git.commit('pr', side(CLEAN, 'head'));
    await git.checkout('main');
    const today = await git.commit('main', side(CLEAN, 'today'));
    await git.checkout('pr');
    await git.rebase('main');
    const rebased = await git.head();
    await repository.fetch([base, head, today, rebased]);

    const carried = await repository.carry({ mergeBaseSha: base, headSha: head }, today);
    if (carried.outcome !== 'carried') throw new Error(carried.why);
    expect(carried.conflicts).toEqual([]);
    expect(await odd.entries(carried.tree)).toEqual(entriesOf(side(CLEAN, 'carried')));

    const first = { mergeBaseSha: base, headSha: head };
    const before = await scopeOfPush(repository, NOTHING_COVERED, first);
    const coverage = coverageAfter({ today: first, fullDiff: before.fullDiff, scope: before.scope, notReviewed: [] });
    const after = await scopeOfPush(repository, coverage, { mergeBaseSha: today, headSha: rebased });
    expect(inShort(after.scope)).toEqual([]);

    // And what is changed then is found, line by line.
    const further = Object.fromEntries(
      Object.entries(CLEAN).map(([path, { carried: content }]) => [path, furtherOf(content)] as const),
    );
    const more = await git.commit('more', further);
    const next = await scopeOfPush(repository, coverage, { mergeBaseSha: today, headSha: more });
    const expected = Object.entries(CLEAN).flatMap(([path, { carried: content }]) => expectedOf(path, content));
    expect(inShort(next.scope).toSorted()).toEqual(expected.toSorted());
  });

  test("conflicts leave the base's side byte by byte, and no marker", async () => {
    await using odd = await opened();
    const { git, repository } = odd;
    const base = await git.commit('base', side(CONFLICTS, 'base'));
    await git.checkout('pr', 'main');
    const head = await git.commit('pr', side(CONFLICTS, 'head'));
    await git.checkout('main');
    const today = await git.commit('main', side(CONFLICTS, 'today'));
    await repository.fetch([base, head, today]);
    const carried = await repository.carry({ mergeBaseSha: base, headSha: head }, today);
    if (carried.outcome !== 'carried') throw new Error(carried.why);
    expect(carried.conflicts).toEqual(Object.keys(CONFLICTS).toSorted());
    expect(await odd.entries(carried.tree)).toEqual(entriesOf(side(CONFLICTS, 'carried')));
  });

  test('names that are not UTF-8, in a conflict', async () => {
    await using odd = await opened();
    const { git, repository } = odd;
    const name = Buffer.from([0xe9, 0x0a, 0xff]);
    const commit = async (text: string, parent: string | null): Promise<ReturnType<typeof git.head>> => {
      const blob = (await git.tryGit(['hash-object', '-w', '--stdin'], text)).stdout.toString().trim();
      const entry = Buffer.concat([Buffer.from(`100644 blob ${blob}\t`), name, Buffer.of(0)]);
      const tree = (await git.tryGit(['mktree', '-z'], entry)).stdout.toString().trim();
      return git.head(await git.git('commit-tree', '-m', 'odd', ...(parent === null ? [] : ['-p', parent]), tree));
    };
    const base = await commit(lines('\n'), null);
    const head = await commit(lines('\n', { 2: 'PR', 6: 'PR' }), base);
    const today = await commit(lines('\n', { 6: 'UP' }), base);
    await repository.fetch([base, head, today]);
    const carried = await repository.carry({ mergeBaseSha: base, headSha: head }, today);
    if (carried.outcome !== 'carried') throw new Error(carried.why);
    expect(carried.conflicts.map(bytesOf).map((bytes) => Buffer.from(bytes))).toEqual([name]);
    const content = await repository.readFile(carried.tree, carried.conflicts[0] ?? '');
    expect(Buffer.from(content ?? []).toString()).toBe(lines('\n', { 2: 'PR', 6: 'UP' }));
  });
});

/** One more first line, or another target. */
function furtherOf(content: FileContent): FileContent {
  if (content === null) return null;
  if (typeof content === 'string') return `first\n${content}`;
  if (content instanceof Uint8Array) return Buffer.concat([Buffer.from('first\n'), content]);
  return 'symlink' in content
    ? { symlink: `${content.symlink}/further` }
    : { executable: `first\n${content.executable}` };
}

/** What `furtherOf` brings into scope; the PR's own changes of type and mode are told with it. */
function expectedOf(path: string, content: FileContent): string[] {
  if (content instanceof Uint8Array && content.includes(0)) return [];
  return [`${path} ${EXPECTED[path] ?? '+1'}`];
}

const EXPECTED: Record<string, string> = {
  mode: 'mode 100755 +1',
  // Its target had a line feed at its end.
  'link moved': '+2',
  'file to link': 'mode 120000 +1',
  'link to file': 'mode 100644 +1',
};
