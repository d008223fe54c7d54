import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/**
 * AWS's own runtime client for Lambda, installed on demand into a folder of its own: it is built from C++, and an
 * installation of this project must not depend on that. `npm run lambda-runtime` does it ahead of the tests.
 */

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '..');
const VERSION = '4.0.2';
const CACHE = join(ROOT, 'node_modules/.cache');
const FOLDER = join(CACHE, `aws-lambda-ric-${VERSION}`);
const BUILD_TIMEOUT_MS = 300_000;

/** What its build calls, each by what it is called with. */
const BUILD_TOOLS: [string, string[]][] = [
  ['cmake', ['--version']],
  ['make', ['--version']],
  ['g++', ['--version']],
  ['autoreconf', ['--version']],
  ['libtoolize', ['--version']],
  ['python3', ['--version']],
];

export type LambdaRuntime = { program: string } | { missing: string };

/** The runtime client's program, built if it is not yet; or why it can not be built here. */
export async function lambdaRuntime(): Promise<LambdaRuntime> {
  const program = join(FOLDER, 'node_modules/aws-lambda-ric/index.mjs');
  if (existsSync(program)) return { program };
  if (process.platform !== 'linux') return { missing: 'it is built for Linux only' };
  const lacking = await lackingTools();
  if (lacking.length > 0) return { missing: `its build needs ${lacking.join(', ')}` };
  const building = `${FOLDER}.${process.pid}`;
  try {
    await mkdir(building, { recursive: true });
    await writeFile(join(building, 'package.json'), '{"private":true}\n');
    const args = ['install', '--no-audit', '--no-fund', '--no-package-lock', `aws-lambda-ric@${VERSION}`];
    await run('npm', args, { cwd: building, timeout: BUILD_TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 });
    if (!existsSync(join(building, 'node_modules/aws-lambda-ric/rapid-client.node'))) {
      return { missing: 'its native part was not built' };
    }
    // Whole or not at all: another process may be building it, too, and the first one done stays.
    if (!existsSync(FOLDER)) await rename(building, FOLDER);
  } catch (error) {
    return { missing: `its build failed: ${lastLines(error)}` };
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return { program };
}

async function lackingTools(): Promise<string[]> {
  const checked = await Promise.all(
    BUILD_TOOLS.map(([tool, args]) =>
      run(tool, args).then(
        () => null,
        () => tool,
      ),
    ),
  );
  return checked.filter((tool) => tool !== null);
}

function lastLines(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  return said.trim().split('\n').slice(-3).join(' ').slice(0, 500);
}

if (import.meta.main) {
  const runtime = await lambdaRuntime();
  process.stdout.write('program' in runtime ? `${runtime.program}\n` : `aws-lambda-ric: ${runtime.missing}\n`);
}
