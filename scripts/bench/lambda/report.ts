import { markdownTable } from '../figures.ts';
import type { Beyond, LambdaFigures } from './measure.ts';

/** What was promised: the start in times of Node's own, and milliseconds beyond the calls of DynamoDB by themselves. */
export const BOUNDS = { initTimes: 4, warmOverheadMs: 2 };

/** What a warm call takes beyond its calls of DynamoDB, as a function that makes only those takes them: p50. */
export function warmOverheadMs({ warm, bare }: Pick<LambdaFigures, 'warm' | 'bare'>): number {
  return warm.p50Ms - bare.p50Ms;
}

/** The promises that these figures break, a line each. */
export function brokenPromises(figures: LambdaFigures): string[] {
  const { nodeMs, initMs } = figures;
  const overheadMs = warmOverheadMs(figures);
  return [
    ...(initMs < BOUNDS.initTimes * nodeMs
      ? []
      : [`init takes ${initMs.toFixed(0)} ms, ${(initMs / nodeMs).toFixed(1)} times \`node -e 0\``]),
    ...(overheadMs < BOUNDS.warmOverheadMs ? [] : [`a warm call adds ${overheadMs.toFixed(2)} ms`]),
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
    ['warm claim without what DynamoDB took: p50, p99', beyond(figures.warm), ''],
    ['the bare function, without what DynamoDB took: p50, p99', beyond(figures.bare), ''],
    [
      'what a warm claim adds to the bare function, p50',
      `${warmOverheadMs(figures).toFixed(2)} ms`,
      `${BOUNDS.warmOverheadMs} ms`,
    ],
    ['memory, at most', `${figures.memoryMiB.toFixed(0)} MiB`, ''],
  ];
  return `
Made by \`npm run bench -- lambda\` on ${date}, on ${machine}. The deployed bundle under AWS's own runtime client
(aws-lambda-ric), a Runtime API and DynamoDB Local on the same machine; every call a claim with a signed token.

${markdownTable(rows)}

The bare function makes the same two calls of DynamoDB as a claim, with the same items, over the same connections, and
nothing else: what any function pays for them under this runtime. The two are called in turns, after 600 calls of each. What DynamoDB
took is measured at a proxy before it, which passes bytes and reads none; without it, what is left of the bare function is the way to the
proxy, that to the Runtime API and back, and signing. A claim adds to that reading the event, verifying the token, the ledger's rules, and the answer.
`;
}

const beyond = ({ p50Ms, p99Ms }: Beyond): string => `${p50Ms.toFixed(2)} ms, ${p99Ms.toFixed(2)} ms`;
