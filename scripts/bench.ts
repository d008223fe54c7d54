import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { gitReport } from './bench/git.ts';
import { measureLedger } from './bench/measure-ledger.ts';
import { ledgerReport } from './bench/report-ledger.ts';
import { writeSection } from './bench/write-section.ts';

/** `npm run bench -- NAME`: measures, prints the figures, and writes them into docs/benchmarks.md. */
const ROOT = resolve(import.meta.dirname, '..');

const benches: Record<string, () => Promise<string>> = {
  git: () => gitReport((line) => process.stderr.write(`${line}\n`)),
  ledger: async () => {
    const machine = `${availableParallelism()} cores, Node ${process.versions.node}, DynamoDB Local in memory`;
    return ledgerReport(await measureLedger(1), { date: new Date().toISOString().slice(0, 10), machine });
  },
};

async function bench(name: string): Promise<number> {
  const run = benches[name];
  if (run === undefined) {
    process.stderr.write(`usage: npm run bench -- NAME\nNAME is one of: ${Object.keys(benches).join(', ')}\n`);
    return 2;
  }
  const report = await run();
  process.stdout.write(report);
  await writeSection(ROOT, 'docs/benchmarks.md', name, report);
  return 0;
}

process.exitCode = await bench(process.argv[2] ?? '');
