import { expect, test } from '@jest/globals';
import { createGitHubOpenPullRequests } from '../../../src/adapters/github/open-pull-requests.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { RepositoryName } from '../../../src/core/ids.ts';
import type { OpenPullRequests } from '../../../src/ports/open-pull-requests.ts';
import { HostFault } from '../../../src/ports/pull-requests.ts';
import { GitRepository } from '../../support/git/git-repository.ts';
import type { Permissions } from '../../support/github/state.ts';
import { silentLog } from '../../support/silent-log.ts';
import { setScene, type Scene } from './scene.ts';

const SHOP = RepositoryName.parse('acme/shop');

function listing({ github, repository }: Scene, permissions?: Permissions): OpenPullRequests {
  const token = github.issueToken({ repository, ...(permissions === undefined ? {} : { permissions }) });
  return createGitHubOpenPullRequests({
    token,
    apiUrl: github.apiUrl,
    clock: systemClock,
    log: silentLog,
    random: () => 0,
  });
}

/** More pull requests of branches that all stand at the same commit. */
async function openMore(scene: Scene, count: number): Promise<void> {
  const { git, github, repository } = scene;
  for (let at = 1; at <= count; at += 1) {
    await git.git('update-ref', `refs/heads/more-${at}`, 'refs/heads/feature');
    await github.people.openPullRequest({ repository, head: `more-${at}`, title: `More ${at}`, author: 'alice' });
  }
}

test('gives what a list shows, and nothing of what is closed', async () => {
  await using scene = await setScene();
  const { github, pull, repository } = scene;
  await openMore(scene, 2);
  const [, second, third] = repository.pulls.values();
  if (second === undefined || third === undefined) throw new Error('they are not open');
  github.people.close(third, 'alice');
  github.people.label(pull, 'bug', 'skip-review');
  second.draft = true;
  const { pulls, complete } = await listing(scene).list(SHOP, 300);
  expect(complete).toBe(true);
  expect(pulls.find(({ key }) => key.number === pull.number)).toEqual({
    key: { repository: 'acme/shop', repositoryId: repository.id, number: pull.number },
    headSha: pull.head.sha,
    headRepositoryId: repository.id,
    baseRef: 'main',
    draft: false,
    author: 'alice',
    labels: ['bug', 'skip-review'],
    fromFork: false,
    url: expect.stringContaining(`/acme/shop/pull/${pull.number}`),
  });
  expect(new Map(pulls.map(({ key, draft }) => [key.number, draft]))).toEqual(
    new Map([
      [pull.number, false],
      [second.number, true],
    ]),
  );
  expect(github.violations).toEqual([]);
});

test('pages end where there are no more, or enough', async () => {
  await using scene = await setScene();
  await openMore(scene, 104);
  const numbers = async (most: number) => {
    const before = scene.github.calls.length;
    const { pulls, complete } = await listing(scene).list(SHOP, most);
    return [new Set(pulls.map(({ key }) => key.number)).size, complete, scene.github.calls.length - before];
  };
  expect(await numbers(300)).toEqual([105, true, 2]);
  expect(await numbers(105)).toEqual([105, true, 2]);
  expect(await numbers(100)).toEqual([100, false, 1]);
  expect(await numbers(30)).toEqual([30, false, 1]);
  expect(scene.github.violations).toEqual([]);
});

test('a branch is one of its owner, whatever its name holds', async () => {
  await using scene = await setScene();
  await using fork = await GitRepository.create();
  const { github, git, repository } = scene;
  await fork.git('fetch', '-q', git.folder, 'feature');
  await fork.checkout('feature', 'FETCH_HEAD');
  await fork.checkout('wip/a&b=c#d', 'FETCH_HEAD');
  const headRepository = await github.createRepository({ owner: 'eve', name: 'shop', dir: fork.folder });
  const opened = [];
  for (const head of ['feature', 'wip/a&b=c#d']) {
    opened.push(
      await github.people.openPullRequest({ repository, headRepository, head, title: 'From a fork', author: 'eve' }),
    );
  }
  const of = async (owner: string, branch: string) =>
    (await listing(scene).ofBranch(SHOP, owner, branch)).map(({ key, fromFork }) => [key.number, fromFork]);
  expect(await of('eve', 'feature')).toEqual([[opened[0]?.number, true]]);
  expect(await of('eve', 'wip/a&b=c#d')).toEqual([[opened[1]?.number, true]]);
  expect(await of('acme', 'feature')).toEqual([[scene.pull.number, false]]);
  expect(await of('mallory', 'feature')).toEqual([]);
  expect(github.violations).toEqual([]);
});

test('a token that may not list them names the permission that it lacks', async () => {
  await using scene = await setScene();
  scene.repository.private = true;
  const refused = listing(scene, { contents: 'read' }).list(SHOP, 30);
  await expect(refused).rejects.toThrow(HostFault);
  await expect(refused).rejects.toMatchObject({ missingPermission: 'pull-requests: read' });
});
