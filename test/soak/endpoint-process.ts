import { startEndpoint } from '../../lambda/serve.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { createSignedCalls } from '../../src/adapters/ledger-dynamodb/signed/calls.ts';
import { createTableLedger } from '../../src/adapters/ledger-dynamodb/table-ledger.ts';
import { EndpointPolicy } from '../../src/core/authorise.ts';
import { fastClock } from './fast-clock.ts';

/** The endpoint in a process of its own: as it is deployed, but for the clock of its leases. */
export type EndpointOrders = {
  port: number;
  dynamodb: string;
  tableName: string;
  startedAtMs: number;
  issuer: { issuer: string; jwksUrl: string; audience: string };
  owner: string;
};
export type EndpointSays = { url: string } | { heapBytes: number };

const orders = JSON.parse(process.argv[2] ?? '') as EndpointOrders;
const endpoint = await startEndpoint({
  port: orders.port,
  ledgerFor: createTableLedger({
    calls: createSignedCalls({
      endpoint: new URL(orders.dynamodb),
      region: 'local',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      connectionTimeoutMs: 1_000,
      requestTimeoutMs: 5_000,
    }),
    tableName: orders.tableName,
    clock: fastClock(orders.startedAtMs),
  }),
  auth: {
    kind: 'tokens',
    issuer: { ...orders.issuer, jwksUrl: new URL(orders.issuer.jwksUrl) },
    policy: EndpointPolicy.parse({
      owners: [orders.owner],
      repositoryGroups: [],
      pinnedWorkflows: [],
      refs: [],
      environments: [],
    }),
  },
  clock: systemClock,
  log: () => undefined,
});

const say = (message: EndpointSays): void => void process.send?.(message);
say({ url: endpoint.url });
process.on('message', () => {
  // Twice: what the first leaves to finalizers, the second takes.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  say({ heapBytes: heapUsed + external });
});
process.on('disconnect', () => process.exit());
