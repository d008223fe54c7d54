import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * The tests that gain from more rounds, with many more of them: random histories, races between processes, schedules of
 * runners, requests made from the OpenAPI document, half an hour of pushes (`PUSHBACK_SOAK_MINUTES` for another time). `npm run deep -- 10` multiplies the numbers once more. Seeds are new ones; what fails prints its own
 * and its shrunk history, and `PUSHBACK_SEED` sets one.
 */
const TESTS = [
  'test/contracts/ledger.model',
  'test/races',
  'test/pipeline/interleavings',
  'test/adapters/git/histories',
  'test/contract/fuzz',
  'test/pipeline/findings',
  'test/pipeline/crashes',
  'test/soak',
];

const given = process.argv[2] ?? '1';
const factor = Number(given);
if (!Number.isInteger(factor) || factor < 1 || factor > 1000) {
  console.error(`deep: a whole number from 1 to 1000, not ${JSON.stringify(given.slice(0, 40))}`);
  process.exitCode = 2;
} else {
  const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
  const child = spawn(process.execPath, [jest, '--runInBand', ...TESTS], {
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
      PUSHBACK_DEEP: '1',
      PUSHBACK_SEED: process.env['PUSHBACK_SEED'] ?? 'random',
      PUSHBACK_MODEL_SEQUENCES: String(3000 * factor),
      PUSHBACK_RACE_ROUNDS: String(1000 * factor),
      PUSHBACK_INTERLEAVINGS: String(10_000 * factor),
      PUSHBACK_HISTORIES: String(2000 * factor),
      PUSHBACK_FUZZ_REQUESTS: String(20_000 * factor),
      PUSHBACK_FINDING_HISTORIES: String(1000 * factor),
      PUSHBACK_SOAK_MINUTES: process.env['PUSHBACK_SOAK_MINUTES'] ?? '30',
    },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
}
