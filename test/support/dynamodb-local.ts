import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDbLocalClient } from '../../src/adapters/dynamodb-local/server.ts';
import type { TableCalls } from '../../src/adapters/ledger-dynamodb/calls.ts';
import { createSignedCalls } from '../../src/adapters/ledger-dynamodb/signed/calls.ts';
import { tableDefinition } from '../../src/adapters/ledger-dynamodb/table.ts';

export interface TestTable extends AsyncDisposable {
  readonly client: DynamoDBClient;
  readonly endpoint: string;
  readonly tableName: string;
}

/** Where this run's shared DynamoDB Local answers; it is started by the first call. */
export async function dynamoDbEndpoint(): Promise<string> {
  const broker = process.env['PUSHBACK_TEST_DYNAMODB_BROKER'];
  if (broker === undefined) throw new Error("jest's globalSetup has not run: test/support/dynamodb-local.setup.ts");
  const response = await fetch(broker, { headers: { connection: 'close' } });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

/** A fresh, empty ledger table on the shared server; deleted at the end. */
export async function createTestTable(): Promise<TestTable> {
  const endpoint = await dynamoDbEndpoint();
  const client = dynamoDbLocalClient(endpoint);
  const tableName = `ledger-${randomUUID()}`;
  await client.send(new CreateTableCommand({ ...tableDefinition, TableName: tableName }));
  return {
    client,
    endpoint,
    tableName,
    async [Symbol.asyncDispose]() {
      await client.send(new DeleteTableCommand({ TableName: tableName }));
      client.destroy();
    },
  };
}

/** The table as the endpoint's function reaches it. */
export function signedCallsOf({ endpoint }: Pick<TestTable, 'endpoint'>): TableCalls {
  return createSignedCalls({
    endpoint: new URL(endpoint),
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    connectionTimeoutMs: 5_000,
    requestTimeoutMs: 30_000,
  });
}
