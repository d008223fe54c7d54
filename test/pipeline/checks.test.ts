import { describe, expect, test } from '@jest/globals';
import type { CheckEnd } from '../../src/core/publish/check.ts';
import type { CheckSettings } from '../../src/pipeline/check-keeper.ts';
import type { NamedCheck } from '../../src/ports/checks.ts';
import { LedgerUnavailable } from '../../src/ports/ledger.ts';
import { HostFault } from '../../src/ports/pull-requests.ts';
import { scopeReviewer } from './reviewers.ts';
import { Scene } from './scene.ts';

const MAIN = { 'README.md': 'shop\n' };
const TOPIC = { 'a.txt': 'one\ntwo BUG\nthree\n' };

type Kept = { check: NamedCheck; end: CheckEnd | null };

/** Keeps what checks say, in the order in which they were made. */
function checks(overrides: Partial<CheckSettings> = {}) {
  const kept: Kept[] = [];
  let held = 0;
  const settings: CheckSettings = {
    api: {
      begin: async (check) => kept.push({ check, end: null }),
      async finish(check, end, id) {
        if (id === null) kept.push({ check, end });
        else kept[id - 1] = { check, end };
      },
    },
    name: 'Pushback',
    policy: { failOn: 'warning', onError: 'fail' },
    holding: (open) => void (held = open.length),
    summaryOf: () => 'page',
    ...overrides,
  };
  return {
    settings,
    ends: () => kept.map(({ end }) => end?.conclusion ?? 'in_progress'),
    names: () => kept.map(({ check }) => check.name),
    held: () => held,
  };
}

describe('the check', () => {
  test('is in progress while the review is made, then says how it ended', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const kept = checks();
    let meanwhile: string[] = [];
    const reviewer = scopeReviewer({
      each: () => {
        meanwhile = [...kept.ends(), String(kept.held())];
        return {};
      },
    });
    await scene.reviewOne({ reviewer, checks: kept.settings });
    expect(meanwhile).toEqual(['in_progress', '1']);
    expect([kept.ends(), kept.held()]).toEqual([['failure'], 0]);
  });

  test.each<[string, string[], Parameters<Scene['reviewOne']>[0]]>([
    ['a draft', ['neutral'], { settings: { exclusionOf: () => 'draft' } }],
    ['an ignored author', ['neutral'], { settings: { exclusionOf: () => 'ignored-author' } }],
    ['nothing found', ['success'], { reviewer: scopeReviewer({ each: () => ({ findings: [] }) }) }],
    [
      'the reviewer fails',
      ['failure'],
      { reviewer: scopeReviewer({ instead: async () => ({ outcome: 'failed', why: 'no', output: '' }) }) },
    ],
  ])('%s: %s', async (_what, ends, overrides) => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const kept = checks();
    await scene.reviewOne({ ...overrides, checks: kept.settings });
    expect([kept.ends(), kept.held()]).toEqual([ends, 0]);
  });

  test('on a head reviewed before, on an unchanged one, and on one that a newer push overtook', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const kept = checks();
    const run = { checks: kept.settings };
    await scene.reviewOne(run);
    await scene.reviewOne(run);
    await scene.git.git('commit', '--amend', '-q', '-m', 'Said otherwise');
    scene.clock.advance(60);
    await scene.reviewOne(run);
    scene.host.beforePublish = async () => {
      await scene.push({ 'c.txt': 'newer\n' });
    };
    await scene.push({ 'b.txt': 'more\n' });
    await scene.reviewOne(run);
    expect([kept.ends(), kept.held()]).toEqual([['failure', 'failure', 'failure', 'cancelled'], 0]);
  });

  test('a ledger that breaks on the way leaves none in progress', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const kept = checks();
    const ledger = scene.ledger();
    const submit = async (): Promise<never> => {
      throw new LedgerUnavailable('the ledger is away');
    };
    await expect(scene.reviewOne({ checks: kept.settings, ledger: { ...ledger, submit } })).rejects.toThrow('away');
    expect([kept.ends(), kept.held()]).toEqual([['failure'], 0]);
  });

  test('a ledger that is away from the first is no reason to leave a branch rule waiting', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const kept = checks();
    const claim = async (): Promise<never> => {
      throw new LedgerUnavailable('the ledger is away');
    };
    const ledger = { ...scene.ledger(), claim };
    await expect(scene.reviewOne({ checks: kept.settings, ledger })).rejects.toThrow('away');
    expect(kept.ends()).toEqual(['failure']);
  });

  test('of a session of its own name stands beside that of the pull request', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const kept = checks();
    await scene.reviewOne({ checks: kept.settings });
    await scene.reviewOne({ checks: kept.settings, settings: { session: 'stack' as never } });
    expect(kept.names()).toEqual(['Pushback', 'Pushback (stack)']);
  });

  test('that the token may not write is told of once, and the review goes on', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    const refuse = async (): Promise<never> => {
      throw new HostFault('The token may not write checks', { missingPermission: 'checks: write' });
    };
    const { settings } = checks({ api: { begin: refuse, finish: refuse } });
    expect((await scene.reviewOne({ checks: settings })).outcome).toBe('reviewed');
    expect(scene.log.filter((line) => line.includes('may not write checks'))).toHaveLength(1);
  });
});
