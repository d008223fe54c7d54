import { createApp } from '../../lambda/app.ts';
import type { Gatekeeper } from '../../lambda/auth/gatekeeper.ts';
import { listen } from '../../lambda/serve.ts';
import { webOf } from '../../lambda/web.ts';
import { createDynamoDbLedger } from '../../src/adapters/ledger-dynamodb/ledger.ts';
import { createHttpLedger } from '../../src/adapters/ledger-http/ledger.ts';
import type { Caller } from '../../src/core/ledger/commands.ts';
import { createTestTable } from '../support/dynamodb-local.ts';
import { steeredClock } from './ledger-harness.ts';
import { ledgerContract } from './ledger.contract.ts';

/** Takes the caller's own word, so that the suite can have any caller; what tokens allow is tested with the endpoint. */
const byWord: Gatekeeper = async (authorization) => {
  const caller = JSON.parse(
    Buffer.from((authorization ?? '').slice('Bearer '.length), 'base64url').toString(),
  ) as Caller;
  return {
    outcome: 'identified',
    name: caller.ownerId,
    authorise: () => ({ outcome: 'allowed', caller, visible: null }),
  };
};

ledgerContract('HTTP, over DynamoDB', async () => {
  const clock = steeredClock();
  const table = await createTestTable();
  const app = createApp({
    ledgerFor: createDynamoDbLedger({ client: table.client, tableName: table.tableName, clock }),
    gatekeeper: byWord,
    log: () => undefined,
  });
  const endpoint = await listen(webOf(app), { port: 0, host: '127.0.0.1' });
  return {
    clock,
    ledgerFor: (caller) =>
      createHttpLedger({
        endpoint: endpoint.url,
        idToken: async () => Buffer.from(JSON.stringify(caller)).toString('base64url'),
        clock,
        random: Math.random,
      }),
    async [Symbol.asyncDispose]() {
      await endpoint.close();
      await table[Symbol.asyncDispose]();
    },
  };
});
