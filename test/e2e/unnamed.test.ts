import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as shop from '../../scripts/demo/shop.ts';
import { dynamoDbEndpoint } from '../support/dynamodb-local.ts';
import { GitRepository } from '../support/git/git-repository.ts';
import { countedCalls } from '../support/github/faults.ts';
import type { ActionResult } from '../support/github/runner/run-action.ts';
import type { Pull } from '../support/github/state.ts';
import { startCommentWorld, startWorld, type ReviewedWorld } from '../support/world.ts';
import { CONTENT_REVIEWER, openPullIn, runShipped, type PullIn } from './support.ts';

const PERMISSIONS = { contents: 'read', 'pull-requests': 'write', 'id-token': 'write', checks: 'write' } as const;
const inputs = { command: CONTENT_REVIEWER };

async function anotherPull(
  { git, github, repository }: ReviewedWorld,
  { head, author = 'ada', draft = false }: { head: string; author?: string; draft?: boolean },
): Promise<Pull> {
  await git.checkout(head, 'main');
  await git.commit(`Begin ${head}`, { [`src/${head}.js`]: `export const ${head} = 1;\n` });
  return github.people.openPullRequest({ repository, head, title: head, author, draft });
}

const operations = ({ calls }: ActionResult): (string | null)[] =>
  countedCalls(calls).map(({ operation }) => operation);
const comments = (pulls: readonly Pull[]): number[] => pulls.map((pull) => pull.comments.length);

describe('an analysis that comes by workflow_run', () => {
  async function forksPull(fork: GitRepository): Promise<PullIn<ReviewedWorld>> {
    const world = await startCommentWorld({ files: shop.base });
    const { github, repository } = world;
    await fork.git('fetch', '-q', world.git.folder, 'main');
    await fork.checkout('discounts', 'FETCH_HEAD');
    await fork.commit('Take discounts off the total', shop.opened);
    const headRepository = await github.createRepository({ owner: 'eve', name: 'shop', dir: fork.folder });
    const opened = { repository, headRepository, head: 'discounts', title: 'Discounts', author: 'eve' };
    const pull = await github.people.openPullRequest(opened);
    return { world, pull, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
  }
  const log = (revisionId: string): string =>
    JSON.stringify({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'lint' } },
          invocations: [{ executionSuccessful: true }],
          versionControlProvenance: [{ repositoryUri: 'https://github.example/eve/shop', revisionId }],
          results: [],
        },
      ],
    });

  test("finds the fork's pull request by its head, and says where that moved on or is gone", async () => {
    await using fork = await GitRepository.create();
    await using pullIn = await forksPull(fork);
    const { pull, world } = pullIn;
    const analysed = pull.head.sha;
    const event = {
      name: 'workflow_run',
      action: 'completed',
      permissions: PERMISSIONS,
      prepare: (workspace: string) => writeFile(join(workspace, 'lint.sarif'), log(analysed)),
    } as const;
    const found = await runShipped(pullIn, { 'sarif-file': 'lint.sarif' }, event);
    expect([found.exitCode, found.outputs['verdict'], found.outputs['head-sha']]).toEqual([0, 'approved', analysed]);
    expect(found.stdout).toContain(`eve:discounts at ${analysed.slice(0, 7)} is the head of acme/shop#${pull.number}.`);
    expect(operations(found).slice(0, 2)).toEqual(['repos/get-content', 'pulls/list']);
    expect(operations(found).length).toBeLessThanOrEqual(8 + 1);
    expect(comments([pull])).toEqual([1]);

    const stale = { ...event, more: { workflow_run: workflowRunAt(pull, analysed) } };
    await fork.commit('More', shop.fixesOneAddsOne);
    const late = await runShipped(pullIn, { 'sarif-file': 'lint.sarif' }, stale);
    expect([late.exitCode, operations(late)]).toEqual([0, ['repos/get-content', 'pulls/list']]);
    expect(late.stdout).toContain('Nothing to do: the head moved on from eve:discounts');

    world.github.people.close(pull, 'eve');
    const gone = await runShipped(pullIn, { 'sarif-file': 'lint.sarif' }, event);
    const calls = ['repos/get-content', 'pulls/list'];
    expect([gone.exitCode, operations(gone), comments([pull])]).toEqual([0, calls, [1]]);
    expect(gone.stdout).toContain("is no open pull request's head");
    expect(world.github.violations).toEqual([]);
  }, 180_000);

  function workflowRunAt(pull: Pull, headSha: string): object {
    const { ref, repository } = pull.head;
    return {
      head_branch: ref,
      head_sha: headSha,
      head_repository: { id: repository.id, owner: { login: repository.owner.login } },
    };
  }
});

describe('whatever is open', () => {
  // A ledger in comments costs a look at each, and two calls of its own for a check.
  const worlds: [string, () => Promise<ReviewedWorld>, callsOfEach: number, callsOfReviewed: number][] = [
    ['in comments', () => startCommentWorld({ files: shop.base }), 11, 1],
    [
      'with the endpoint',
      async () => startWorld({ files: shop.base, databaseEndpoint: await dynamoDbEndpoint() }),
      8,
      0,
    ],
  ];

  test.each(worlds)(
    'is reviewed at night, one after another, and nothing is said where nothing is due: the ledger %s',
    async (_name, start, callsOfEach, callsOfReviewed) => {
      await using pullIn = await openPullIn(await start());
      const { pull, world } = pullIn;
      const second = await anotherPull(world, { head: 'second' });
      const draft = await anotherPull(world, { head: 'draft', draft: true });
      const bots = await anotherPull(world, { head: 'bump', author: 'renovate[bot]' });
      const labelled = await anotherPull(world, { head: 'labelled' });
      world.github.people.label(labelled, 'skip-review');
      const pulls = [pull, second, draft, bots, labelled];
      const night = { name: 'schedule', permissions: PERMISSIONS, sender: 'ada' } as const;
      const given = { ...world.inputs, ...inputs, 'check-name': 'Pushback' };

      const first = await runShipped(pullIn, given, night);
      expect([first.exitCode, first.outputs['verdict'], first.outputs['reason']]).toEqual([
        0,
        'approved',
        'first-review,first-review',
      ]);
      expect(first.outputs['session']?.split(',').toSorted()).toEqual(['acme/shop#1', 'acme/shop#2']);
      expect(first.stdout).toContain('5 open, 3 left alone as configured.');
      expect(first.summary).toMatch(/acme\/shop#1.*acme\/shop#2|acme\/shop#2.*acme\/shop#1/su);
      expect(comments(pulls)).toEqual([1, 1, 0, 0, 0]);
      expect(world.repository.checks).toHaveLength(2);
      expect(operations(first).filter((name) => name === 'pulls/list')).toHaveLength(1);
      expect(operations(first).length).toBeLessThanOrEqual(2 * callsOfEach + 2);

      const again = await runShipped(pullIn, given, night);
      expect([again.exitCode, again.outputs['verdict'], operations(again).length]).toEqual([
        0,
        '',
        // The configuration file, and the list.
        2 + 2 * callsOfReviewed,
      ]);
      expect(again.stdout).toContain('No open pull request needs a review.');
      expect(again.summary).toContain('No open pull request needs a review.');

      await world.git.checkout('second');
      await world.git.commit('More', { 'src/second.js': 'export const second = 2;\n' });
      world.github.people.markReady(draft, 'ada');
      const next = await runShipped(pullIn, given, { ...night, name: 'workflow_dispatch' });
      expect([next.exitCode, next.outputs['session']?.split(',').toSorted()]).toEqual([
        0,
        ['acme/shop#2', `acme/shop#${draft.number}`],
      ]);
      expect(comments(pulls)).toEqual([1, 1, 1, 0, 0]);
      expect(world.github.violations).toEqual([]);
    },
    180_000,
  );

  test('a reviewer that fails over one fails that one, and the step as it was told to', async () => {
    await using pullIn = await openPullIn(await startCommentWorld({ files: shop.base }));
    await anotherPull(pullIn.world, { head: 'second' });
    const picky = CONTENT_REVIEWER.replace(
      'const reviews',
      "if (JSON.stringify(request).includes('src/second.js')) process.exit(7); const reviews",
    );
    const night = { name: 'schedule', permissions: PERMISSIONS } as const;
    const run = await runShipped(pullIn, { command: picky, 'on-error': 'fail' }, night);
    expect([run.exitCode, run.outputs['session']]).toEqual([1, 'acme/shop#2,acme/shop#1']);
    expect(run.outputs['verdict']).toBe('');
    expect(run.stdout).toMatch(/::error.*acme\/shop#2 was NOT reviewed/u);
    expect(run.summary).toMatch(/acme\/shop#2.*NOT reviewed/u);
    expect(pullIn.pull.comments[0]?.body).toContain('Fine.');
  }, 120_000);

  test("an analyser's results say nothing of them, and a token that may not list them says what it lacks", async () => {
    await using pullIn = await openPullIn(await startCommentWorld({ files: shop.base }));
    const night = { name: 'schedule', permissions: PERMISSIONS } as const;
    const analyser = await runShipped(pullIn, { 'sarif-file': 'lint.sarif' }, night);
    expect([analyser.exitCode, operations(analyser)]).toEqual([1, ['repos/get-content']]);
    expect(analyser.stdout).toContain('on schedule no pull request is checked out');
    pullIn.world.repository.private = true;
    const refused = await runShipped(pullIn, inputs, { ...night, permissions: { contents: 'read' } });
    expect(refused.exitCode).toBe(0);
    expect(refused.stdout).toContain('The token may not list the open pull requests of acme/shop');
    expect(refused.stdout).toContain('permissions: pull-requests: read');
  }, 120_000);
});

describe('repository_dispatch', () => {
  test('names pull requests, one after another where the ledger is in comments; what is none is refused', async () => {
    await using pullIn = await openPullIn(await startCommentWorld({ files: shop.base }));
    const second = await anotherPull(pullIn.world, { head: 'second' });
    const third = await anotherPull(pullIn.world, { head: 'third' });
    const sent = (named: unknown): Parameters<typeof runShipped>[2] => ({
      name: 'repository_dispatch',
      action: 'review',
      permissions: PERMISSIONS,
      more: { client_payload: { 'pull-requests': named } },
    });
    const named = await runShipped(pullIn, inputs, sent([`#${second.number}`, pullIn.pull.number]));
    expect([named.exitCode, named.outputs['session']]).toEqual([0, 'acme/shop#2,acme/shop#1']);
    expect(comments([pullIn.pull, second, third])).toEqual([1, 1, 0]);

    const hostile = await runShipped(pullIn, inputs, sent(['../../x#1', 'https://evil.example/acme/shop/pull/1']));
    expect([hostile.exitCode, hostile.calls]).toEqual([1, []]);
    expect(hostile.stdout).toContain('client_payload.pull-requests: found "../../x#1"; expected pull requests as 12');
  }, 120_000);
});
