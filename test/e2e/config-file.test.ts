import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as shop from '../../scripts/demo/shop.ts';
import { startCommentWorld } from '../support/world.ts';
import { openPullIn, runShipped } from './support.ts';

const SARIF = {
  version: '2.1.0',
  runs: [
    {
      tool: { driver: { name: 'lint' } },
      invocations: [{ executionSuccessful: true }],
      results: [
        {
          ruleId: 'no-coupons',
          level: 'warning',
          message: { text: 'Coupons are not welcome' },
          locations: [
            { physicalLocation: { artifactLocation: { uri: 'src/discounts.js' }, region: { startLine: 1 } } },
          ],
        },
      ],
    },
  ],
};

test('the bundle reads the file of the default branch: reviewer, check and gate; an input takes the place of one', async () => {
  const yaml =
    'sarif-file:\n  - lint.sarif\ncheck-name: Pushback\nfail-on: warning # everything\nmin-severity: suggestion\n';
  await using pullIn = await openPullIn(
    await startCommentWorld({ files: { ...shop.base, '.github/pushback.yml': yaml } }),
  );
  const prepare = (workspace: string): Promise<void> => writeFile(join(workspace, 'lint.sarif'), JSON.stringify(SARIF));
  const gated = await runShipped(pullIn, {}, { prepare });
  expect([gated.exitCode, gated.outputs['verdict'], gated.outputs['new']]).toEqual([1, 'changes_requested', '1']);
  const open = await runShipped(pullIn, { 'fail-on': 'critical', force: 'rerun' }, { prepare });
  expect([open.exitCode, open.outputs['verdict'], open.outputs['open']]).toEqual([0, 'changes_requested', '1']);
  expect(pullIn.world.repository.checks.map(({ name, conclusion }) => [name, conclusion])).toEqual([
    ['Pushback', 'failure'],
    ['Pushback', 'neutral'],
  ]);
  expect(pullIn.world.github.violations).toEqual([]);
}, 120_000);
