import { expect, test } from '@jest/globals';
import { createTestTable } from '../support/dynamodb-local.ts';
import { GROWTH_MIB, growthOf } from './flat.ts';
import { soak } from './soak.ts';

/**
 * Pushes to two hundred pull requests, by the real pipeline over the endpoint's HTTP and DynamoDB, while runners are
 * killed, endpoints are killed and come back, and connections break, stall and come late. `PUSHBACK_SOAK_MINUTES` says how
 * long: CI takes 2, `npm run deep` and `npm run accept -- deploy` 30.
 */
const MINUTES = Number(process.env['PUSHBACK_SOAK_MINUTES'] ?? 0.5);
const given = process.env['PUSHBACK_SEED'] ?? '20261125';
const SEED = given === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(given);
const AFTERWARDS_MS = 600_000;

test(
  `${MINUTES} minutes, seed ${SEED}: every last head reviewed once, nothing doubled, memory flat`,
  async () => {
    await using table = await createTestTable();
    const { broken, heapMiB, ...figures } = await soak({ minutes: MINUTES, seed: SEED, table });
    const growthMiB = growthOf(heapMiB);
    process.stderr.write(`soak, seed ${SEED}: ${JSON.stringify({ ...figures, growthMiB })}\n`);
    expect({ seed: SEED, broken }).toEqual({ seed: SEED, broken: [] });
    // Else it tried nothing.
    expect(figures.pushes).toBeGreaterThan(0);
    expect(figures.ended).toBeGreaterThan(0);
    expect(figures.kills).toBeGreaterThan(0);
    expect(figures.way.lost).toBeGreaterThan(0);
    expect({ heapMiB, flat: growthMiB < GROWTH_MIB }).toEqual({ heapMiB, flat: true });
  },
  MINUTES * 60_000 + AFTERWARDS_MS,
);
