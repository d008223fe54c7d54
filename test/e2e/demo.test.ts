import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { faultsIn } from '../../scripts/demo/expectations.ts';
import { Scenario } from '../../scripts/demo/scenario.ts';
import * as shop from '../../scripts/demo/shop.ts';
import { dynamoDbEndpoint } from '../support/dynamodb-local.ts';
import { startWorld } from '../support/world.ts';

test('the whole story: opened, fixed, merged, rebased, overtaken', async () => {
  await using world = await startWorld({ files: shop.base, databaseEndpoint: await dynamoDbEndpoint() });
  const scenario = new Scenario(world, resolve('dist'), () => undefined);
  await scenario.play();
  expect(faultsIn(scenario.rows, world.github.violations)).toEqual([]);
}, 180_000);
