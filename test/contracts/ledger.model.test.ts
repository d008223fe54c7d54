import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createTestTable, type TestTable } from '../support/dynamodb-local.ts';
import { Checker } from './model/checker.ts';
import { step, type Step } from './model/steps.ts';
import { takeStep } from './model/take-step.ts';
import { everythingIn, makeWorld, type World } from './model/world.ts';

/**
 * The same random commands by several holders, on the ledger in memory and on DynamoDB: equal answers, equal tables, and
 * the invariants of DESIGN 4 after every step. Two owners with the same two pull requests, whose heads move and come back,
 * whose base changes; workflow runs with attempts, callers of more and of less trust; a clock that jumps.
 */
const SEQUENCES = Number(process.env['PUSHBACK_MODEL_SEQUENCES'] ?? 300);
const MAX_COMMANDS = 40;
/** Histories side by side: one waits for DynamoDB while the others are decided. */
const LANES = 8;

class Take implements fc.AsyncCommand<Checker, World> {
  readonly #step: Step;
  constructor(taken: Step) {
    this.#step = taken;
  }
  check(): boolean {
    return true;
  }
  run(checker: Checker, world: World): Promise<void> {
    return takeStep(world, checker, this.#step);
  }
  toString(): string {
    return JSON.stringify(this.#step);
  }
}

test(`${SEQUENCES} random histories end alike in memory and in DynamoDB`, async () => {
  await using table = await createTestTable();
  const lanes = Array.from({ length: LANES }, (_, lane) => assertLane(table, lane));
  for (const lane of await Promise.allSettled(lanes)) if (lane.status === 'rejected') throw lane.reason;
}, 3_600_000);

async function assertLane(table: TestTable, lane: number): Promise<void> {
  let history = 0;
  const commands = fc.commands([step.map((taken) => new Take(taken))], { maxCommands: MAX_COMMANDS, size: 'max' });
  const property = fc.asyncProperty(commands, async (taken) => {
    history += 1;
    const world = makeWorld(table, `${lane + 1}${String(history).padStart(8, '0')}`);
    await fc.asyncModelRun(() => ({ model: new Checker(world), real: world }), taken);
    const [inMemory, inDynamoDb] = [everythingIn(world.table), await world.stored()];
    if (!isDeepStrictEqual(inDynamoDb, inMemory)) expect(inDynamoDb).toEqual(inMemory);
  });
  await fc.assert(property, { numRuns: Math.ceil(SEQUENCES / LANES) });
}
