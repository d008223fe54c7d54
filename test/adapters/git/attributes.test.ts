import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { openRepository } from '../../../src/adapters/git/open-repository.ts';
import type { Repository } from '../../../src/ports/repository.ts';
import { GitRepository, type Files } from '../../support/git/git-repository.ts';
import { remoteRepository } from '../../support/git/remote-repository.ts';

const NAMES = ['linguist-generated', 'linguist-vendored'];

async function said(repository: Repository, tree: string, paths: string[]): Promise<string[]> {
  const found = await repository.attributes(tree, paths, NAMES);
  return [...found].flatMap(([path, words]) => [...words].map(([name, word]) => `${path} ${name}=${word}`));
}

/** A repository of our own over one that is here. */
async function local(files: Files, options: { objectFormat?: 'sha1' | 'sha256' } = {}) {
  const stack = new AsyncDisposableStack();
  const git = stack.use(await GitRepository.create(options));
  const workFolder = await mkdtemp(join(tmpdir(), 'pushback-attributes-'));
  stack.defer(() => rm(workFolder, { recursive: true, force: true }));
  const alternates = join(git.folder, '.git', 'objects');
  const repository = stack.use(await openRepository({ remoteUrl: null, token: null, workFolder, alternates }));
  const head = await git.commit('files', files);
  await repository.fetch([head]);
  return { git, repository, head, workFolder, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const ODD = 'odd "name"\n\\é😀 \t.ts';

describe('attributes of a tree', () => {
  test.each(['sha1', 'sha256'] as const)('as git reads them: %s', async (objectFormat) => {
    await using at = await local(
      {
        '.gitattributes':
          '[attr]made linguist-generated -linguist-vendored\n*.gen.ts made\n/top.ts linguist-generated=true\ndocs/** linguist-vendored\n' +
          '"odd*" linguist-generated=false\n*.x linguist-generated=maybe\n*.y linguist-generated\n*.y !linguist-generated\n',
        'docs/.gitattributes': 'own.md -linguist-vendored\n',
        'docs/deep/.gitattributes': '*.md linguist-generated\n',
      },
      { objectFormat },
    );
    const paths = ['a.gen.ts', 'src/b.gen.ts', 'top.ts', 'src/top.ts', 'docs/a.md', 'docs/own.md', 'docs/deep/a.md'];
    expect(await said(at.repository, at.head, [...paths, ODD, 'a.x', 'a.y', '-dash.gen.ts'])).toEqual([
      'a.gen.ts linguist-generated=set',
      'a.gen.ts linguist-vendored=unset',
      'src/b.gen.ts linguist-generated=set',
      'src/b.gen.ts linguist-vendored=unset',
      'top.ts linguist-generated=true',
      'docs/a.md linguist-vendored=set',
      'docs/own.md linguist-vendored=unset',
      'docs/deep/a.md linguist-generated=set',
      'docs/deep/a.md linguist-vendored=set',
      `${ODD} linguist-generated=false`,
      'a.x linguist-generated=maybe',
      '-dash.gen.ts linguist-generated=set',
      '-dash.gen.ts linguist-vendored=unset',
    ]);
    const scratch = (await readdir(at.workFolder, { recursive: true })).filter((name) => name.includes('index-'));
    expect(scratch).toEqual([]);
  });

  test('none, folders and links of that name, and what is not to be believed', async () => {
    await using at = await local({
      'none/a.ts': 'a\n',
      'folder/.gitattributes/a.ts': 'a\n',
      'link/.gitattributes': { symlink: '* linguist-generated' },
      'broken/.gitattributes':
        '"never closed linguist-generated\n[attr]\n!x linguist-generated\n\u0000\n*.ts =linguist-generated\n',
      'evil/.gitattributes': '* filter=evil diff=evil merge=evil text eol=crlf ident\n',
    });
    const paths = ['none/a.ts', 'folder/a.ts', 'folder/.gitattributes/a.ts', 'link/a.ts', 'broken/a.ts', 'evil/a.ts'];
    expect(await said(at.repository, at.head, paths)).toEqual([]);
    expect(await said(at.repository, at.head, [])).toEqual([]);
  });

  test('more folders than go into an argument list', async () => {
    await using at = await local({
      '.gitattributes': 'f7*/** linguist-generated\n',
      'f600/.gitattributes': '* linguist-vendored\n',
    });
    const found = await said(
      at.repository,
      at.head,
      Array.from({ length: 700 }, (_, index) => `f${index}/a.ts`),
    );
    expect(found).toHaveLength(12);
    expect(found.slice(0, 2)).toEqual(['f7/a.ts linguist-generated=set', 'f70/a.ts linguist-generated=set']);
    expect(found.at(-1)).toBe('f600/a.ts linguist-vendored=set');
  });

  test('over the network: fetched in one go, and nothing is where there are none', async () => {
    await using remote = await remoteRepository();
    const plain = await remote.git.commit('plain', { 'a.ts': 'a\n' });
    const folders = ['a', 'b', 'c', 'd'];
    const files = folders.map((folder) => [`${folder}/.gitattributes`, `${folder}.ts linguist-generated\n`] as const);
    const many = await remote.git.commit('many', Object.fromEntries(files));
    await remote.repository.fetch([plain, many]);
    const before = remote.repository.traffic.fetches;
    const paths = folders.map((folder) => `${folder}/${folder}.ts`);
    expect(await said(remote.repository, plain, paths)).toEqual([]);
    expect(remote.repository.traffic.fetches).toBe(before);
    expect(await said(remote.repository, many, paths)).toEqual(paths.map((path) => `${path} linguist-generated=set`));
    expect(remote.repository.traffic.fetches).toBe(before + 1);
  });
});

describe('how blobs look', () => {
  test('sizes, lines and beginnings; what is not here is absent', async () => {
    const contents = ['', 'a', 'a\n', 'a\nb', '\n\n', `${'x'.repeat(9000)}\ny\n`, 'a\0b\n', 'a\n'.repeat(100_000)];
    const files = Object.fromEntries(contents.map((content, index) => [`f${index}`, content]));
    await using at = await local({ ...files, bytes: Uint8Array.of(0xff, 0x0a) });
    const oids = (await at.git.git('ls-tree', '--format=%(objectname)', 'HEAD')).split('\n');
    const looks = await at.repository.lookAt([...oids, ...oids, 'f'.repeat(40)]);
    expect(looks.size).toBe(new Set(oids).size);
    const [bytes, ...others] = oids.map((oid) => looks.get(oid));
    expect(bytes).toEqual({ size: 2, lines: 1, start: '\udcff\n' });
    expect(others.map((look) => [look?.size, look?.lines, look?.start])).toEqual(
      contents.map((content) => [
        content.length,
        content.split('\n').length - (content === '' || content.endsWith('\n') ? 1 : 0),
        content.slice(0, 8192),
      ]),
    );
    expect(await at.repository.lookAt([])).toEqual(new Map());
  });

  test("the tree's paths", async () => {
    await using at = await local({ 'a/b.ts': 'a\n', [ODD]: 'a\n', '-x': 'a\n' });
    expect((await at.repository.listPaths(at.head)).toSorted()).toEqual(['-x', 'a/b.ts', ODD].toSorted());
  });
});

describe('whatever a .gitattributes holds', () => {
  const pieces = [
    '*',
    '**/',
    '[attr]',
    'a.ts',
    ' ',
    '\t',
    '\n',
    '\r\n',
    '"',
    '\\',
    '!',
    '-',
    '=',
    '#',
    '[',
    ']',
    '[[:alpha:]',
    '\u0000',
    'é',
  ];
  const line = fc
    .array(fc.oneof(fc.constantFrom(...pieces, ...NAMES), fc.string({ unit: 'binary', maxLength: 6 })), {
      maxLength: 12,
    })
    .map((parts) => parts.join(''));
  const file = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));
  const WORDS = /^[\s\S]* linguist-(?:generated|vendored)=[\s\S]*$/u;

  test('it is read, or says nothing', async () => {
    await using at = await local({ 'a.ts': '' });
    await fc.assert(
      fc.asyncProperty(file, file, async (top, below) => {
        const head = await at.git.commit('attributes', { '.gitattributes': top, 'src/.gitattributes': below });
        await at.repository.fetch([head]);
        const found = await said(at.repository, head, ['a.ts', 'src/a.ts', ODD]);
        for (const words of found) expect(words).toMatch(WORDS);
      }),
      { numRuns: 40 },
    );
  });

  test.each<[string, string]>([
    ['one pattern of many stars', `${'*a'.repeat(4_000)}b linguist-generated\n`],
    ['folders upon folders', `${'**/'.repeat(2_000)}x linguist-generated\n`],
    ['a macro that calls itself', '[attr]linguist-generated linguist-generated\na.ts linguist-generated\n'],
    ['macros that call each other', '[attr]one two\n[attr]two one linguist-generated\n* one\n'],
    ['a hundred thousand lines', 'a.ts linguist-generated\n'.repeat(100_000)],
    ['one line without an end', `a.ts ${'linguist-generated '.repeat(50_000)}`],
  ])('%s does not hold it up', async (_case, content) => {
    await using at = await local({ '.gitattributes': content, 'a.ts': '' });
    const startedAt = performance.now();
    await said(at.repository, at.head, ['a.ts', `${'a'.repeat(200)}/${'b/'.repeat(50)}${'a'.repeat(200)}.ts`]);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});
