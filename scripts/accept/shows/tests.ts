import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Outcome = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  success: boolean;
  testResults: { name: string; assertionResults: { title: string; status: string }[] }[];
};

export type Ran = { outcome: Outcome; said: string };

/** Runs these test files: all hold and none is skipped, or it throws with what they said. */
export async function testsHold(
  root: string,
  files: string[],
  variables: Record<string, string> = {},
): Promise<string> {
  const { outcome, said } = await runTests(root, files, variables);
  assert.ok(outcome.success, said);
  assert.equal(outcome.numPendingTests, 0, `some were left out:\n${said}`);
  assert.ok(outcome.numPassedTests > 0, 'there was no such test');
  return `${outcome.numPassedTests} tests hold`;
}

export async function runTests(root: string, args: string[], variables: Record<string, string> = {}): Promise<Ran> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'pushback-accept-'));
  const result = join(folder.path, 'result.json');
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const child = spawn(process.execPath, [jest, '--runInBand', '--json', `--outputFile=${result}`, ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
      ...variables,
    },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-20_000)));
  await once(child, 'close');
  return { outcome: JSON.parse(await readFile(result, 'utf8')) as Outcome, said };
}
