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
import { startTimingProxy } from './timing-proxy.ts';

export type LambdaFigures = {
  bundleKiB: number;
  /** `node -e 0`: what starting Node alone takes. */
  nodeMs: number;
  /** From the start of the process until it asks for its first event. */
  initMs: number;
  /** The first claim of a process, without DynamoDB's time. */
  firstMs: number;
  /** Claims of a warm process, with and without DynamoDB's time: medians of the calmest of `ROUNDS_WARM` rounds. */
  warmMs: number;
  warmOverheadMs: number;
  warmOverheadP99Ms: number;
  /** The greatest that the process ever held. */
  memoryMiB: number;
};

const ISSUER = 'https://issuer.test';
const TABLE = 'ledger';
/** What else runs on the machine only ever adds: the round with the least is nearest to what the function takes. */
const ROUNDS_WARM = 5;
const run = promisify(execFile);

/** @param options.rounds cold starts, and `ROUNDS_WARM` times `warm` claims after the last of them */
export async function measureLambda(options: { rounds: number; warm: number }): Promise<LambdaFigures> {
  const runtime = await lambdaRuntime();
  if ('missing' in runtime) throw new Error(`aws-lambda-ric is not to be had: ${runtime.missing}`);
  await using stack = new AsyncDisposableStack();
  const code = stack.use(await mkdtempDisposable(join(tmpdir(), 'pushback-bench-')));
  await bundleLambda(code.path);
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
  const sandbox = () => createSandbox({ program: runtime.program, code: code.path, environment, timeoutMs: 29_000 });

  async function claim(box: ReturnType<typeof sandbox>, session: string): Promise<{ ms: number; overheadMs: number }> {
    const authorization = `Bearer ${await issuer.token({ issuer: ISSUER })}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const event = eventOf('POST', '/v1/claims', { headers, body: JSON.stringify(claimCommand({ session })) });
    proxy.take();
    const invoked = await box.invoke(event);
    const { spentMs } = proxy.take();
    if (invoked.outcome !== 'answered' || (invoked.answer as { statusCode?: number }).statusCode !== 201) {
      throw new Error(`a claim was not answered as it must be: ${JSON.stringify(invoked).slice(0, 500)}`);
    }
    return { ms: invoked.ms, overheadMs: invoked.ms - spentMs };
  }

  const nodes: number[] = [];
  const inits: number[] = [];
  const firsts: number[] = [];
  const warm: { ms: number; overheadMs: number }[][] = [];
  let memory = 0;
  // Once unmeasured: files come from the disk then, and DynamoDB Local is slow at first.
  for (let round = 0; round <= options.rounds; round += 1) {
    const startedAt = performance.now();
    await run(process.execPath, ['-e', '0']);
    const nodeMs = performance.now() - startedAt;
    await using box = sandbox();
    const initMs = await box.init();
    const { overheadMs } = await claim(box, `first-${round}`);
    if (round === 0) {
      for (let call = 0; call < options.warm / 2; call += 1) await claim(box, `warm-up-${call}`);
      continue;
    }
    nodes.push(nodeMs);
    inits.push(initMs);
    firsts.push(overheadMs);
    if (round < options.rounds) continue;
    for (let call = 0; call < options.warm; call += 1) await claim(box, `before-${call}`);
    for (let each = 0; each < ROUNDS_WARM; each += 1) {
      const calls: { ms: number; overheadMs: number }[] = [];
      for (let call = 0; call < options.warm; call += 1) calls.push(await claim(box, `warm-${each}-${call}`));
      warm.push(calls);
    }
    memory = await box.peakMemory();
  }
  const medianOverhead = (calls: { overheadMs: number }[]) => median(calls.map(({ overheadMs }) => overheadMs));
  const [calmest = []] = warm.toSorted((a, b) => medianOverhead(a) - medianOverhead(b));
  const overheads = calmest.map(({ overheadMs }) => overheadMs).toSorted((a, b) => a - b);
  return {
    bundleKiB: await kibOf(code.path),
    nodeMs: median(nodes),
    initMs: median(inits),
    firstMs: median(firsts),
    warmMs: median(calmest.map(({ ms }) => ms)),
    warmOverheadMs: median(overheads),
    warmOverheadP99Ms: overheads[Math.floor(overheads.length * 0.99)] ?? Number.NaN,
    memoryMiB: memory / 1024 / 1024,
  };
}

async function kibOf(folder: string): Promise<number> {
  const sizes = await Promise.all(
    (await readdir(folder, { recursive: true })).map(async (name) => (await stat(join(folder, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1024;
}
