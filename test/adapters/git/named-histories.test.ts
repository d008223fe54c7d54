import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openRepository } from '../../../src/adapters/git/open-repository.ts';
import { NOTHING_COVERED, type Coverage, type CoveredVersion } from '../../../src/core/coverage.ts';
import { coverageAfter } from '../../../src/core/interdiff.ts';
import type { Repository } from '../../../src/ports/repository.ts';
import { GitRepository, type Files } from '../../support/git/git-repository.ts';
import { inShort, scopeOfPush, type PushScope } from '../../support/git/scope-of-push.ts';

/** `line 1` to `line 20`, with some of them replaced, and others put after a line (`4.5`). */
function twenty(changes: Record<number, string | null> = {}): string {
  const numbers = [...Array.from({ length: 20 }, (_, index) => index + 1), ...Object.keys(changes).map(Number)];
  const sorted = [...new Set(numbers)].toSorted((a, b) => a - b);
  return sorted
    .flatMap((number) => {
      const text = number in changes ? changes[number] : `line ${number}`;
      return text === null || text === undefined ? [] : [`${text}\n`];
    })
    .join('');
}

class PullRequest implements AsyncDisposable {
  readonly git: GitRepository;
  readonly #repository: Repository;
  readonly #workFolder: string;
  #coverage: Coverage = NOTHING_COVERED;
  base = 'main';

  private constructor(git: GitRepository, repository: Repository, workFolder: string) {
    this.git = git;
    this.#repository = repository;
    this.#workFolder = workFolder;
  }

  /** On a branch `pr` of a `main` that holds `files`. */
  static async open(files: Files): Promise<PullRequest> {
    const git = await GitRepository.create();
    await git.commit('base', files);
    await git.checkout('pr', 'main');
    const workFolder = await mkdtemp(join(tmpdir(), 'pushback-named-'));
    const alternates = join(git.folder, '.git', 'objects');
    return new PullRequest(
      git,
      await openRepository({ remoteUrl: null, token: null, workFolder, alternates }),
      workFolder,
    );
  }

  async onMain(files: Files): Promise<void> {
    await this.git.checkout('main');
    await this.git.commit('upstream', files);
    await this.git.checkout('pr');
  }

  async today(): Promise<CoveredVersion> {
    return { mergeBaseSha: await this.git.mergeBase(this.base, 'pr'), headSha: await this.git.head('pr') };
  }

  /** What is in scope now; reads all of it but the files named. */
  async push(leftOver: string[] = []): Promise<string[]> {
    const { scope, fullDiff } = await this.look();
    const notReviewed = leftOver.map((path) => ({ path, reason: 'no budget' }));
    this.#coverage = coverageAfter({ today: await this.today(), fullDiff, scope, notReviewed });
    return inShort(scope);
  }

  async look(): Promise<PushScope> {
    return scopeOfPush(this.#repository, this.#coverage, await this.today());
  }

  async readReference(path: string): Promise<string | null> {
    const { reference } = await this.look();
    const bytes = await this.#repository.readFile(reference, path);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#repository[Symbol.asyncDispose]();
    await this.git[Symbol.asyncDispose]();
    await rm(this.#workFolder, { recursive: true, force: true });
  }
}

type History = [name: string, run: (pr: PullRequest) => Promise<unknown>, expected: string[]];

/** Each starts from a PR that changed lines 5 and 10 of a.txt and added b.txt, reviewed; the scope is that of the next push. */
const HISTORIES: History[] = [
  ['nothing at all', async () => {}, []],
  [
    'a new commit',
    (pr) => pr.git.commit('more', { 'a.txt': twenty({ 5: 'PR 5', 10: 'PR 10', 15: 'PR 15' }) }),
    ['a.txt +15 -14'],
  ],
  [
    'an amend',
    async (pr) => {
      await pr.git.write({ 'b.txt': 'b1\nb2, better\n' });
      await pr.git.git('commit', '-q', '-a', '--amend', '--no-edit');
    },
    ['b.txt +2'],
  ],
  [
    'a squash of everything',
    async (pr) => {
      await pr.git.git('reset', '-q', '--soft', 'main');
      await pr.git.commit('squashed');
    },
    [],
  ],
  [
    'a merge of main alone',
    async (pr) => {
      await pr.onMain({ 'a.txt': twenty({ 1: 'UP 1', 20: 'UP 20' }), 'up.txt': 'up\n' });
      await pr.git.merge('main');
    },
    [],
  ],
  [
    'a merge of main with an own change beside it',
    async (pr) => {
      await pr.onMain({ 'a.txt': twenty({ 1: 'UP 1' }), 'up.txt': 'up\n' });
      await pr.git.merge('main');
      await pr.git.commit('own', { 'b.txt': 'b1\nb2\nb3\n' });
    },
    ['b.txt +3'],
  ],
  [
    'a change hidden in a clean merge',
    async (pr) => {
      await pr.onMain({ 'up.txt': 'up\n' });
      await pr.git.merge('main', { 'b.txt': 'b1\nevil\nb2\n' });
    },
    ['b.txt +2'],
  ],
  [
    'a rebase without conflict',
    async (pr) => {
      await pr.onMain({ 'a.txt': twenty({ 1: 'UP 1', 20: 'UP 20' }), 'up.txt': 'up\n' });
      await pr.git.rebase('main');
    },
    [],
  ],
  [
    'a rebase on a file that upstream renamed',
    async (pr) => {
      await pr.git.checkout('main');
      await pr.git.move('a.txt', 'moved/a.txt');
      await pr.onMain({});
      await pr.git.rebase('main');
    },
    [],
  ],
  [
    'a rebase on a renamed file, with an own change',
    async (pr) => {
      await pr.git.checkout('main');
      await pr.git.move('a.txt', 'moved/a.txt');
      await pr.onMain({});
      await pr.git.rebase('main');
      await pr.git.commit('own', { 'moved/a.txt': twenty({ 5: 'PR 5', 10: 'PR 10', 15: 'PR 15' }) });
    },
    ['moved/a.txt +15 -14'],
  ],
  [
    'a merge with a conflict, resolved by taking both',
    async (pr) => {
      await pr.onMain({ 'a.txt': twenty({ 5: 'UP 5' }) });
      await pr.git.merge('main', { 'a.txt': twenty({ 5: 'UP 5', 5.5: 'PR 5', 10: 'PR 10' }) });
    },
    ['a.txt +6'],
  ],
  [
    'a merge with a conflict, resolved by overriding upstream',
    async (pr) => {
      await pr.onMain({ 'a.txt': twenty({ 5: 'UP 5' }) });
      await pr.git.merge('main', { 'a.txt': twenty({ 5: 'PR 5', 10: 'PR 10' }) });
    },
    ['a.txt +5 -4'],
  ],
  [
    'a merge with a conflict, resolved by giving way',
    async (pr) => {
      await pr.onMain({ 'a.txt': twenty({ 5: 'UP 5' }) });
      await pr.git.merge('main', { 'a.txt': twenty({ 5: 'UP 5', 10: 'PR 10' }) });
    },
    [],
  ],
  [
    'upstream deleted a file that the PR keeps',
    async (pr) => {
      await pr.onMain({ 'a.txt': null });
      await pr.git.merge('main', { 'a.txt': twenty({ 5: 'PR 5', 10: 'PR 10' }) });
    },
    ['a.txt +1-20'],
  ],
  [
    'upstream changed a file that the PR deletes',
    async (pr) => {
      await pr.git.commit('delete', { 'c.txt': null });
      expect(await pr.push()).toEqual(['c.txt deleted -0']);
      await pr.onMain({ 'c.txt': 'c1\nUP c2\nc3\n' });
      await pr.git.merge('main', { 'c.txt': null });
    },
    ['c.txt deleted -0'],
  ],
  [
    'both added the same file',
    async (pr) => {
      await pr.onMain({ 'b.txt': 'UP b1\nUP b2\n' });
      await pr.git.merge('main', { 'b.txt': 'b1\nb2\n' });
    },
    ['b.txt +1-2 -0'],
  ],
  [
    'upstream took the change over',
    async (pr) => {
      await pr.onMain({ 'a.txt': twenty({ 5: 'PR 5', 10: 'PR 10' }), 'b.txt': 'b1\nb2\n' });
      await pr.git.merge('main');
    },
    [],
  ],
  ['a part taken back', (pr) => pr.git.commit('less', { 'a.txt': twenty({ 10: 'PR 10' }) }), []],
  ['a revert of everything', (pr) => pr.git.git('revert', '--no-edit', 'HEAD'), []],
  [
    'a reset to an earlier head and another way',
    async (pr) => {
      await pr.git.git('reset', '-q', '--hard', 'main');
      await pr.git.commit('otherwise', { 'a.txt': twenty({ 5: 'PR 5, otherwise', 10: 'PR 10' }) });
    },
    ['a.txt +5'],
  ],
  [
    'something unrelated, force pushed',
    async (pr) => {
      await pr.git.git('reset', '-q', '--hard', 'main');
      await pr.git.commit('unrelated', { 'z.txt': 'z\n' });
    },
    ['z.txt +1'],
  ],
  [
    'a retarget to a branch that has more',
    async (pr) => {
      await pr.git.checkout('release', 'main');
      await pr.git.commit('release', { 'a.txt': twenty({ 1: 'REL 1' }), 'rel.txt': 'rel\n' });
      await pr.git.checkout('pr');
      await pr.git.rebase('release');
      pr.base = 'release';
    },
    [],
  ],
  [
    'a retarget to a branch that has less: what its base brought is new',
    async (pr) => {
      await pr.git.checkout('older', 'main');
      await pr.git.checkout('pr');
      await pr.onMain({ 'up.txt': 'up\n' });
      await pr.git.rebase('main');
      expect(await pr.push()).toEqual([]);
      pr.base = 'older';
    },
    ['up.txt +1'],
  ],
  [
    'a rename of a reviewed file, with a change',
    async (pr) => {
      await pr.git.move('a.txt', 'a2.txt');
      await pr.git.commit('rename', { 'a2.txt': twenty({ 5: 'PR 5', 10: 'PR 10', 15: 'PR 15' }) });
    },
    ['a.txt => a2.txt +15 -14'],
  ],
  [
    'a rename on both sides',
    async (pr) => {
      await pr.git.move('a.txt', 'ours.txt');
      await pr.git.commit('rename');
      expect(await pr.push()).toEqual(['a.txt => ours.txt']);
      await pr.git.checkout('main');
      await pr.git.move('a.txt', 'theirs.txt');
      await pr.onMain({});
      await pr.git.merge('main', { 'ours.txt': twenty({ 5: 'PR 5', 10: 'PR 10' }), 'theirs.txt': null, 'a.txt': null });
    },
    ['theirs.txt => ours.txt +5,10 -4,9'],
  ],
  [
    'a file where upstream made a folder',
    async (pr) => {
      await pr.onMain({ 'b.txt/inside': 'in\n' });
      await pr.git.merge('main', { 'b.txt': 'b1\nb2\n', 'b.txt~HEAD': null });
    },
    ['b.txt +1-2', 'b.txt/inside deleted -0'],
  ],
  [
    'an executable bit',
    async (pr) => {
      await pr.git.git('update-index', '--chmod=+x', 'a.txt');
      await pr.git.git('commit', '-q', '-m', 'executable');
      await pr.git.git('reset', '-q', '--hard');
    },
    ['a.txt mode 100755'],
  ],
  [
    'a cherry-pick of what upstream has',
    async (pr) => {
      await pr.onMain({ 'up.txt': 'up\n' });
      await pr.git.git('cherry-pick', 'main');
    },
    ['up.txt +1'],
  ],
];

describe('histories by name', () => {
  test.each(HISTORIES)('%s', async (_, run, expected) => {
    await using pr = await PullRequest.open({ 'a.txt': twenty(), 'c.txt': 'c1\nc2\nc3\n' });
    await pr.git.commit('first', { 'a.txt': twenty({ 5: 'PR 5', 10: 'PR 10' }), 'b.txt': 'b1\nb2\n' });
    expect(await pr.push()).toEqual(['a.txt +5,10 -4,9', 'b.txt +1-2']);
    await run(pr);
    expect(await pr.push()).toEqual(expected);
    expect(await pr.push()).toEqual([]);
  });

  test('a rebase after an incomplete review brings what was left over, whole', async () => {
    await using pr = await PullRequest.open({ 'a.txt': twenty(), 'b.txt': twenty() });
    await pr.git.commit('first', { 'a.txt': twenty({ 5: 'PR 5' }), 'b.txt': twenty({ 5: 'PR 5' }) });
    await pr.push(['b.txt']);
    await pr.onMain({ 'a.txt': twenty({ 1: 'UP 1' }), 'b.txt': twenty({ 1: 'UP 1' }) });
    await pr.git.rebase('main');
    expect((await pr.look()).scope.files).toMatchObject([{ path: 'b.txt', whole: true, why: 'left over: no budget' }]);
    expect(await pr.push()).toEqual(['b.txt +5 -4']);
  });

  test('a file renamed while it was left over', async () => {
    await using pr = await PullRequest.open({ 'a.txt': twenty() });
    await pr.git.commit('first', { 'a.txt': twenty({ 5: 'PR 5' }) });
    await pr.push(['a.txt']);
    await pr.git.move('a.txt', 'b.txt');
    await pr.git.commit('rename');
    expect(await pr.push()).toEqual(['a.txt => b.txt +5 -4']);
  });

  test('headings of equals signs are content, and no marker of git ever is', async () => {
    const page = (title: string, more = ''): string => `${title}\n=======\n\ntext\n${more}`;
    await using pr = await PullRequest.open({ 'page.md': page('Title'), 'other.md': page('Other') });
    await pr.git.commit('first', { 'page.md': page('Our title'), 'other.md': page('Other', 'Part\n=======\n') });
    await pr.push();
    await pr.onMain({ 'page.md': page('Their title', '\nMore\n=======\n') });
    await pr.git.merge('main', { 'page.md': page('Our title', '\nMore\n=======\n') });
    expect(await pr.readReference('page.md')).toBe(page('Their title', '\nMore\n=======\n'));
    expect(await pr.push()).toEqual(['page.md +1 -0']);
  });
});
