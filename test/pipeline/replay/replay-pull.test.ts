import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openRepository } from '../../../src/adapters/git/open-repository.ts';
import { PullReplay } from '../../../src/pipeline/replay/replay-pull.ts';
import { GitRepository } from '../../support/git/git-repository.ts';
import { countWords } from '../../support/git/scope-of-push.ts';

/** A pull request of a repository of its own, to be replayed push by push. */
async function openReplay(countTokens: (text: string) => number, base: Record<string, string>) {
  const stack = new AsyncDisposableStack();
  const git = stack.use(await GitRepository.create());
  const workFolder = await mkdtemp(join(tmpdir(), 'pushback-replay-pull-'));
  stack.defer(() => rm(workFolder, { recursive: true, force: true }));
  const alternates = join(git.folder, '.git', 'objects');
  const repository = stack.use(await openRepository({ remoteUrl: null, token: null, workFolder, alternates }));
  await git.commit('base', base);
  await git.checkout('pr', 'main');
  const replay = new PullReplay({ repository, countTokens }, '#1');
  return {
    git,
    async push() {
      const version = { mergeBaseSha: await git.mergeBase('main', 'pr'), headSha: await git.head('pr') };
      return replay.push({ version, relation: 'ahead' });
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test('what is not reviewed counts in the interdiff, and not in what a reviewer reads', async () => {
  // Only the lock's and the generated file's lines count, so that nothing beside them does.
  const countTokens = (text: string): number => text.match(/^[+-] ?(?:lock|made)/gm)?.length ?? 0;
  await using pr = await openReplay(countTokens, { '.gitattributes': 'gen/** linguist-generated\n', 'a.ts': 'a\n' });
  const { git } = pr;

  await git.commit('one', { 'yarn.lock': 'lock\n'.repeat(5), 'gen/a.ts': 'made\n'.repeat(7), 'b.ts': 'b\n' });
  const first = await pr.push();
  expect(first).toMatchObject({ mode: 'full', reason: 'first-review', full: 12, interdiff: 12, reviewable: 0 });

  await git.commit('two', { 'yarn.lock': 'lock\n'.repeat(8), 'b.ts': 'better\n' });
  const second = await pr.push();
  expect(second).toMatchObject({ mode: 'full', full: 15, prevHead: 3, interdiff: 3, reviewable: 0 });

  await git.checkout('main');
  await git.commit('taken back', { '.gitattributes': '# none\n' });
  await git.checkout('pr');
  await git.merge('main');
  const third = await pr.push();
  expect(third).toMatchObject({ full: 15, interdiff: 0, reviewable: 7 });
});

test('a new file of the pull request made executable since: both diffs tell of it, and cost the same', async () => {
  await using pr = await openReplay(countWords, { 'a.ts': 'a\n' });
  const { git } = pr;
  const script = Array.from({ length: 9 }, (_, index) => `echo ${index}\n`);
  await git.commit('one', { 'run.sh': script.join(''), 'b.ts': 'b\n'.repeat(90) });
  await pr.push();

  await git.write({ 'run.sh': script.with(4, 'echo four\n').join('') });
  await git.git('add', 'run.sh');
  await git.git('update-index', '--chmod=+x', 'run.sh');
  await git.git('commit', '-q', '-m', 'two');
  const second = await pr.push();
  expect(second).toMatchObject({ mode: 'incremental', interdiff: expect.any(Number) });
  expect(second.prevHeadOwn).toBe(second.prevHead);
  expect(second.interdiff).toBeLessThanOrEqual(second.prevHeadOwn);
});
