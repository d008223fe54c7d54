import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unitsOf } from './capacity.ts';

/** What went over the wire, and its price in capacity units. */
export type Wire = { requests: string[]; readUnits: number; writeUnits: number };

export type CountingClient = { client: DynamoDBClient; wire: Wire; reset(): void } & Disposable;

/** A client for DynamoDB Local that counts every request it sends, retries included. */
export function countingClient(endpoint: string, options: { units: boolean }): CountingClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'local', credentials });
  const wire: Wire = { requests: [], readUnits: 0, writeUnits: 0 };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = String(context['commandName']).replace(/Command$/, '');
      wire.requests.push(operation);
      const answer = await next(args);
      if (options.units && !ABOUT_TABLES.has(operation)) {
        const { read, write } = unitsOf(operation, args.input, answer.output);
        wire.readUnits += read;
        wire.writeUnits += write;
      }
      return answer;
    },
    // Inside the client's own retries: what is seen here is what goes over the wire.
    { step: 'finalizeRequest', priority: 'low', name: 'count' },
  );
  return {
    client,
    wire,
    reset() {
      Object.assign(wire, { requests: [], readUnits: 0, writeUnits: 0 });
    },
    [Symbol.dispose]: () => client.destroy(),
  };
}

/** Of making the table and looking at it, no part of what is measured. */
const ABOUT_TABLES: ReadonlySet<string> = new Set(['CreateTable', 'Scan']);
