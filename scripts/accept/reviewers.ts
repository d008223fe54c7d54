import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { measureMade, shareOf } from '../bench/prompts.ts';
import { TENTH } from '../bench/prompts/repository.ts';
import { measureStartup, startupLimitMs } from '../bench/startup.ts';
import { installAgents } from '../install-agents.ts';
import type { Line, LineContext } from './line.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const MAX_BYTES = 6 * 2 ** 20;
const SHARE = 0.15;
const run = promisify(execFile);

export const lines: Line[] = [
  {
    promise: 'The demo also runs with --reviewer model, against the model server',
    needsNetwork: false,
    run: () => demoWithModel(),
  },
  {
    promise: 'A push to a tenth of a 60-file PR: the incremental prompt has at most 15 % of the full one’s tokens',
    needsNetwork: false,
    run: () => promptShare(),
  },
  {
    promise: 'The entry starts within 3 times `node -e 0` plus 60 ms; dist has at most 6 MiB, and no source maps',
    needsNetwork: false,
    run: startup,
  },
  {
    promise: 'Each agent: a review, a continued one, failures by name, and no variable but those allowed',
    needsNetwork: false,
    inSuite: true,
    run: () =>
      tests(['test/adapters/reviewers/agents', 'test/adapters/reviewers/command.test.ts', 'test/core/agents'], {}),
  },
  {
    promise: 'The same with the real ones from npm, and their tools reach nothing but the work tree',
    needsNetwork: true,
    run: () => realAgents(),
  },
];

async function demoWithModel(): Promise<string> {
  const args = [join(ROOT, 'scripts/demo.ts'), '--reviewer', 'model'];
  const { stdout } = await run(process.execPath, args, { cwd: ROOT, maxBuffer: 64 * 2 ** 20 });
  return lastLine(stdout);
}

async function promptShare(): Promise<string> {
  const push = (await measureMade(() => undefined)).find(({ title }) => title === TENTH);
  assert.ok(push !== undefined, `no push is called ${TENTH}`);
  assert.deepEqual([push.files, push.fullFiles], [6, 60]);
  const share = shareOf(push);
  const figure = `${push.incremental?.total} of ${push.full.total} tokens, ${(share * 100).toFixed(1)} %`;
  assert.ok(share <= SHARE, figure);
  return figure;
}

async function startup({ timed }: LineContext): Promise<string> {
  const { nodeMs, entryMs, bytes, sourceMaps } = await measureStartup(timed ? 15 : 1);
  const limit = startupLimitMs(nodeMs);
  const figure = `${entryMs.toFixed(0)} ms of ${limit.toFixed(0)} (node -e 0: ${nodeMs.toFixed(0)} ms); ${(bytes / 2 ** 20).toFixed(2)} MiB`;
  assert.ok(entryMs <= limit || !timed, figure);
  assert.ok(bytes <= MAX_BYTES, figure);
  assert.deepEqual(sourceMaps, []);
  return figure;
}

/** Those that can't be installed or do not run here are named, and none at all is a failure. */
async function realAgents(): Promise<string> {
  const names: string[] = [];
  const missing: string[] = [];
  for (const [name, installed] of await installAgents()) {
    if ('program' in installed) names.push(name);
    else missing.push(`${name} left out: ${installed.missing}`);
  }
  assert.ok(names.length > 0, missing.join('; '));
  const env = { PUSHBACK_REAL_AGENTS: names.join(',') };
  const suite = await tests(['test/adapters/reviewers/agents'], env);
  const tools = await tests(['--testMatch', '**/agents/*.real.ts'], env);
  return [`${names.join(', ')}: ${suite}, tools: ${tools}`, ...missing].join('; ');
}

async function tests(args: readonly string[], env: Record<string, string>): Promise<string> {
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const result = await run(process.execPath, [jest, '--runInBand', '--ci', '--json', ...args], {
    cwd: ROOT,
    maxBuffer: 256 * 2 ** 20,
    env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning', ...env },
  }).catch((error: unknown) => error as { stdout: string; stderr: string });
  const told = JSON.parse(result.stdout.slice(result.stdout.indexOf('{'))) as {
    numPassedTests: number;
    numFailedTests: number;
    numFailedTestSuites: number;
  };
  assert.ok(told.numFailedTests === 0 && told.numFailedTestSuites === 0 && told.numPassedTests > 0, result.stderr);
  return `${told.numPassedTests} tests`;
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
