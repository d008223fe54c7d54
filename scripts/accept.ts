import { inspect, parseArgs } from 'node:util';
import type { Line, LineContext } from './accept/line.ts';

const OPTIONS = '[--offline] [--after-tests] [--untimed] [--only TEXT] [--repository DIR]... [--races N] [--minutes N]';

/**
 * `npm run accept -- NAME [OPTIONS]`: one issue's promises, each run and each named. `--offline` leaves out what needs the
 * network, `--after-tests` what only runs tests of the suite again; `--untimed` shows times and does not judge them.
 */
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
      minutes: { type: 'string' },
      'after-tests': { type: 'boolean', default: false },
      untimed: { type: 'boolean', default: false },
    },
  });
  const suite = suites[positionals[0] ?? ''];
  const races = values.races === undefined ? null : Number(values.races);
  const minutes = values.minutes === undefined ? null : Number(values.minutes);
  if (
    suite === undefined ||
    !(races === null || (Number.isInteger(races) && races > 0)) ||
    !(minutes === null || minutes > 0)
  ) {
    process.stderr.write(
      `usage: npm run accept -- NAME ${OPTIONS}\nNAME is one of: ${Object.keys(suites).join(', ')}\n`,
    );
    return 2;
  }
  const { lines } = await suite();
  const context: LineContext = {
    repository: values.repository[0] ?? null,
    repositories: values.repository,
    races,
    minutes,
    timed: !values.untimed,
  };
  const tally = { held: 0, failed: 0, left: 0 };
  for (const line of lines) {
    if (values.only !== undefined && !line.promise.includes(values.only)) continue;
    const why = whyLeft(line, context, values);
    if (why !== null) {
      tally.left += 1;
      process.stdout.write(`left  ${line.promise}\n      ${why}\n`);
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

/** Null where the line is to be run. */
function whyLeft(
  { needsNetwork, inSuite }: Line,
  context: LineContext,
  values: { offline: boolean; 'after-tests': boolean },
): string | null {
  const asks = typeof needsNetwork === 'function' ? needsNetwork(context) : needsNetwork;
  if (values.offline && asks) return 'needs the network: run without --offline';
  if (values['after-tests'] && inSuite === true) return "the suite's tests show it";
  return null;
}

process.exitCode = await accept();
