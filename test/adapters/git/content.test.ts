import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { FileDiff } from '../../../src/core/diff.ts';
import { pathOf } from '../../../src/core/diff.ts';
import { remoteRepository } from '../../support/git/remote-repository.ts';
import type { Files } from '../../support/git/git-repository.ts';

const ODD_NAMES = [
  'with space.txt',
  ' leading and trailing ',
  'quo"te.txt',
  "apo'strophe.txt",
  'tab\there.txt',
  'line\nbreak.txt',
  'back\\slash.txt',
  '-n',
  '--output=x',
  ':(glob)**',
  '*.txt',
  'é/漢字/😀.txt',
  'a -> b => c',
  'control\x01\x7f.txt',
  'b/diff --git a',
];

async function diffOf(
  before: Files,
  after: Files,
): Promise<{ files: FileDiff[] } & AsyncDisposable & Awaited<ReturnType<typeof remoteRepository>>> {
  const remote = await remoteRepository();
  const from = await remote.git.commit('before', before);
  const to = await remote.git.commit('after', after);
  await remote.repository.fetch([from, to]);
  return Object.assign(remote, { files: await remote.repository.diff(from, to) });
}

function lines(file: FileDiff | undefined): string[] {
  return (file?.hunks ?? []).flatMap((hunk) =>
    hunk.lines.map((line) => `${line.kind[0]}${line.text}${line.noNewline ? '$' : ''}`),
  );
}

describe('odd names', () => {
  test('come through diff, paths, overlay and reading as they are', async () => {
    await using remote = await remoteRepository();
    const each = (text: string): Files => Object.fromEntries(ODD_NAMES.map((name) => [name, `${text} of ${name}\n`]));
    const from = await remote.git.commit('before', each('old'));
    const to = await remote.git.commit('after', each('new'));
    const { repository } = remote;
    await repository.fetch([from, to]);

    const names = (await repository.diff(from, to)).map(pathOf);
    expect(names.toSorted()).toEqual(ODD_NAMES.toSorted());
    for (const name of ODD_NAMES) {
      const files = await repository.diff(from, to, { paths: [name] });
      expect(files.map(pathOf)).toEqual([name]);
      expect(new TextDecoder().decode((await repository.readFile(to, name)) ?? undefined)).toBe(`new of ${name}\n`);
    }
    const half = ODD_NAMES.slice(0, 7);
    const laid = await repository.overlay(from, [{ tree: to, paths: half }]);
    expect((await repository.diff(from, laid)).map(pathOf).toSorted()).toEqual(half.toSorted());
  });

  test('are found by a search', async () => {
    await using remote = await remoteRepository();
    const head = await remote.git.commit('odd', Object.fromEntries(ODD_NAMES.map((name) => [name, `in ${name}\n`])));
    await remote.repository.fetch([head]);
    const query = { pattern: 'in ', kind: 'text', under: null, maxMatches: 100, timeoutMs: 10_000 } as const;
    const found = await remote.repository.search(head, query);
    const paths = found.outcome === 'found' ? found.matches.map(({ path }) => path) : [];
    expect(paths.toSorted()).toEqual(ODD_NAMES.toSorted());
  });

  test('names and content that are not UTF-8 stay apart and can be asked for', async () => {
    await using remote = await remoteRepository();
    const blob = await remote.git.tryGit(['hash-object', '-w', '--stdin'], Buffer.from([0xe9, 0x0a]));
    const other = await remote.git.tryGit(['hash-object', '-w', '--stdin'], Buffer.from([0xe8, 0x0a]));
    const entries = [blob, other].map(({ stdout }, index) =>
      Buffer.concat([Buffer.from(`100644 blob ${stdout.toString().trim()}\tn`), Buffer.from([0xff - index, 0])]),
    );
    const tree = (await remote.git.tryGit(['mktree', '-z'], Buffer.concat(entries))).stdout.toString().trim();
    const from = await remote.git.commit('empty');
    const to = await remote.git.head(await remote.git.git('commit-tree', '-m', 'odd', '-p', from, tree));
    const { repository } = remote;
    await repository.fetch([from, to]);
    const files = await repository.diff(from, to);
    expect(files.map((file) => [pathOf(file), lines(file)])).toEqual([
      ['n\udcfe', ['a\udce8']],
      ['n\udcff', ['a\udce9']],
    ]);
    expect(await repository.readFile(to, 'n\udcff')).toEqual(Buffer.from([0xe9, 0x0a]));
    expect((await repository.diff(from, to, { paths: ['n\udcfe'] })).map(pathOf)).toEqual(['n\udcfe']);
    const laid = await repository.overlay(from, [{ tree: to, paths: ['n\udcff'] }]);
    expect((await repository.diff(from, laid)).map(pathOf)).toEqual(['n\udcff']);
  });
});

describe('odd content', () => {
  test.each<[string, string | Uint8Array, string | Uint8Array, string[]]>([
    ['CRLF', 'a\r\nb\r\n', 'a\r\nB\r\n', ['ca\r', 'rb\r', 'aB\r']],
    ['endings changed', 'a\r\nb\n', 'a\nb\n', ['ra\r', 'aa', 'cb']],
    ['no newline at the end', 'a', 'b', ['ra$', 'ab$']],
    ['a newline added at the end', 'a', 'a\n', ['ra$', 'aa']],
    [
      'lines like headers',
      '-- a\n',
      '++ b\n@@ -1 +1 @@\ndiff --git a/x b/x\n\\ No\n',
      ['r-- a', 'a++ b', 'a@@ -1 +1 @@', 'adiff --git a/x b/x', 'a\\ No'],
    ],
    ['a byte order mark', 'x\n', '\ufeffx\n', ['rx', 'a\ufeffx']],
    ['invalid UTF-8', 'x\n', Uint8Array.of(0xff, 0x0a), ['rx', 'a\udcff']],
    ['blank lines', '\n\n', '\n\n\n', ['c', 'c', 'a']],
    ['a long line', 'x\n', `${'y'.repeat(1_000_000)}\n`, ['rx', `a${'y'.repeat(1_000_000)}`]],
  ])('%s', async (_, before, after, expected) => {
    await using result = await diffOf({ f: before }, { f: after });
    expect(lines(result.files[0])).toEqual(expected);
  });

  test('binary files, UTF-16, empty files, symlinks, modes, renames and deletions', async () => {
    const text = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');
    await using result = await diffOf(
      {
        bin: Uint8Array.of(1, 0, 2),
        utf16: Buffer.from('a\n', 'utf16le'),
        mode: 'm\n',
        old: text,
        gone: 'g\n',
        link: { symlink: 'a' },
        Case: text.toUpperCase(),
      },
      {
        bin: Uint8Array.of(1, 0, 3),
        utf16: Buffer.from('b\n', 'utf16le'),
        mode: { executable: 'm\n' },
        old: null,
        new: `${text}more\n`,
        gone: null,
        link: 'a file\n',
        empty: '',
        Case: null,
        case: text.toUpperCase(),
      },
    );
    const summary = result.files.map((file) => [
      file.status,
      file.old?.path,
      file.old?.mode,
      file.new?.path,
      file.new?.mode,
      file.binary,
      lines(file).filter((line) => !line.startsWith('c')).length,
    ]);
    expect(summary.toSorted((a, b) => String(a[3] ?? a[1]).localeCompare(String(b[3] ?? b[1]), 'en'))).toEqual([
      ['modified', 'bin', '100644', 'bin', '100644', true, 0],
      ['renamed', 'Case', '100644', 'case', '100644', false, 0],
      ['added', undefined, undefined, 'empty', '100644', false, 0],
      ['deleted', 'gone', '100644', undefined, undefined, false, 1],
      ['type-changed', 'link', '120000', 'link', '100644', false, 2],
      ['modified', 'mode', '100644', 'mode', '100755', false, 0],
      ['renamed', 'old', '100644', 'new', '100644', false, 1],
      ['modified', 'utf16', '100644', 'utf16', '100644', true, 0],
    ]);
  });

  test('files over a size are left out of many, as far as that is known without fetching them', async () => {
    await using remote = await remoteRepository();
    const { repository } = remote;
    const base = await remote.git.commit('base', { 'small\n.txt': '123\n', 'large.txt': '123456\n' });
    const head = await remote.git.commit('head', { 'large.txt': '1234567\n' });
    await repository.fetch([base, head]);
    const paths = ['small\n.txt', 'large.txt', 'none.txt'];
    const names = async (maxBytes?: number): Promise<string[]> =>
      [...(await repository.readFiles(head, paths, maxBytes)).keys()].toSorted();
    expect(await names(4)).toEqual(['large.txt', 'small\n.txt']);
    expect(await names(4)).toEqual(['small\n.txt']);
    expect(await names(8)).toEqual(['large.txt', 'small\n.txt']);
    expect(await names()).toEqual(['large.txt', 'small\n.txt']);
  });

  test('a submodule is neither fetched nor read', async () => {
    await using remote = await remoteRepository();
    const from = await remote.git.commit('before', { f: 'x\n' });
    await remote.git.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},sub`);
    await remote.git.git('commit', '-q', '-m', 'a submodule');
    const to = await remote.git.head();
    await remote.repository.fetch([from, to]);
    const [file] = await remote.repository.diff(from, to);
    expect(file?.new).toEqual({ path: 'sub', mode: '160000', oid: '1'.repeat(40) });
    expect(await remote.repository.readFile(to, 'sub')).toBeNull();
    expect(await remote.repository.readFile(to, 'nowhere')).toBeNull();
  });
});

describe('what a repository configures', () => {
  test('neither runs nor changes a diff or a merge', async () => {
    await using remote = await remoteRepository();
    const { git, repository } = remote;
    const trap = join(git.folder, '.git', 'trap');
    const sprung = join(git.folder, '.git', 'sprung');
    await writeFile(trap, `#!/bin/sh\ntouch '${sprung}'\ncat "$@"\n`);
    await chmod(trap, 0o755);
    await mkdir(join(git.folder, '.git', 'hooks'), { recursive: true });
    const attributes =
      '* diff=evil merge=union filter=evil -text\n*.txt -diff conflict-marker-size=3\nsecret.txt binary\n';
    const base = await git.commit('base', { '.gitattributes': attributes, 'a.txt': 'one\ntwo\n', 'secret.txt': 's\n' });
    await git.checkout('pr', 'main');
    const head = await git.commit('pr', { 'a.txt': 'one\nPR\n', 'secret.txt': 'S\n' });
    await git.checkout('main');
    const today = await git.commit('main', { 'a.txt': 'one\nUP\n' });
    for (const [key, value] of Object.entries({
      'diff.evil.textconv': trap,
      'diff.evil.command': trap,
      'diff.external': trap,
      'filter.evil.smudge': trap,
      'filter.evil.clean': trap,
      'merge.evil.driver': trap,
      'core.fsmonitor': trap,
      'uploadpack.packObjectsHook': trap,
      'diff.noprefix': 'true',
    })) {
      await git.git('config', key, value);
    }
    for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change']) {
      await writeFile(join(git.folder, '.git', 'hooks', hook), `#!/bin/sh\ntouch '${sprung}'\n`);
      await chmod(join(git.folder, '.git', 'hooks', hook), 0o755);
    }
    await repository.fetch([base, head, today]);
    const files = await repository.diff(base, head);
    expect(files.map((file) => [pathOf(file), file.binary, lines(file)])).toEqual([
      ['a.txt', false, ['cone', 'rtwo', 'aPR']],
      ['secret.txt', false, ['rs', 'aS']],
    ]);
    const carried = await repository.carry({ mergeBaseSha: base, headSha: head }, today);
    if (carried.outcome !== 'carried') throw new Error(carried.why);
    expect(carried.conflicts).toEqual(['a.txt']);
    expect((await repository.diff(today, carried.tree)).map(pathOf)).toEqual(['secret.txt']);
    expect(existsSync(sprung)).toBe(false);
  });
});
