import { expect, test } from '@jest/globals';
import { SessionName } from '../../src/core/ids.ts';
import { CONTENT_REVIEWER, nodeCommand, nothingPosted, openShopPull, runShipped } from './support.ts';

test('a cancelled job lets go in its post step, and the next run need not wait', async () => {
  await using shop = await openShopPull();
  const { world } = shop;
  const cancelled = await runShipped(
    shop,
    { ...world.inputs, command: nodeCommand('process.stdin.resume(); setInterval(() => undefined, 1000)') },
    {
      ending: {
        how: 'cancel',
        at: (moment) => moment.kind === 'output' && moment.text.includes('Asking the reviewer'),
      },
    },
  );
  expect(cancelled.post?.exitCode).toBe(0);
  expect(nothingPosted(shop)).toBe(true);
  const session = SessionName.parse('acme/shop#1');
  expect((await world.ledger.list(session)).map(({ run }) => run?.status)).toEqual(['cancelled']);

  const next = await runShipped(shop, { ...world.inputs, command: CONTENT_REVIEWER });
  expect([next.exitCode, next.outputs['verdict']]).toEqual([0, 'approved']);
  expect((await world.ledger.list(session)).map(({ state }) => state)).toEqual(['up_to_date']);
}, 90_000);
