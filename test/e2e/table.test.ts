import { expect, test } from '@jest/globals';
import * as files from '../../scripts/demo/shop.ts';
import { CONTENT_REVIEWER, openShopPull, runShipped, type ShopPull } from './support.ts';

const credentials = ({ world }: ShopPull): Record<string, string> => ({
  AWS_ENDPOINT_URL_DYNAMODB: world.databaseEndpoint,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
});
const table = ({ world }: ShopPull): Record<string, string> => ({
  'dynamodb-table': world.table,
  'aws-region': 'eu-central-1',
});

test('the table alone is a whole ledger', async () => {
  await using shop = await openShopPull();
  const options = { env: credentials(shop) };
  const inputs = { ...table(shop), command: CONTENT_REVIEWER };
  const first = await runShipped(shop, inputs, options);
  expect([first.exitCode, first.outputs['reason']]).toEqual([0, 'first-review']);
  await shop.world.git.commit('More', files.fixesOneAddsOne);
  const second = await runShipped(shop, inputs, options);
  expect([second.exitCode, second.outputs['mode'], second.outputs['reason']]).toEqual([
    0,
    'incremental',
    'new-commits',
  ]);
  expect(shop.world.events).toEqual([]);
}, 90_000);

test('with an endpoint, the previous review is read straight from the table', async () => {
  await using shop = await openShopPull();
  const inputs = { ...shop.world.inputs, ...table(shop), command: CONTENT_REVIEWER };
  await runShipped(shop, inputs, { env: credentials(shop) });
  await shop.world.git.commit('More', files.fixesOneAddsOne);
  const second = await runShipped(shop, inputs, { env: credentials(shop) });
  expect([second.exitCode, second.outputs['reason']]).toEqual([0, 'new-commits']);
  const asked = shop.world.events.flatMap((event) => (event.message === 'request' ? [event.path] : []));
  expect(asked).toContain('/v1/claims');
  expect(asked).not.toContain('/v1/previous');
}, 90_000);

test('where the table can not be read, the endpoint is asked, and the log says so', async () => {
  await using shop = await openShopPull();
  const inputs = {
    ...shop.world.inputs,
    'dynamodb-table': 'no-such-table',
    'aws-region': 'eu-central-1',
    command: CONTENT_REVIEWER,
  };
  await runShipped(shop, inputs, { env: credentials(shop) });
  await shop.world.git.commit('More', files.fixesOneAddsOne);
  const second = await runShipped(shop, inputs, { env: credentials(shop) });
  expect([second.exitCode, second.outputs['reason']]).toEqual([0, 'new-commits']);
  expect(second.annotations.map(({ message }) => message).join('\n')).toMatch(/table could not be read/i);
}, 90_000);
