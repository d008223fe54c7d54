import { CreateTableCommand, ScanCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startEndpoint } from '../../../lambda/serve.ts';
import {
  dynamoDbLocalClient,
  startDynamoDbLocal,
  type DynamoDbLocal,
} from '../../../src/adapters/dynamodb-local/server.ts';
import { createDynamoDbLedger } from '../../../src/adapters/ledger-dynamodb/ledger.ts';
import { tableDefinition } from '../../../src/adapters/ledger-dynamodb/table.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { hashOfToken, newHolderToken } from '../../../src/adapters/system/randomness.ts';
import { ClaimAccepted } from '../../../src/core/ledger/commands.ts';
import { OwnerId, type HolderToken } from '../../../src/core/ids.ts';
import type * as z from 'zod';

/** The real app on a real port over DynamoDB Local, spoken to as JSON over HTTP. */
export type PlainEndpoint = AsyncDisposable & {
  post<T>(path: string, body: unknown, shape: z.ZodType<T>): Promise<{ status: number; body: T }>;
  /** Every item of the table, as stored. */
  items(): Promise<Record<string, unknown>[]>;
};

export async function startPlainEndpoint(database?: DynamoDbLocal): Promise<PlainEndpoint> {
  const stack = new AsyncDisposableStack();
  const started = database ?? stack.use(await startDynamoDbLocal());
  const client = dynamoDbLocalClient(started.endpoint);
  stack.defer(() => client.destroy());
  const tableName = `accept-${Math.random().toString(36).slice(2)}`;
  await client.send(new CreateTableCommand({ ...tableDefinition, TableName: tableName }));
  const endpoint = await startEndpoint({
    port: 0,
    ledgerFor: createDynamoDbLedger({ client, tableName, clock: systemClock }),
    auth: { kind: 'insecure-owner', ownerId: OwnerId.parse('4242') },
    clock: systemClock,
    log: () => undefined,
  });
  stack.defer(() => endpoint.close());
  return {
    async post(path, body, shape) {
      const response = await fetch(`${endpoint.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: shape.parse(await response.json()) };
    },
    items: () => scan(client, tableName),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function scan(client: DynamoDBClient, tableName: string): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  let from: Record<string, never> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: tableName,
        ConsistentRead: true,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    found.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey as Record<string, never> | undefined;
  } while (from !== undefined);
  return found;
}

export type Holder = { token: HolderToken; tokenHash: string };

export function newHolder(): Holder {
  const token = newHolderToken();
  return { token, tokenHash: hashOfToken(token) };
}

export { ClaimAccepted };

export function claimOf(holder: Holder, numbers: readonly number[], session = 'acme/shop#stack', head = '1'): object {
  return {
    session,
    holder: { tokenHash: holder.tokenHash, url: 'https://github.example/acme/shop/actions/runs/1/attempts/1' },
    pullRequests: numbers.map((number) => ({
      repository: 'acme/shop',
      repositoryId: 4711,
      number,
      headSha: head.repeat(40).slice(0, 40),
      baseRef: 'main',
      baseSha: 'a'.repeat(40),
      mergeBaseSha: 'a'.repeat(40),
      headSeenAt: Math.floor(Date.now() / 1000),
      state: 'open',
      draft: false,
    })),
  };
}

export function resultOf(runId: string, token: string, overrides: object = {}): object {
  return {
    runId,
    token,
    mode: 'full',
    reason: 'first-review',
    verdict: 'approved',
    summary: 'All is well.',
    findings: [],
    coverage: { versions: [], covered: [], pending: [], excluded: [] },
    usage: {
      inputTokens: null,
      outputTokens: null,
      costUsd: null,
      scopeTokens: 10,
      fullTokens: 10,
      scopeFiles: 1,
      fullFiles: 1,
      durationMs: 1,
    },
    reviewer: { name: 'command', model: null, fingerprint: 'f', sessionId: null },
    previousSha: null,
    ...overrides,
  };
}
