import { inspect, parseArgs } from 'node:util';
import type { Line, LineContext } from './accept/line.ts';

/** `npm run accept -- NAME [--offline] [--only TEXT] [--repository DIR]... [--races N]`: one issue's promises, each run and each named. */
const suites: Record<string, () => Promise<{ lines: Line[] }>> = {
  deploy: () => import('./accept/deploy.ts'),
  'end-to-end': () => import('./accept/end-to-end.ts'),
  findings: () => import('./accept/findings.ts'),
  interdiff: () => import('./accept/interdiff.ts'),
  ledger: () => import('./accept/ledger.ts'),
  reviewers: () => import('./accept/reviewers.ts'),
};

async function accept(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      offline: { type: 'boolean', default: false },
      only: { type: 'string' },
      repository: { type: 'string', multiple: true, default: [] },
      races: { type: 'string' },
    },
  });
  const suite = suites[positionals[0] ?? ''];
  const races = values.races === undefined ? null : Number(values.races);
  if (suite === undefined || (races !== null && !(Number.isInteger(races) && races > 0))) {
    process.stderr.write(
      `usage: npm run accept -- NAME [--offline] [--only TEXT] [--repository DIR]... [--races N]\nNAME is one of: ${Object.keys(suites).join(', ')}\n`,
    );
    return 2;
  }
  const { lines } = await suite();
  const context: LineContext = {
    repository: values.repository[0] ?? null,
    repositories: values.repository,
    races,
  };
  const tally = { held: 0, failed: 0, left: 0 };
  for (const line of lines) {
    if (values.only !== undefined && !line.promise.includes(values.only)) continue;
    const needsNetwork = typeof line.needsNetwork === 'function' ? line.needsNetwork(context) : line.needsNetwork;
    if (values.offline && needsNetwork) {
      tally.left += 1;
      process.stdout.write(`left  ${line.promise}\n      needs the network: run without --offline\n`);
      continue;
    }
    const started = performance.now();
    const outcome = await line.run(context).then(
      (figure) => ({ held: true, text: figure }),
      (error: unknown) => ({ held: false, text: inspect(error) }),
    );
    tally[outcome.held ? 'held' : 'failed'] += 1;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stdout.write(`${outcome.held ? 'holds' : 'FALSE'} ${line.promise}\n      ${outcome.text} (${seconds} s)\n`);
  }
  process.stdout.write(`${tally.held} hold, ${tally.failed} false, ${tally.left} left out\n`);
  return tally.failed > 0 || tally.held === 0 ? 1 : 0;
}

process.exitCode = await accept();
