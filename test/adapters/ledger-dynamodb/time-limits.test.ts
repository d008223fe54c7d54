import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { timeLimits } from '../../../src/adapters/ledger-dynamodb/time-limits.ts';

test('a request that is never answered ends at its time limit, and is made again', async () => {
  let asked = 0;
  await using stack = new AsyncDisposableStack();
  const server = createServer(() => void (asked += 1)).listen(0, '127.0.0.1');
  stack.defer(() => void server.close());
  stack.defer(() => server.closeAllConnections());
  await once(server, 'listening');
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 2,
    requestHandler: timeLimits({ connectionMs: 1_000, requestMs: 500 }),
  });
  stack.defer(() => client.destroy());
  const sending = client.send(new GetItemCommand({ TableName: 'pushback', Key: { pk: { S: 'a' }, sk: { S: 'b' } } }));
  await expect(sending).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(asked).toBe(2);
});
