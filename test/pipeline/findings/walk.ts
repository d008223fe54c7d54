import fc from 'fast-check';
import { steps } from '../../support/git/run-history.ts';
import { KINDS, type KindName } from './kinds.ts';
import { runFindings } from './run-findings.ts';

// node walk.ts KIND HISTORIES TIME_LIMIT_MS [SEED]: prints how many held, and of one that did not the shrunk history.
const [kind, histories, timeLimitMs, seed] = process.argv.slice(2);
const make = KINDS[kind as KindName];

// Nobody waits any more.
process.stdin.resume().once('end', () => {
  throw new Error('whoever started this is gone');
});

const property = fc.asyncProperty(steps, (history) => runFindings(history, make()));
const details = await fc.check(property, {
  numRuns: Number(histories),
  includeErrorInReport: true,
  ...(seed === undefined ? {} : { seed: Number(seed) }),
  plugins: [fc.interruptAfterTimeLimit(Number(timeLimitMs))],
});
const report = await fc.asyncDefaultReportMessage(details);
process.stdout.write(report ?? `${details.numRuns} histories held\n`);
process.stdin.destroy();
