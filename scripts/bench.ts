import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gitReport } from './bench/git.ts';
import { measureLambda, WARMING_CALLS } from './bench/lambda/measure.ts';
import { lambdaReport } from './bench/lambda/report.ts';
import { measureLedger } from './bench/measure-ledger.ts';
import { ledgerReport } from './bench/report-ledger.ts';
import { promptReport } from './bench/prompts.ts';
import { startupReport } from './bench/startup.ts';
import { writeSection } from './bench/write-section.ts';

/** `npm run bench -- NAME`: measures, prints the figures, and writes them into docs/benchmarks.md. `--repository DIR`, again and again: real ones as well, for `prompts`. */
const ROOT = resolve(import.meta.dirname, '..');

const benches: Record<string, (repositories: readonly string[]) => Promise<string>> = {
  prompts: (repositories) => promptReport(repositories, (line) => process.stderr.write(`${line}\n`)),
  startup: () => startupReport(),
  git: () => gitReport((line) => process.stderr.write(`${line}\n`)),
  lambda: async () => {
    const figures = await measureLambda({ rounds: 9, warming: WARMING_CALLS, warm: 500 });
    const machine = `${availableParallelism()} cores, Node ${process.versions.node}`;
    return lambdaReport(figures, { date: new Date().toISOString().slice(0, 10), machine });
  },
  ledger: async () => {
    const machine = `${availableParallelism()} cores, Node ${process.versions.node}, DynamoDB Local in memory`;
    return ledgerReport(await measureLedger(1), { date: new Date().toISOString().slice(0, 10), machine });
  },
};

async function bench(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { repository: { type: 'string', multiple: true, default: [] } },
  });
  const [name = ''] = positionals;
  const run = benches[name];
  if (run === undefined) {
    process.stderr.write(`usage: npm run bench -- NAME\nNAME is one of: ${Object.keys(benches).join(', ')}\n`);
    return 2;
  }
  const report = await run(values.repository);
  process.stdout.write(report);
  await writeSection(ROOT, 'docs/benchmarks.md', name, report);
  return 0;
}

process.exitCode = await bench(process.argv.slice(2));
