import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ToolSet } from 'ai';
import { openRepository } from '../../../../src/adapters/git/open-repository.ts';
import { createTools } from '../../../../src/adapters/reviewers/model/tools.ts';
import type { Repository } from '../../../../src/ports/repository.ts';
import type { PullRequestRequest } from '../../../../src/ports/reviewer.ts';
import { GitRepository } from '../../../support/git/git-repository.ts';
import { startGitServer, type GitServer } from '../../../support/git/git-server.ts';
import { aVersion } from '../../../support/builders.ts';
import { aPullRequest } from '../requests.ts';

const BOUNDARY = 'b'.repeat(32);
const LIMITS = { calls: 20, characters: 100_000, timeoutMs: 20_000 };

let git: GitRepository;
let server: GitServer;
let repository: Repository;
let pull: PullRequestRequest;
let workFolder: string;

beforeAll(async () => {
  git = await GitRepository.create();
  await git.commit('Start', {
    'src/cart.ts': 'export function total(cart) {\n  return cart.sum;\n}\n',
    'src/user.ts': "import { total } from './cart.ts';\nexport const owed = total({});\nconst totals = 1;\n",
    'docs/read me.md': 'total is the total\n',
    'logo.bin': new Uint8Array([0, 116, 111, 116, 97, 108, 0]),
    out: { symlink: '/etc/passwd' },
  });
  const mergeBaseSha = await git.head('main');
  await git.checkout('topic', 'main');
  const first = await git.commit('Sum up\n\nslowly', {
    'src/cart.ts': 'export function total(cart) {\n  return cart.sum + 1;\n}\n',
  });
  const headSha = await git.commit('Sum up again', {
    'src/cart.ts': 'export function total(cart) {\n  return cart.sum + 2;\n}\n',
  });
  server = await startGitServer({ repositories: { 'acme/shop': join(git.folder, '.git') } });
  workFolder = await mkdtemp(join(tmpdir(), 'pushback-tools-'));
  repository = await openRepository({ remoteUrl: `${server.url}/acme/shop`, token: null, workFolder });
  await repository.fetch([mergeBaseSha, headSha]);
  pull = aPullRequest(
    {},
    {},
    {
      version: aVersion({ headSha, mergeBaseSha }),
      commits: {
        listed: [
          { sha: first, message: 'Sum up\n\nslowly' },
          { sha: headSha, message: 'Sum up again' },
        ],
        total: 2,
      },
      objects: repository,
    },
  );
});
afterAll(async () => {
  await repository[Symbol.asyncDispose]();
  await server.close();
  await git[Symbol.asyncDispose]();
  await rm(workFolder, { recursive: true, force: true });
});

async function use(tools: ToolSet, name: string, input: unknown): Promise<string> {
  const run = tools[name]?.execute;
  if (run === undefined) throw new Error(`there is no tool ${name}`);
  return String(await run(input as never, { toolCallId: '1', messages: [], context: undefined as never }));
}

/** What a tool brings, without its fence. */
async function looked(name: string, input: unknown, limits = LIMITS): Promise<string> {
  const text = await use(createTools(pull, BOUNDARY, limits), name, input);
  expect(text).toMatch(new RegExp(`^<<<${BOUNDARY} ${name}\n[^]*\n${BOUNDARY}>>>$`));
  return text.split('\n').slice(1, -1).join('\n');
}

describe('looks over a remote, fetched without blobs', () => {
  test.each([
    [
      'read_file',
      { path: 'src/cart.ts', startLine: 2, endLine: 2 },
      'src/cart.ts, lines 2 to 2 of 4\n2   return cart.sum + 2;',
    ],
    [
      'read_file',
      { path: './src//cart.ts', startLine: 2, endLine: 2, at: 'base' },
      'src/cart.ts, lines 2 to 2 of 4\n2   return cart.sum;',
    ],
    ['search', { text: 'cart.sum +' }, 'src/cart.ts:2:   return cart.sum + 2;'],
    ['search', { text: 'cart.sum +', at: 'base' }, 'Nothing was found.'],
    ['search', { regex: '^import .*total', under: 'src' }, "src/user.ts:1: import { total } from './cart.ts';"],
    ['search', { text: 'total', under: 'docs' }, 'docs/read me.md:1: total is the total'],
    ['references', { name: 'totals' }, 'src/user.ts:3: const totals = 1;'],
    ['list_files', { under: 'src/' }, 'src/cart.ts\nsrc/user.ts'],
  ])('%s %j', async (name, input, found) => {
    expect(await looked(name, input)).toBe(found);
  });

  test('references are whole words', async () => {
    expect((await looked('references', { name: 'total', under: 'src/user.ts' })).split('\n')).toHaveLength(2);
  });

  test("a file's history, commit by commit, newest first", async () => {
    const [newest, ...rest] = (await looked('history', { path: 'src/cart.ts' })).split(/^(?=commit )/m);
    expect(newest).toMatch(
      /^commit [0-9a-f]{10}: Sum up again\n@@ -1 \+1 @@\n[^]*-  return cart.sum \+ 1;\n\+  return cart.sum \+ 2;/,
    );
    expect(rest.join('')).toMatch(/^commit [0-9a-f]{10}: Sum up\n\nslowly\n[^]*\+  return cart.sum \+ 1;/);
    expect(await looked('history', { path: 'src/user.ts' })).toBe(
      'No commit of this pull request that can be had changed it.',
    );
  });
});

describe('nothing outside of the tree, and nothing without an end', () => {
  test.each([
    ['read_file', { path: '../../../etc/passwd' }],
    ['read_file', { path: '/etc/passwd' }],
    ['read_file', { path: 'src/../../x' }],
    ['read_file', { path: 'C:\\windows' }],
    ['read_file', { path: '.git/config' }],
    ['read_file', { path: 'a\0b' }],
    ['list_files', { under: '..' }],
    ['search', { text: 'x', under: '/etc' }],
    ['references', { name: 'x', under: '../..' }],
    ['history', { path: '/proc/self/environ' }],
  ])('%s %j', async (name, input) => {
    expect(await looked(name, input)).toMatch(/^Not done: the path is none of this repository/);
  });

  test.each([
    ['read_file', { path: 'none.ts' }, 'Not done: there is no file "none.ts" at the head.'],
    ['read_file', { path: 'logo.bin' }, 'Not done: the file is binary or too large to read.'],
    ['read_file', { path: 'out' }, 'out, lines 1 to 1 of 1\n1 /etc/passwd'],
    ['read_file', { path: 7 }, 'Not done: the arguments are not as read_file wants them'],
    ['search', {}, 'Not done: the pattern must be one line of 1 to 1000 characters.'],
    ['search', { regex: '(' }, 'Not done: fatal'],
    ['search', { text: '--output=/tmp/x' }, 'Nothing was found.'],
    ['search', { text: 'a\nb' }, 'Not done: the pattern must be one line'],
  ])('%s %j', async (name, input, said) => {
    expect(await looked(name, input)).toContain(said);
  });

  test('many looks come to an end, and long ones are cut', async () => {
    const tools = createTools(pull, BOUNDARY, { ...LIMITS, calls: 2, characters: 30 });
    expect(await use(tools, 'read_file', { path: 'src/cart.ts' })).toMatch(/more characters are not shown/);
    expect(await use(tools, 'read_file', { path: 'src/cart.ts' })).toBe(
      'You have looked as often as you may: answer from what you know.',
    );
  });

  test('a look that takes too long is given up', async () => {
    const slow = { ...repository, readFiles: () => new Promise<never>(() => undefined) };
    const tools = createTools({ ...pull, objects: slow }, BOUNDARY, { ...LIMITS, timeoutMs: 20 });
    expect(await use(tools, 'read_file', { path: 'src/cart.ts' })).toContain('Not done: it took more than 0.02 s');
  });

  test('a search that finds too much is cut, and says so', async () => {
    const found = await repository.search(pull.version.headSha, {
      pattern: 'total',
      kind: 'text',
      under: null,
      maxMatches: 2,
      timeoutMs: 20_000,
    });
    expect(found).toMatchObject({ outcome: 'found', complete: false });
    expect(found.outcome === 'found' ? found.matches : []).toHaveLength(2);
  });
});
