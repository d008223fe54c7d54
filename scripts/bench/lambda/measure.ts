import { execFile } from 'node:child_process';
import { mkdtempDisposable, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamoDbLocalClient, startDynamoDbLocal } from '../../../src/adapters/dynamodb-local/server.ts';
import { tableDefinition } from '../../../src/adapters/ledger-dynamodb/table.ts';
import { claimCommand } from '../../../test/lambda/support/commands.ts';
import { eventOf } from '../../../test/lambda/support/event.ts';
import { AUDIENCE, startTokenIssuer } from '../../../test/lambda/support/token-issuer.ts';
import { createSandbox } from '../../../test/support/lambda/sandbox.ts';
import { bundleLambda } from '../../build/bundle.ts';
import { lambdaRuntime } from '../../lambda-runtime.ts';
import { median } from '../figures.ts';
import { RECORDED, SESSION_HEADER } from './bare-orders.ts';
import { callsOfClaim } from './claim-calls.ts';
import { startTimingProxy } from './timing-proxy.ts';

/** Milliseconds of calls beyond what DynamoDB took. */
export type Beyond = { p50Ms: number; p99Ms: number };

export type LambdaFigures = {
  bundleKiB: number;
  /** `node -e 0`: what starting Node alone takes. */
  nodeMs: number;
  /** From the start of the process until it asks for its first event. */
  initMs: number;
  /** The first claim of a process, without DynamoDB's time. */
  firstMs: number;
  /** Claims of a warm process, whole: the median. */
  warmMs: number;
  /** Without what DynamoDB took, measured at a proxy before it. */
  warm: Beyond;
  /** The same of a function that makes the same two calls of DynamoDB and nothing else. */
  bare: Beyond;
  /** The greatest that the process ever held. */
  memoryMiB: number;
};

const ISSUER = 'https://issuer.test';
const TABLE = 'ledger';
/** Node compiles a function anew, and better, for some hundred calls. */
export const WARMING_CALLS = 600;
const run = promisify(execFile);

/** @param options.rounds cold starts; then `warming` claims unmeasured and `warm` measured, each beside a call of the bare function */
export async function measureLambda(options: {
  rounds: number;
  warming: number;
  warm: number;
}): Promise<LambdaFigures> {
  const runtime = await lambdaRuntime();
  if ('missing' in runtime) throw new Error(`aws-lambda-ric is not to be had: ${runtime.missing}`);
  await using stack = new AsyncDisposableStack();
  const code = stack.use(await mkdtempDisposable(join(tmpdir(), 'pushback-bench-')));
  await bundleLambda(code.path);
  const bareCode = stack.use(await mkdtempDisposable(join(tmpdir(), 'pushback-bench-')));
  await bundleLambda(bareCode.path, 'scripts/bench/lambda/bare-function.ts');
  const { endpoint } = stack.use(await startDynamoDbLocal());
  const client = dynamoDbLocalClient(endpoint);
  stack.defer(() => client.destroy());
  await client.send(new CreateTableCommand({ ...tableDefinition, TableName: TABLE }));
  const proxy = stack.use(await startTimingProxy(endpoint));
  const issuer = stack.use(await startTokenIssuer());
  const environment = {
    PUSHBACK_TABLE: TABLE,
    PUSHBACK_AUDIENCE: AUDIENCE,
    PUSHBACK_OWNERS: '7',
    PUSHBACK_ISSUER: ISSUER,
    PUSHBACK_JWKS_URL: issuer.jwksUrl.href,
    AWS_ENDPOINT_URL_DYNAMODB: proxy.url,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  const sandboxOf = (folder: string, more: Record<string, string> = {}) =>
    createSandbox({
      program: runtime.program,
      code: folder,
      environment: { ...environment, ...more },
      timeoutMs: 29_000,
    });
  const sandbox = () => sandboxOf(code.path);

  async function call(box: Sandbox, session: string): Promise<Call> {
    const authorization = `Bearer ${await issuer.token({ issuer: ISSUER })}`;
    const headers = { authorization, 'content-type': 'application/json', [SESSION_HEADER]: session };
    const event = eventOf('POST', '/v1/claims', { headers, body: JSON.stringify(claimCommand({ session })) });
    proxy.take();
    const invoked = await box.invoke(event);
    const { spentMs } = proxy.take();
    if (invoked.outcome !== 'answered' || (invoked.answer as { statusCode?: number }).statusCode !== 201) {
      throw new Error(`a claim was not answered as it must be: ${JSON.stringify(invoked).slice(0, 500)}`);
    }
    return { ms: invoked.ms, beyondMs: invoked.ms - spentMs };
  }

  const nodes: number[] = [];
  const inits: number[] = [];
  const firsts: number[] = [];
  // Once unmeasured: files come from the disk then, and DynamoDB Local is slow at first.
  for (let round = 0; round <= options.rounds; round += 1) {
    const startedAt = performance.now();
    await run(process.execPath, ['-e', '0']);
    const nodeMs = performance.now() - startedAt;
    await using box = sandbox();
    const initMs = await box.init();
    const { beyondMs } = await call(box, `first-${round}`);
    if (round === 0) {
      for (let each = 0; each < options.warm / 10; each += 1) await call(box, `warm-up-${each}`);
      continue;
    }
    nodes.push(nodeMs);
    inits.push(initMs);
    firsts.push(beyondMs);
  }

  await using warmBox = sandbox();
  await using bareBox = sandboxOf(bareCode.path, { [RECORDED]: JSON.stringify(await callsOfClaim(TABLE)) });
  const warm: Call[] = [];
  const bare: Call[] = [];
  // One beside the other, and neither always first: what else runs on the machine meets both alike.
  for (let each = 0; each < options.warming + options.warm; each += 1) {
    const turns: [Sandbox, Call[]][] = [
      [warmBox, warm],
      [bareBox, bare],
    ];
    for (const [box, calls] of each % 2 === 0 ? turns : turns.toReversed()) {
      const taken = await call(box, `warm-${each}`);
      if (each >= options.warming) calls.push(taken);
    }
  }
  return {
    bundleKiB: await kibOf(code.path),
    nodeMs: median(nodes),
    initMs: median(inits),
    firstMs: median(firsts),
    warmMs: median(warm.map(({ ms }) => ms)),
    warm: beyond(warm),
    bare: beyond(bare),
    memoryMiB: (await warmBox.peakMemory()) / 1024 / 1024,
  };
}

type Sandbox = ReturnType<typeof createSandbox>;
type Call = { ms: number; beyondMs: number };

function beyond(calls: readonly Call[]): Beyond {
  const sorted = calls.map(({ beyondMs }) => beyondMs).toSorted((a, b) => a - b);
  return { p50Ms: median(sorted), p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN };
}

async function kibOf(folder: string): Promise<number> {
  const sizes = await Promise.all(
    (await readdir(folder, { recursive: true })).map(async (name) => (await stat(join(folder, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1024;
}
