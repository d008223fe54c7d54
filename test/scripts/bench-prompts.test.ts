import { expect, test } from '@jest/globals';
import { measureMade, shareOf } from '../../scripts/bench/prompts.ts';
import { TENTH } from '../../scripts/bench/prompts/repository.ts';

test('the prompt of a push that touches a tenth of 60 files is at most 15 % of the full one, rules and context included', async () => {
  const pushes = await measureMade(() => undefined);
  expect(pushes.map(({ files, fullFiles }) => `${files} of ${fullFiles}`)).toEqual([
    '1 of 60',
    '6 of 60',
    '6 of 60',
    '30 of 60',
  ]);
  const tenth = pushes.find(({ title }) => title === TENTH);
  if (tenth === undefined) throw new Error('it was not measured');
  expect(shareOf(tenth)).toBeLessThanOrEqual(0.15);
  for (const { full, incremental } of pushes) {
    if (incremental === null) throw new Error('nothing was to be reviewed');
    expect(incremental.rules).toBe(full.rules);
    expect(Math.abs(incremental.rules + incremental.about + incremental.files - incremental.total)).toBeLessThan(20);
  }
});
