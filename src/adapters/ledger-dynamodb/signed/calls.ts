import { randomUUID } from 'node:crypto';
import type {
  BatchGetItemInput,
  BatchGetItemOutput,
  Put,
  PutItemInput,
  QueryInput,
  QueryOutput,
  TransactWriteItem,
  Update,
} from '@aws-sdk/client-dynamodb';
import pRetry from 'p-retry';
import { EpochSeconds } from '../../../core/ids.ts';
import type { Attributes } from '../attributes.ts';
import type { TableCalls } from '../calls.ts';
import { fromWire, toWire, type WireAttributes } from './binary.ts';
import { createExchange, type Answer, type SignedAccess } from './exchange.ts';
import { CallFailed } from './failure.ts';

export type { SignedAccess } from './exchange.ts';

const MAX_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/**
 * DynamoDB by signed requests and nothing else, for the endpoint's function: it has its credentials in its environment, and
 * AWS's own client would take twice as long for each call as all the rest of it (docs/decisions/0064).
 */
export function createSignedCalls(access: SignedAccess): TableCalls {
  const exchange = createExchange(access);
  const call = (operation: string, input: unknown): Promise<Answer> => {
    const body = JSON.stringify(input);
    return pRetry(() => exchange(operation, body), {
      retries: MAX_ATTEMPTS - 1,
      minTimeout: FIRST_PAUSE_MS,
      maxTimeout: LONGEST_PAUSE_MS,
      randomize: true,
      shouldRetry: ({ error }) => error instanceof CallFailed && error.passing,
    });
  };
  return {
    async batchGetItem(input: BatchGetItemInput, tellDate) {
      const { body, date } = await call('BatchGetItem', input);
      const at = Math.floor(Date.parse(date ?? '') / 1000);
      if (!Number.isNaN(at)) tellDate?.(EpochSeconds.parse(at));
      const { Responses = {}, UnprocessedKeys = {} } = body as WireBatch;
      const items = Object.entries(Responses).map(([table, found]) => [table, found.map(fromWire)] as const);
      return { Responses: Object.fromEntries(items), UnprocessedKeys };
    },
    async query(input: QueryInput): Promise<QueryOutput> {
      const { Items = [], ...rest } = (await call('Query', input)).body as WirePage;
      return { ...rest, Items: Items.map(fromWire) };
    },
    async putItem(input: PutItemInput) {
      await call('PutItem', wirePut(input));
    },
    async transactWriteItems({ TransactItems }) {
      // The same token on every attempt: one that took effect unheard is not refused when it is sent again.
      await call('TransactWriteItems', {
        ClientRequestToken: randomUUID(),
        TransactItems: (TransactItems ?? []).map(wireItem),
      });
    },
  };
}

type WireBatch = {
  Responses?: Record<string, WireAttributes[]>;
  UnprocessedKeys?: NonNullable<BatchGetItemOutput['UnprocessedKeys']>;
};
type WirePage = { Items?: WireAttributes[]; LastEvaluatedKey?: Attributes };

/** Only an item holds anything binary; keys and the values of conditions are text and numbers. */
function wirePut<T extends Pick<Put, 'Item'>>(put: T) {
  return { ...put, Item: toWire(put.Item ?? {}) };
}

function wireItem({ Put: put, Update: update }: TransactWriteItem): { Put: unknown } | { Update: Update | undefined } {
  return put === undefined ? { Update: update } : { Put: wirePut(put) };
}
