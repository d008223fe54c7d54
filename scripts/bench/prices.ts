import type { LedgerFigures, Operation } from './measure-ledger.ts';

/**
 * List prices of us-east-1 in US dollars, November 2026, free tiers left out: DynamoDB on demand (standard tables),
 * API Gateway (HTTP API, first 300 million calls), Lambda (Arm). Put in your region's to get your figure.
 */
export const PRICES = {
  region: 'us-east-1',
  asOf: '2026-11-21',
  perMillionReadUnits: 0.125,
  perMillionWriteUnits: 0.625,
  perGbMonthStored: 0.25,
  perGbMonthRecoverable: 0.2,
  perMillionApiCalls: 1.0,
  perMillionInvocations: 0.2,
  perGbSecond: 0.0000133334,
} as const;

/** What is assumed of a month and of a push, where nothing could be measured. */
export const ASSUMED = {
  pushesPerMonth: 10_000,
  /** A review of four minutes beats every 30 s, and asks twice more before it writes to the pull request. */
  calls: { claim: 1, heartbeat: 10, submit: 1, deliver: 1, previous: 1 },
  lambdaSeconds: 0.05,
  lambdaGb: 1,
  /** Runs are kept 90 days. */
  monthsKept: 3,
} as const;

export type MonthlyCost = { dynamoDb: number; storage: number; api: number; lambda: number; total: number } & {
  readUnits: number;
  writeUnits: number;
  calls: number;
};

/** What a month of reviewed pushes costs, a pull request at a time, by the formula in docs/benchmarks.md. */
export function monthlyCost({ operations, previous, bytesPerPush }: LedgerFigures): MonthlyCost {
  const { pushesPerMonth: pushes, calls, lambdaSeconds, lambdaGb, monthsKept } = ASSUMED;
  const of = (operation: Operation) => {
    const found = operations.find((each) => each.operation === operation && each.batch === 1);
    if (found === undefined) throw new Error(`${operation} was not measured`);
    return found;
  };
  const single = (['claim', 'heartbeat', 'submit', 'deliver'] as const).map((operation) => ({
    times: calls[operation],
    ...of(operation),
  }));
  const readUnits = single.reduce(
    (sum, each) => sum + each.times * each.readUnits,
    calls.previous * previous.readUnits,
  );
  const writeUnits = single.reduce((sum, each) => sum + each.times * each.writeUnits, 0);
  const callsPerPush = Object.values(calls).reduce((sum, times) => sum + times, 0);
  const gbStored = (pushes * monthsKept * bytesPerPush) / 1e9;
  const dynamoDb = (pushes * (readUnits * PRICES.perMillionReadUnits + writeUnits * PRICES.perMillionWriteUnits)) / 1e6;
  const storage = gbStored * (PRICES.perGbMonthStored + PRICES.perGbMonthRecoverable);
  const api = (pushes * callsPerPush * PRICES.perMillionApiCalls) / 1e6;
  const lambda =
    pushes * callsPerPush * (PRICES.perMillionInvocations / 1e6 + lambdaSeconds * lambdaGb * PRICES.perGbSecond);
  const total = dynamoDb + storage + api + lambda;
  return { dynamoDb, storage, api, lambda, total, readUnits, writeUnits, calls: callsPerPush };
}
