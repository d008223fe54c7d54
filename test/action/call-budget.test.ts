import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openShopPull, type ShopPull } from '../e2e/support.ts';
import type { ActionResult } from '../support/github/runner/run-action.ts';
import { countedCalls } from '../support/github/faults.ts';
import { runSources } from './run-sources.ts';

const MOST_CALLS = 8;
const PERMISSIONS = { contents: 'write', 'pull-requests': 'write', checks: 'write', 'id-token': 'write' } as const;
const namesOf = (lines: number, fresh: number): string[] => [
  ...Array.from({ length: lines }, (_, at) => `unused${at}`),
  ...Array.from({ length: fresh }, (_, at) => `fresh${at}`),
];

/** One push, with an analyser that finds something on every line of the file; those called fresh were never there. */
async function push(shop: ShopPull, lines: number, action: string, fresh = 0): Promise<ActionResult> {
  const names = namesOf(lines, fresh);
  const file = names.map((name, at) => `const ${name} = ${at};\n`).join('');
  const headSha = await shop.world.git.commit(`${lines} lines`, { 'src/many.js': file });
  const results = names.map((name, at) => ({
    ruleId: 'no-unused',
    level: 'error',
    message: { text: `${name} is never read` },
    locations: [{ physicalLocation: { artifactLocation: { uri: 'src/many.js' }, region: { startLine: at + 1 } } }],
  }));
  const run = {
    tool: { driver: { name: 'lint' } },
    invocations: [{ executionSuccessful: true }],
    versionControlProvenance: [{ repositoryUri: 'https://github.example/acme/shop', revisionId: headSha }],
    results,
  };
  return runSources(
    shop,
    { 'sarif-file': 'lint.sarif', 'check-name': 'Pushback', 'fail-on': 'warning', 'review-event': 'request-changes' },
    {
      action,
      permissions: PERMISSIONS,
      prepare: (workspace) =>
        writeFile(join(workspace, 'lint.sarif'), JSON.stringify({ version: '2.1.0', runs: [run] })),
    },
  );
}

const operations = ({ calls }: ActionResult): (string | null)[] =>
  countedCalls(calls).map(({ operation }) => operation);

test("500 findings in one push, most of them fixed in the next: eight calls each at most, the configuration file's among them", async () => {
  await using shop = await openShopPull();
  const { pull, world } = shop;
  const first = await push(shop, 500, 'synchronize');
  expect([first.outputs['new'], first.outputs['open']]).toEqual(['500', '500']);
  expect(operations(first).length).toBeLessThanOrEqual(MOST_CALLS);
  expect([pull.reviews.length, pull.threads.length, pull.comments.length]).toEqual([1, 10, 1]);
  expect(pull.comments[0]!.body.length).toBeLessThanOrEqual(65_536);

  world.repository.collaborators.set('bob', 'write');
  const kept = pull.threads.filter(({ line }) => line <= 5);
  world.github.people.react(kept[0]!.comments[0]!, 'bob', '-1');
  world.github.people.resolve(kept[1]!, 'bob');
  const second = await push(shop, 5, 'synchronize');
  expect(second.outputs).toMatchObject({ new: '0', open: '3', fixed: '495' });
  expect(operations(second).length).toBeLessThanOrEqual(MOST_CALLS);
  const resolved = pull.threads.filter(({ resolvedBy }) => resolvedBy !== null).map(({ line }) => line);
  expect(resolved).toHaveLength(pull.threads.length - (kept.length - 2));
  expect(pull.reviews.map(({ state }) => state)).toEqual(['CHANGES_REQUESTED']);
  expect(world.repository.checks.map(({ conclusion, output }) => [conclusion, output.annotations.length])).toEqual([
    ['failure', 50],
    ['failure', 3],
  ]);

  // A review, an edit, a check and the configuration file leave no call for asking what bob may do: the next run asks.
  world.github.people.react(kept[2]!.comments[0]!, 'bob', '-1');
  const third = await push(shop, 5, 'synchronize', 3);
  expect(third.outputs).toMatchObject({ new: '3', open: '6' });
  expect(operations(third)).toHaveLength(MOST_CALLS);
  expect(operations(third)).not.toContain('repos/get-collaborator-permission-level');
  const fourth = await push(shop, 5, 'synchronize', 3);
  expect(fourth.outputs).toMatchObject({ new: '0', open: '5' });
  expect(operations(fourth)).toContain('repos/get-collaborator-permission-level');
  for (const result of [first, second, third, fourth]) {
    expect(operations(result).filter((operation) => operation === 'repos/get-content')).toHaveLength(1);
    expect(operations(result).length).toBeLessThanOrEqual(MOST_CALLS);
  }

  const last = await push(shop, 0, 'synchronize');
  expect(last.outputs).toMatchObject({ open: '0', fixed: '5' });
  expect(operations(last).length).toBeLessThanOrEqual(MOST_CALLS);
  expect(pull.threads.filter(({ resolvedBy }) => resolvedBy === null)).toEqual([]);
  expect(pull.reviews.map(({ state }) => state)).toEqual(['DISMISSED', 'COMMENTED']);
  expect(world.repository.checks.at(-1)?.conclusion).toBe('success');
  expect(world.github.violations).toEqual([]);
}, 180_000);
