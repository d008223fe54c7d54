import { once } from 'node:events';
import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { startEndpoint, type EndpointAuth } from '../../lambda/serve.ts';
import { GITHUB_ISSUER } from '../../lambda/environment.ts';
import { dynamoDbLocalClient, startDynamoDbLocal } from '../adapters/dynamodb-local/server.ts';
import { createDynamoDbLedger } from '../adapters/ledger-dynamodb/ledger.ts';
import { tableDefinition } from '../adapters/ledger-dynamodb/table.ts';
import { timeLimits } from '../adapters/ledger-dynamodb/time-limits.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { OwnerId } from '../core/ids.ts';
import { parseRetention, type Retention } from '../core/ledger/retention.ts';
import { createJsonLog } from '../../lambda/log.ts';
import type { Streams } from './streams.ts';
import { WrongUse } from './wrong-use.ts';

export type ServeFlags = {
  port: string;
  dynamodb?: string;
  table: string;
  insecureOwner?: string;
  audience?: string;
  owners?: string;
  issuer?: string;
  jwksUrl?: string;
  dataDays?: string;
  runDays?: string;
  pullRequestDays?: string;
  json: boolean;
};

/** `pushback serve`: the deployed endpoint's own app on a port of loopback, until it is interrupted. */
export async function serveCommand(flags: ServeFlags, streams: Streams): Promise<number> {
  const faults: string[] = [];
  const port = portOf(flags, faults);
  const auth = authOf(flags, faults);
  const dynamodb = flags.dynamodb === undefined ? null : URL.parse(flags.dynamodb);
  if (flags.dynamodb !== undefined && !isHttp(dynamodb)) {
    faults.push(`--dynamodb: ${JSON.stringify(flags.dynamodb)} is no http or https URL`);
  }
  const retention = retentionOf(flags, faults);
  if (faults.length > 0 || auth === null || retention === null) throw new WrongUse(faults);
  await using stack = new AsyncDisposableStack();
  const client = await databaseOf(dynamodb, stack);
  await makeTable(client, flags.table);
  const endpoint = await startEndpoint({
    port,
    ledgerFor: createDynamoDbLedger({ client, tableName: flags.table, clock: systemClock, retention }),
    auth,
    clock: systemClock,
    log: createJsonLog(streams.err),
  });
  stack.defer(() => endpoint.close());
  streams.out(flags.json ? `${JSON.stringify({ url: endpoint.url })}\n` : `${words(flags, endpoint.url)}\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  return 0;
}

const RETENTION_FLAGS = { data: '--data-days', runs: '--run-days', pullRequests: '--pull-request-days' } as const;

function retentionOf({ dataDays, runDays, pullRequestDays }: ServeFlags, faults: string[]): Retention | null {
  const parsed = parseRetention({ data: dataDays, runs: runDays, pullRequests: pullRequestDays });
  if (parsed.outcome === 'parsed') return parsed.retention;
  for (const { path, message } of parsed.faults) faults.push(`${RETENTION_FLAGS[path]}: ${message}`);
  return null;
}

function words(flags: ServeFlags, url: string): string {
  const who =
    flags.insecureOwner === undefined ? 'callers need a token' : `every caller is owner ${flags.insecureOwner}`;
  const where = flags.dynamodb ?? 'DynamoDB Local, in memory: all is gone when this ends';
  return `Pushback's endpoint: ${url} (${who}; table ${flags.table} in ${where}). Ctrl-C ends it.`;
}

function portOf({ port }: ServeFlags, faults: string[]): number {
  const value = Number(port);
  if (/^[0-9]{1,5}$/.test(port) && value <= 65_535) return value;
  faults.push(`--port: must be a whole number from 0 to 65535, not ${JSON.stringify(port)}`);
  return 0;
}

/** Null where it is at fault. */
function authOf(flags: ServeFlags, faults: string[]): EndpointAuth | null {
  if (flags.insecureOwner !== undefined) {
    const owner = OwnerId.safeParse(flags.insecureOwner);
    if (owner.success) return { kind: 'insecure-owner', ownerId: owner.data };
    faults.push(`--insecure-owner: ${JSON.stringify(flags.insecureOwner)} is no numeric GitHub account id`);
    return null;
  }
  const trial = 'or --insecure-owner for a trial on this machine';
  const { audience = '' } = flags;
  if (audience === '') faults.push(`--audience: needed, ${trial}`);
  const named = (flags.owners ?? '').split(',').map((id) => id.trim());
  const ids = named.filter((id) => id !== '');
  const owners = ids.flatMap((id) => OwnerId.safeParse(id).data ?? []);
  if (ids.length === 0) faults.push(`--owners: needed, ${trial}`);
  if (owners.length < ids.length) faults.push('--owners: must be numeric GitHub account ids, separated by commas');
  const issuer = flags.issuer ?? GITHUB_ISSUER;
  if (!isHttp(URL.parse(issuer))) faults.push(`--issuer: ${JSON.stringify(issuer)} is no http or https URL`);
  const jwksUrl = URL.parse(flags.jwksUrl ?? `${issuer}/.well-known/jwks`);
  if (flags.jwksUrl !== undefined && !isHttp(jwksUrl)) {
    faults.push(`--jwks-url: ${JSON.stringify(flags.jwksUrl)} is no http or https URL`);
  }
  if (jwksUrl === null) return null;
  return {
    kind: 'tokens',
    issuer: { issuer, jwksUrl, audience },
    policy: { owners, repositoryGroups: [], pinnedWorkflows: [], refs: [], environments: [] },
  };
}

function isHttp(url: URL | null): boolean {
  return url !== null && ['http:', 'https:'].includes(url.protocol);
}

async function databaseOf(url: URL | null, stack: AsyncDisposableStack): Promise<DynamoDBClient> {
  const client =
    url === null
      ? dynamoDbLocalClient(stack.use(await startDynamoDbLocal()).endpoint)
      : new DynamoDBClient({
          endpoint: url.href,
          requestHandler: timeLimits({ connectionMs: 5_000, requestMs: 10_000 }),
        });
  stack.defer(() => client.destroy());
  return client;
}

async function makeTable(client: DynamoDBClient, table: string): Promise<void> {
  try {
    await client.send(new CreateTableCommand({ ...tableDefinition, TableName: table }));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}
