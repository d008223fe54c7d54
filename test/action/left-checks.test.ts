import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as shop from '../../scripts/demo/shop.ts';
import { createGitHubChecks } from '../../src/adapters/github/checks.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { CommitSha, RepositoryName } from '../../src/core/ids.ts';
import { CONTENT_REVIEWER, openPullIn } from '../e2e/support.ts';
import { silentLog } from '../support/silent-log.ts';
import { startCommentWorld } from '../support/world.ts';
import { runSources } from './run-sources.ts';

test('the post step concludes a check that a job left in progress', async () => {
  await using pullIn = await openPullIn(await startCommentWorld({ files: shop.base }));
  const { github, repository } = pullIn.world;
  const token = github.issueToken({ repository });
  const checks = createGitHubChecks({
    token,
    apiUrl: github.apiUrl,
    clock: systemClock,
    log: silentLog,
    random: () => 0,
  });
  const check = {
    repository: RepositoryName.parse('acme/shop'),
    headSha: CommitSha.parse(pullIn.pull.head.sha),
    name: 'Pushback',
    externalId: 'pushback acme/shop#1',
    detailsUrl: null,
  };
  const open = [{ check, id: await checks.begin(check) }];
  const folder = await mkdtemp(join(tmpdir(), 'pushback-action-'));
  try {
    const main = join(folder, 'save.mjs');
    const saved = JSON.stringify(`open-checks<<END\n${JSON.stringify(open)}\nEND\n`);
    await writeFile(
      main,
      `import { appendFileSync } from 'node:fs';\nappendFileSync(process.env.GITHUB_STATE, ${saved});\n`,
    );
    const result = await runSources(pullIn, { command: CONTENT_REVIEWER, 'check-name': 'Pushback' }, { main });
    expect(result.post?.stdout).toContain('Concluded the check "Pushback"');
    expect(repository.checks.map(({ status, conclusion }) => [status, conclusion])).toEqual([
      ['completed', 'cancelled'],
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);
