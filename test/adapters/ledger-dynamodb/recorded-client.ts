import { DynamoDBClient, GetItemCommand, type AttributeValue, type ServiceInputTypes } from '@aws-sdk/client-dynamodb';
import { BatchId } from '../../../src/core/ids.ts';
import type { Fresh } from '../../../src/ports/fresh.ts';
import type { TestTable } from '../../support/dynamodb-local.ts';

export type Sent = { operation: string; input: ServiceInputTypes };

export interface RecordedClient extends Disposable {
  readonly client: DynamoDBClient;
  /** Every request that went out, retries included. */
  readonly sent: Sent[];
  /** The next requests of this operation meet this error instead of the server. */
  failNext(operation: string, times: number, error: () => Error): void;
  /** The next request of this operation takes effect, and then its connection breaks. */
  loseAnswer(operation: string): void;
  /** The request that will be the `index`-th of `sent` meets the error: instead of the server, or after it took effect. */
  failAt(index: number, when: 'before' | 'after', error: () => Error): void;
  /**
   * The next batch read sees the items whose sort key starts so as they are before `meanwhile` has run, and all others as
   * they are after it: a batch is no snapshot.
   */
  tearNext(oldPrefix: string, meanwhile: () => Promise<void>): void;
  /** How many reads were torn. */
  readonly torn: number;
  /** Where set: the time that the answers carry. */
  date: (() => number) | null;
}

/** A client of the shared server that writes down what it sends, and can be told to fail. */
export function recordedClient(
  { endpoint }: Pick<TestTable, 'endpoint'>,
  options: { maxAttempts?: number } = {},
): RecordedClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'local', credentials, ...options });
  const sent: Sent[] = [];
  const lost = new Set<string>();
  let faults: { operation: string; error: () => Error }[] = [];
  let planned: { index: number; when: 'before' | 'after'; error: () => Error } | null = null;
  let tear: { oldPrefix: string; meanwhile: () => Promise<void> } | null = null;
  const recorded = {
    client,
    sent,
    torn: 0,
    date: null as (() => number) | null,
    failNext(operation: string, times: number, error: () => Error) {
      faults.push(...Array.from({ length: times }, () => ({ operation, error })));
    },
    loseAnswer(operation: string) {
      lost.add(operation);
    },
    failAt(index: number, when: 'before' | 'after', error: () => Error) {
      planned = { index, when, error };
    },
    tearNext(oldPrefix: string, meanwhile: () => Promise<void>) {
      tear = { oldPrefix, meanwhile };
    },
    [Symbol.dispose]: () => client.destroy(),
  };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = String(context['commandName']).replace(/Command$/, '');
      const due = planned?.index === sent.length ? planned : null;
      sent.push({ operation, input: args.input });
      const fault = faults.find((each) => each.operation === operation);
      if (fault !== undefined) {
        faults = faults.filter((each) => each !== fault);
        throw fault.error();
      }
      if (due?.when === 'before') throw due.error();
      const answer = await next(args);
      if (due?.when === 'after') throw due.error();
      if (lost.delete(operation)) throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
      return answer;
    },
    // Inside the client's own retries: what is seen here is what goes over the wire.
    { step: 'finalizeRequest', priority: 'low', name: 'record' },
  );
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { headers: Record<string, string> };
      if (recorded.date !== null) response.headers['date'] = new Date(recorded.date() * 1000).toUTCString();
      return result;
    },
    // Closer to the wire than whoever reads the header.
    { step: 'deserialize', priority: 'low', name: 'setDate' },
  );
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (tear === null || context['commandName'] !== 'BatchGetItemCommand') return next(args);
      const { oldPrefix, meanwhile } = tear;
      tear = null;
      const result = await next(args);
      await meanwhile();
      const output = result.output as { Responses: Record<string, Record<string, AttributeValue>[]> };
      for (const [tableName, items] of Object.entries(output.Responses)) {
        output.Responses[tableName] = await Promise.all(
          items.map(async (item) => {
            if (item['sk']?.S?.startsWith(oldPrefix) === true) return item;
            const Key = { pk: item['pk']!, sk: item['sk']! };
            const now = await client.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }));
            return now.Item ?? item;
          }),
        );
      }
      recorded.torn += 1;
      return result;
    },
    { step: 'initialize', name: 'tear' },
  );
  return recorded;
}

/** Chances that always fall alike. */
export const fixedFresh: Fresh = {
  batchId: () => BatchId.parse(`batch_${'0'.repeat(32)}`),
  markerKey: () => 'ab'.repeat(32),
  fraction: () => 0,
};
