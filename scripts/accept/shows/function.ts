import assert from 'node:assert/strict';
import { measureLambda, WARMING_CALLS } from '../../bench/lambda/measure.ts';
import type { LineContext } from '../line.ts';
import { brokenPromises, warmOverheadMs } from '../../bench/lambda/report.ts';

/** Other work on the machine only ever adds: what one of these shows is what the function can do. */
const TRIES = 3;
const TIMED = { rounds: 9, warming: WARMING_CALLS, warm: 500 };
const ONCE = { rounds: 1, warming: 0, warm: 20 };

/** The bundle under AWS's runtime client, within the times that were promised; or, untimed, with the times it has. */
export async function functionUnderItsClient({ timed }: Pick<LineContext, 'timed'>): Promise<string> {
  let broken: string[] = [];
  for (let each = 0; each < TRIES; each += 1) {
    const figures = await measureLambda(timed ? TIMED : ONCE);
    broken = timed ? brokenPromises(figures) : [];
    if (broken.length > 0) continue;
    const { bundleKiB, nodeMs, initMs, firstMs, warm, bare, memoryMiB } = figures;
    return [
      `${bundleKiB.toFixed(0)} KiB`,
      `init ${initMs.toFixed(0)} ms (${(initMs / nodeMs).toFixed(1)} times node -e 0)`,
      `first ${firstMs.toFixed(1)} ms`,
      `warm ${warmOverheadMs(figures).toFixed(2)} ms beyond its DynamoDB calls (${warm.p50Ms.toFixed(2)} and ${bare.p50Ms.toFixed(2)} ms)`,
      `${memoryMiB.toFixed(0)} MiB`,
    ].join(', ');
  }
  return assert.fail(broken.join('; '));
}
