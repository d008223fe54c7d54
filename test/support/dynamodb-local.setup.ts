import { createServer } from 'node:http';
import { once } from 'node:events';
import { startDynamoDbLocal, type DynamoDbLocal } from '../../src/adapters/dynamodb-local/server.ts';

/**
 * One DynamoDB Local for all test files of a run, started when the first one asks for it. It belongs to jest's parent
 * process, which outlives every worker and ends it.
 */
export default async function setUp(): Promise<void> {
  let server: Promise<DynamoDbLocal> | null = null;
  const broker = createServer((_request, response) => {
    server ??= startDynamoDbLocal();
    server.then(
      ({ endpoint }) => response.end(endpoint),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
    );
  });
  broker.listen(0, '127.0.0.1');
  await once(broker, 'listening');
  const address = broker.address();
  if (address === null || typeof address === 'string') throw new Error('the broker has no port');
  process.env['PUSHBACK_TEST_DYNAMODB_BROKER'] = `http://127.0.0.1:${address.port}`;
  const tearDown = async (): Promise<void> => {
    broker.closeAllConnections();
    broker.close();
    await (await server?.catch(() => null))?.[Symbol.asyncDispose]();
  };
  Object.assign(globalThis, { endSharedDynamoDbLocal: tearDown });
}
