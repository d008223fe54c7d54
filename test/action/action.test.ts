import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { SessionName } from '../../src/core/ids.ts';
import { aHolder, aSight, claimOne } from '../contracts/ledger-harness.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { CONTENT_REVIEWER, nodeCommand, nothingPosted, openShopPull, type ShopPull } from '../e2e/support.ts';
import type { ActionResult } from '../support/github/runner/run-action.ts';
import { runSources } from './run-sources.ts';

const SESSION = SessionName.parse('acme/shop#1');
/** Takes the name of a file to say its process id in. */
const STUCK = nodeCommand(`
  const fs = require('node:fs');
  fs.writeFileSync(process.argv[1] + '.new', String(process.pid));
  fs.renameSync(process.argv[1] + '.new', process.argv[1]);
  process.stdin.resume(); setInterval(() => undefined, 1000);
`);

function warningsOf({ annotations }: ActionResult): string[] {
  return annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
}

describe('the main step', () => {
  test('asked to end: its reviewer ends, the run is let go of, and post has nothing to say', async () => {
    await using shop = await openShopPull();
    const folder = await mkdtemp(join(tmpdir(), 'pushback-pid-'));
    try {
      const pidFile = join(folder, 'pid');
      const cancel = new AbortController();
      const running = runSources(shop, { command: `${STUCK}\n${pidFile}` }, { signal: cancel.signal });
      const pid = await pidIn(pidFile);
      cancel.abort();
      const result = await running;
      expect([result.exitCode, result.signal]).toEqual([0, null]);
      expect(warningsOf(result).join('\n')).toMatch(/NOT reviewed: it was interrupted \(SIGINT\)/);
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
      expect(result.post?.stdout).toBe('');
      expect((await shop.world.ledger.list(SESSION)).map(({ run }) => run?.status)).toEqual(['cancelled']);
      expect(nothingPosted(shop)).toBe(true);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 60_000);

  test('without an OIDC token (a fork, or no permission) it says what to do, and nothing is posted', async () => {
    await using shop = await openShopPull();
    const result = await runSources(
      shop,
      { command: CONTENT_REVIEWER },
      { env: { ACTIONS_ID_TOKEN_REQUEST_URL: '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' } },
    );
    const said = warningsOf(result).join('\n');
    expect(said).toMatch(/^NOT reviewed: /);
    expect(said).toContain('permissions: id-token: write');
    expect(said).toContain('pull_request_target');
    expect(result.post?.stdout).toBe('');
    expect(nothingPosted(shop)).toBe(true);
  }, 60_000);

  test('credentials of the job in pass-env are warned of', async () => {
    await using shop = await openShopPull();
    const result = await runSources(shop, { command: CONTENT_REVIEWER, 'pass-env': 'LANG GITHUB_TOKEN' });
    expect([result.exitCode, result.outputs['verdict']]).toEqual([0, 'approved']);
    expect(warningsOf(result)).toEqual([expect.stringMatching(/pass-env .*GITHUB_TOKEN/)]);
    expect(withoutMasks(result.stdout)).not.toContain(result.token);
  }, 60_000);
});

describe('the post step', () => {
  const STATE = 'held-runs';

  async function post(shop: ShopPull, state: unknown): Promise<ActionResult> {
    const folder = await mkdtemp(join(tmpdir(), 'pushback-action-'));
    try {
      const main = join(folder, 'save.mjs');
      const saved = JSON.stringify(`${STATE}<<END\n${JSON.stringify(state)}\nEND\n`);
      await writeFile(
        main,
        `import { appendFileSync } from 'node:fs';\nappendFileSync(process.env.GITHUB_STATE, ${saved});\n`,
      );
      return await runSources(shop, { command: CONTENT_REVIEWER }, { main });
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  test('releases what is still held', async () => {
    await using shop = await openShopPull();
    const { world, pull } = shop;
    const key = { repository: 'acme/shop', repositoryId: world.repository.id, number: pull.number } as never;
    const holder = aHolder('broken off');
    const seen = aSight({ clock: { ...systemClock, advance: () => undefined } }, key);
    const claimed = await claimOne(world.ledger, holder, seen, { session: SESSION });
    expect(claimed.answer).toBe('review');
    const ledger = { kind: 'endpoint', url: world.endpoint, audience: world.audience, readsFrom: null };
    const result = await post(shop, { session: SESSION, runIds: [claimed.run?.runId], token: holder.token, ledger });
    expect(result.post?.stdout).toContain('Let go of 1 interrupted run(s).');
    expect((await world.ledger.list(SESSION)).map(({ run }) => run?.status)).toEqual(['cancelled']);
    expect(result.post?.stdout).not.toContain(holder.token);
  }, 60_000);

  test.each([
    ['nothing', { session: SESSION, runIds: [], token: aHolder('nobody').token }],
    ['something that is not ours', { hello: 'world' }],
    ['no JSON', 'x'],
  ])(
    'is silent where %s is held',
    async (_name, state) => {
      await using shop = await openShopPull();
      const result = await post(shop, state);
      expect([result.post?.exitCode, result.post?.stdout, result.post?.stderr]).toEqual([0, '', '']);
    },
    60_000,
  );
});

/** What people can read of it: the runner keeps the masks to itself. */
function withoutMasks(stdout: string): string {
  return stdout.replaceAll(/^::add-mask::.*$/gmu, '');
}

/** Once it is written. */
async function pidIn(file: string): Promise<number> {
  for (let attempt = 0; attempt < 1500; attempt += 1) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text !== '') return Number(text);
    await delay(20);
  }
  throw new Error('the reviewer never started');
}
