import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CrashWorld, type Standing } from './crash-world.ts';
import { Outgoing, type Cut } from './outgoing.ts';

/** Each of its calls ends a run, or is answered to nobody, and whoever runs it again leaves what an unharmed run leaves. */
let world: CrashWorld;

beforeAll(async () => {
  world = await CrashWorld.start();
});
afterAll(() => world[Symbol.asyncDispose]());

type Stage = 'opened' | 'pushed';

/** A pull request at the given stage, where the run that looks at it may be cut. */
async function story(stage: Stage, cut: Cut | null): Promise<{ calls: string[]; left: Standing; after: Standing }> {
  const pull = await world.open();
  if (stage === 'pushed') {
    await world.review(pull, new Outgoing(), world.newRun(), 1);
    await world.push(pull);
  }
  const runId = world.newRun();
  const outgoing = new Outgoing(cut);
  await world.review(pull, outgoing, runId, 1);
  const left = await world.standing(pull);
  if (cut !== null) await world.review(pull, new Outgoing(), runId, 2);
  const after = await world.standing(pull);
  world.github.people.close(pull, 'ada');
  return { calls: outgoing.calls, left, after };
}

/** Between two looks at git nothing changes anywhere: one of them stands for all, but where there is time. */
const IN_FULL = process.env['PUSHBACK_DEEP'] !== undefined;
const changesNothing = (name: string | undefined): boolean => name?.startsWith('git ') === true;
const WRITES =
  /^ledger (?:claim|submit|heartbeat|deliver)|^GitHub (?:pulls\/create|issues\/|checks\/|.*(?:update|minimize))/u;
const CUTS: { how: Cut['how']; stages: Stage[]; counts: (name: string, next: string | undefined) => boolean }[] = [
  { how: 'kill', stages: ['opened', 'pushed'], counts: (name, next) => !changesNothing(name) || !changesNothing(next) },
  { how: 'lose', stages: ['opened', 'pushed'], counts: (name) => WRITES.test(name) },
];
const CASES = CUTS.flatMap(({ stages, ...cut }) =>
  stages.filter((stage) => IN_FULL || stage === 'pushed').map((stage) => ({ stage, ...cut })),
);

describe('a pull request is as it would have been', () => {
  test.each(CASES)(
    '$stage, $how at each call',
    async ({ stage, how, counts }) => {
      const whole = await story(stage, null);
      expect(whole.after.ledger).toEqual({ state: 'changes_requested', status: 'delivered' });
      const told: Record<string, Standing> = {};
      for (const [at, name] of whole.calls.entries()) {
        if (!IN_FULL && !counts(name, whole.calls[at + 1])) continue;
        const { after, calls } = await story(stage, { at, how });
        expect(calls[at]).toBe(name);
        if (JSON.stringify(after) !== JSON.stringify(whole.after)) told[`${at} ${name}`] = after;
      }
      expect(told).toEqual({});
      expect(world.github.violations).toEqual([]);
    },
    600_000,
  );
});
