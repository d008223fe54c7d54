import { markdownTable } from '../figures.ts';
import type { LambdaFigures } from './measure.ts';

/** What was promised: the start in times of Node's own, and milliseconds beyond DynamoDB. */
export const BOUNDS = { initTimes: 4, warmOverheadMs: 2 };

/** The promises that these figures break, a line each. */
export function brokenPromises({ nodeMs, initMs, warmOverheadMs }: LambdaFigures): string[] {
  return [
    ...(initMs < BOUNDS.initTimes * nodeMs
      ? []
      : [`init takes ${initMs.toFixed(0)} ms, ${(initMs / nodeMs).toFixed(1)} times \`node -e 0\``]),
    ...(warmOverheadMs < BOUNDS.warmOverheadMs ? [] : [`a warm call adds ${warmOverheadMs.toFixed(2)} ms`]),
  ];
}

export function lambdaReport(figures: LambdaFigures, { date, machine }: { date: string; machine: string }): string {
  const rows = [
    ['figure', 'measured', 'bound'],
    ['bundle with its licences', `${figures.bundleKiB.toFixed(0)} KiB`, ''],
    ['`node -e 0`', `${figures.nodeMs.toFixed(0)} ms`, ''],
    [
      'init: from the start of the process to its first request for an event',
      `${figures.initMs.toFixed(0)} ms, ${(figures.initMs / figures.nodeMs).toFixed(1)} times that`,
      `${BOUNDS.initTimes} times`,
    ],
    ['first claim, without DynamoDB', `${figures.firstMs.toFixed(1)} ms`, ''],
    ['warm claim, p50', `${figures.warmMs.toFixed(1)} ms`, ''],
    ['warm claim without DynamoDB, p50', `${figures.warmOverheadMs.toFixed(2)} ms`, `${BOUNDS.warmOverheadMs} ms`],
    ['warm claim without DynamoDB, p99', `${figures.warmOverheadP99Ms.toFixed(2)} ms`, ''],
    ['memory, at most', `${figures.memoryMiB.toFixed(0)} MiB`, ''],
  ];
  return `
Made by \`npm run bench -- lambda\` on ${date}, on ${machine}. The deployed bundle under AWS's own runtime client
(aws-lambda-ric), a Runtime API and DynamoDB Local on the same machine; every call a claim with a signed token.

${markdownTable(rows)}

What DynamoDB takes is measured at a proxy before it, which passes bytes and reads none, and taken off: the rest is reading
the event, verifying the token, the ledger's rules, signing, the way to the proxy and that to the Runtime API and back. Times of warm calls are those of
the calmest of five rounds.
`;
}
