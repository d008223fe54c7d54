import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as shop from '../../scripts/demo/shop.ts';
import { HeldRuns } from '../../src/adapters/actions/held-runs.ts';
import { CONTENT_REVIEWER, nodeCommand, openPullIn, openShopPull, type PullIn } from '../e2e/support.ts';
import { GitRepository } from '../support/git/git-repository.ts';
import { effects } from '../support/github/faults.ts';
import type { ActionResult } from '../support/github/runner/run-action.ts';
import { startCommentWorld, type ReviewedWorld } from '../support/world.ts';
import { runSources } from './run-sources.ts';

const FILE = '.github/pushback.yml';
/** As YAML: JSON's texts are YAML's. */
const yamlOf = (settings: Record<string, string>): string =>
  Object.entries(settings)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('');
const REVIEWER = { command: CONTENT_REVIEWER };

/** The shop with its pull request, and this file on its default branch. */
async function openWith(yaml: string | null): Promise<PullIn<ReviewedWorld>> {
  const files = { ...shop.base, ...(yaml === null ? {} : { [FILE]: yaml }) };
  return openPullIn(await startCommentWorld({ files }));
}

const saidBy = ({ annotations }: ActionResult, level: string): string =>
  annotations
    .filter((annotation) => annotation.level === level)
    .map(({ message }) => message)
    .join('\n');
const asked = ({ calls }: ActionResult): (string | null)[] =>
  calls.map(({ operation }) => operation).filter((operation) => operation !== 'git');
const checksOf = ({ world }: PullIn<ReviewedWorld>) =>
  world.repository.checks.map(({ name, conclusion }) => [name, conclusion]);

describe('the file speaks where the workflow does not', () => {
  test('in every step: a review, a command in a comment, the merge queue', async () => {
    await using pullIn = await openWith(yamlOf({ ...REVIEWER, 'check-name': 'From the file' }));
    const { world, pull } = pullIn;
    world.repository.collaborators.set('bob', 'write');
    const reviewed = await runSources(pullIn, {});
    expect([reviewed.exitCode, reviewed.outputs['verdict']]).toEqual([0, 'approved']);
    expect(asked(reviewed)[0]).toBe('repos/get-content');
    expect(reviewed.stdout).toContain(`Configuration: ${FILE} of the default branch (command, check-name)`);

    const comment = world.github.people.comment(pull, 'bob', '/pushback help');
    const answered = await runSources(pullIn, {}, { name: 'issue_comment', action: 'created', comment, sender: 'bob' });
    expect([answered.exitCode, answered.stdout]).toEqual([0, expect.stringContaining('told which commands there are')]);

    const queued = await runSources(pullIn, {}, { name: 'merge_group', action: 'checks_requested' });
    expect([queued.exitCode, checksOf(pullIn)]).toEqual([
      0,
      [
        ['From the file', 'success'],
        ['From the file', 'success'],
      ],
    ]);
    expect(world.github.violations).toEqual([]);
  }, 120_000);

  test('about the ledger too, and post lets go where main held, whatever the file says by then', async () => {
    await using shopPull = await openShopPull();
    const { world } = shopPull;
    const { endpoint = '', audience = '' } = world.inputs;
    await world.git.checkout('main');
    await world.git.commit('Configure', { [FILE]: yamlOf({ ...REVIEWER, endpoint, audience }) });
    const pullIn = { ...shopPull, world: { ...world, inputs: {} } };
    const reviewed = await runSources(pullIn, {});
    expect([reviewed.exitCode, reviewed.outputs['verdict']]).toEqual([0, 'approved']);
    const held = HeldRuns.parse(JSON.parse(reviewed.state['held-runs'] ?? ''));
    expect(held.ledger).toEqual({ kind: 'endpoint', url: endpoint, audience, readsFrom: null });

    await world.git.commit('Another', { [FILE]: 'endpoint: http://127.0.0.1:9\n' });
    const left = { ...held, runIds: reviewed.outputs['run-ids']?.split(',') };
    const saved = `held-runs<<END\n${JSON.stringify(left)}\nEND\n`;
    const main = join(world.git.folder, '..', 'save.mjs');
    await writeFile(
      main,
      `import { appendFileSync } from 'node:fs';\nappendFileSync(process.env.GITHUB_STATE, ${JSON.stringify(saved)});\n`,
    );
    const after = await runSources(pullIn, {}, { main });
    expect([after.post?.exitCode, asked(after), saidBy(after, 'warning')]).toEqual([0, ['oidc'], '']);
    expect(world.events.at(-1)).toMatchObject({ method: 'POST', path: '/v1/releases', status: 200 });
  }, 120_000);
});

describe('whose file it is', () => {
  test("a pull request's own changes nothing, from a branch or from a fork", async () => {
    const marker = 'pushback-ran-the-heads-program';
    const evil = yamlOf({ command: nodeCommand(`console.log('${marker}'); process.exit(1)`), 'fail-on': 'never' });
    await using pullIn = await openWith(yamlOf({ ...REVIEWER, 'check-name': 'Trusted' }));
    const { world } = pullIn;
    await world.git.commit('Configure the review away', { [FILE]: evil });
    const own = await runSources(pullIn, {}, { action: 'synchronize' });
    expect([own.exitCode, own.outputs['verdict'], checksOf(pullIn)]).toEqual([0, 'approved', [['Trusted', 'success']]]);

    await using fork = await GitRepository.create();
    await fork.git('fetch', '-q', world.git.folder, 'main');
    await fork.checkout('main', 'FETCH_HEAD');
    await fork.commit('Configure the review away', { ...shop.opened, [FILE]: evil });
    const headRepository = await world.github.createRepository({ owner: 'eve', name: 'shop', dir: fork.folder });
    const { repository } = world;
    const pull = await world.github.people.openPullRequest({ repository, headRepository, head: 'main', author: 'eve' });
    const theirs = { world, pull, [Symbol.asyncDispose]: async () => undefined };
    const inputs = { 'allow-fork-code': 'true' };
    const forks = await runSources(theirs, inputs, { name: 'pull_request_target' });
    expect([forks.exitCode, forks.outputs['verdict'], checksOf(pullIn).at(-1)]).toEqual([
      0,
      'approved',
      ['Trusted', 'success'],
    ]);
    for (const { stdout } of [own, forks]) expect(stdout).not.toContain(marker);
    const contents = world.github.calls.filter(({ operation }) => operation === 'repos/get-content');
    expect(contents.map(({ path, query }) => [path, query])).toEqual(
      Array.from({ length: 2 }, () => ['/repos/acme/shop/contents/.github%2Fpushback.yml', '']),
    );
    expect(world.github.violations).toEqual([]);
  }, 120_000);

  test('`config-file: none` refuses it unread; another path is read instead', async () => {
    await using pullIn = await openWith('fail-on: nonsense\n');
    const refused = await runSources(pullIn, { ...REVIEWER, 'config-file': 'none' });
    expect([refused.exitCode, refused.outputs['verdict']]).toEqual([0, 'approved']);
    expect(asked(refused)).not.toContain('repos/get-content');

    await pullIn.world.git.checkout('main');
    await pullIn.world.git.commit('Configure', { 'config/review.yml': yamlOf({ ...REVIEWER, 'check-name': 'There' }) });
    const other = await runSources(pullIn, { 'config-file': 'config/review.yml', force: 'rerun' });
    expect([other.exitCode, checksOf(pullIn)]).toEqual([0, [['There', 'success']]]);

    const missing = await runSources(pullIn, { ...REVIEWER, 'config-file': 'config/reviews.yml' });
    expect(saidBy(missing, 'warning')).toBe(
      'config-file: there is no "config/reviews.yml" on the default branch: the inputs alone count.',
    );
  }, 120_000);
});

describe('what goes wrong', () => {
  test('a wrong file: every fault at once, with line and key; no secret; nothing posted', async () => {
    const key = 'sk-0123456789abcdef';
    await using pullIn = await openWith(`fail_on: critical\napi-key: ${key}\nmax-comments: many\nmodel: "x ${key}"\n`);
    const result = await runSources(pullIn, { 'timeout-minutes': '0' });
    expect([result.exitCode, asked(result)]).toEqual([1, ['repos/get-content']]);
    const said = saidBy(result, 'error');
    expect(said.split('\n').map((line) => line.split(';')[0])).toEqual([
      'Pushback did not start, its inputs are wrong:',
      `${FILE}, line 1: "fail_on": found an unknown key`,
      `${FILE}, line 2: api-key: found a text of ${key.length} characters`,
      `${FILE}, line 4: model: found a text of ${key.length + 2} characters`,
      `${FILE}, line 3: max-comments: found "many"`,
      'input timeout-minutes: found "0"',
      `${FILE}, line 4: model: found a text of ${key.length + 2} characters`,
    ]);
    expect(result.stdout + result.stderr + result.summary).not.toContain(key);
    expect(pullIn.pull.comments).toEqual([]);
  }, 60_000);

  const LACKING = { 'pull-requests': 'write', checks: 'write' } as const;
  test.each<[Record<string, string>, number, string]>([
    [{}, 0, 'warning'],
    [{ 'on-error': 'fail' }, 1, 'error'],
    [{ 'fail-on': 'critical' }, 1, 'error'],
  ])(
    'not readable, and with %j among the inputs: NOT reviewed, by no other settings',
    async (inputs, exitCode, level) => {
      await using pullIn = await openWith(null);
      const result = await runSources(pullIn, { ...REVIEWER, ...inputs }, { permissions: LACKING });
      expect([result.exitCode, asked(result)]).toEqual([exitCode, ['repos/get-content']]);
      expect(saidBy(result, level)).toMatch(
        /^NOT reviewed: The token may not read \.github\/pushback\.yml of acme\/shop .*contents: read/u,
      );
      expect(result.summary).toContain('NOT reviewed');
      expect(result.outputs['verdict'] ?? '').toBe('');
    },
    60_000,
  );

  test('inputs that are wrong are told, readable or not', async () => {
    await using pullIn = await openWith(null);
    const result = await runSources(pullIn, { 'max-comments': 'many' }, { permissions: LACKING });
    expect([result.exitCode, saidBy(result, 'error')]).toEqual([1, expect.stringContaining('input max-comments:')]);
  }, 60_000);

  test('GitHub is down for as long as anybody waits', async () => {
    await using pullIn = await openWith(yamlOf({ ...REVIEWER, 'fail-on': 'critical' }));
    pullIn.world.github.faults.add({ on: 'repos/get-content', times: 4, effect: effects.unavailable() });
    const result = await runSources(pullIn, REVIEWER);
    expect([result.exitCode, result.calls.length]).toEqual([0, 4]);
    expect(saidBy(result, 'warning')).toContain(`NOT reviewed: GitHub answered 503 when asked to read ${FILE}`);
    expect(pullIn.pull.comments).toEqual([]);
  }, 60_000);
});

test('an event that asks for nothing costs no call, whatever the file says', async () => {
  await using pullIn = await openWith('nonsense');
  const ignored = await runSources(pullIn, {}, { action: 'labeled' });
  expect([ignored.exitCode, ignored.calls, ignored.stdout]).toEqual([0, [], expect.stringContaining('Nothing to do:')]);
  const wrong = await runSources(pullIn, { 'max-comments': 'many' }, { action: 'labeled' });
  expect([wrong.exitCode, wrong.calls, saidBy(wrong, 'error')]).toEqual([
    1,
    [],
    expect.stringContaining('input max-comments:'),
  ]);
}, 60_000);
