import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openRepository } from '../../../src/adapters/git/open-repository.ts';
import type { ReplayPush } from '../../../src/core/replay/past.ts';
import { PullReplay } from '../../../src/pipeline/replay/replay-pull.ts';
import { GitRepository } from '../../support/git/git-repository.ts';

/** Only the lock's and the generated file's lines count, so that nothing beside them does. */
const countTokens = (text: string): number => text.match(/^[+-] ?(?:lock|made)/gm)?.length ?? 0;

test('what is not reviewed counts in the interdiff, and not in what a reviewer reads', async () => {
  await using stack = new AsyncDisposableStack();
  const git = stack.use(await GitRepository.create());
  const workFolder = await mkdtemp(join(tmpdir(), 'pushback-left-out-'));
  stack.defer(() => rm(workFolder, { recursive: true, force: true }));
  const alternates = join(git.folder, '.git', 'objects');
  const repository = stack.use(await openRepository({ remoteUrl: null, token: null, workFolder, alternates }));
  await git.commit('base', { '.gitattributes': 'gen/** linguist-generated\n', 'a.ts': 'a\n' });
  await git.checkout('pr', 'main');
  const push = async (): Promise<ReplayPush> => ({
    version: { mergeBaseSha: await git.mergeBase('main', 'pr'), headSha: await git.head('pr') },
    relation: 'ahead',
  });
  const replay = new PullReplay({ repository, countTokens }, '#1');

  await git.commit('one', { 'yarn.lock': 'lock\n'.repeat(5), 'gen/a.ts': 'made\n'.repeat(7), 'b.ts': 'b\n' });
  const first = await replay.push(await push());
  expect(first).toMatchObject({ mode: 'full', reason: 'first-review', full: 12, interdiff: 12, reviewable: 0 });

  await git.commit('two', { 'yarn.lock': 'lock\n'.repeat(8), 'b.ts': 'better\n' });
  const second = await replay.push(await push());
  expect(second).toMatchObject({ mode: 'full', full: 15, prevHead: 3, interdiff: 3, reviewable: 0 });

  await git.checkout('main');
  await git.commit('taken back', { '.gitattributes': '# none\n' });
  await git.checkout('pr');
  await git.merge('main');
  const third = await replay.push(await push());
  expect(third).toMatchObject({ full: 15, interdiff: 0, reviewable: 7 });
});
