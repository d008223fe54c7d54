import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleAction } from '../build/bundle.ts';
import { markdownTable, median } from './figures.ts';

/** What the action may take to start, in milliseconds, where `node -e 0` takes so many. */
export function startupLimitMs(nodeMs: number): number {
  return 3 * nodeMs + 60;
}

export type Startup = {
  /** `node -e 0`, from start to end. */
  nodeMs: number;
  /** The bundle's entry, from start to end, with every input and the event read, and nothing to do for it. */
  entryMs: number;
  /** From start to its first call of GitHub, by reviewer: all is put together then. */
  firstCallMs: Record<StartedReviewer, number>;
  /** The bundle. */
  bytes: number;
  sourceMaps: string[];
};

const REVIEWERS = {
  command: { reviewer: 'command', command: 'true' },
  model: { reviewer: 'model', model: 'anthropic/claude-sonnet-4-5', 'api-key': 'sk-of-the-benchmark' },
  claude: { reviewer: 'claude' },
} as const;
export type StartedReviewer = keyof typeof REVIEWERS;

/** Builds the bundle anew and starts it, all kinds in turn, so that a busy moment strikes them alike. Medians of `rounds`. */
export async function measureStartup(rounds: number): Promise<Startup> {
  const folder = await mkdtemp(join(tmpdir(), 'pushback-startup-'));
  try {
    await bundleAction(join(folder, 'dist'));
    await mkdir(join(folder, 'temp'));
    const event = join(folder, 'event.json');
    const nothingToDo = join(folder, 'labelled.json');
    await writeFile(event, JSON.stringify(EVENT));
    await writeFile(nothingToDo, JSON.stringify({ ...EVENT, action: 'labeled' }));
    const program = join(folder, 'dist/index.js');
    const temp = join(folder, 'temp');
    const node: number[] = [];
    const entry: number[] = [];
    const calls: Record<StartedReviewer, number[]> = { command: [], model: [], claude: [] };
    // One round of each is not counted: it fills the file system's caches.
    for (let round = 0; round <= rounds; round += 1) {
      const plain = await timeOfNode();
      const idle = await timeToEnd(program, { event: nothingToDo, temp });
      if (round > 0) {
        node.push(plain);
        entry.push(idle);
      }
      for (const name of Object.keys(REVIEWERS) as StartedReviewer[]) {
        const time = await timeToFirstCall(program, { event, temp }, REVIEWERS[name]);
        if (round > 0) calls[name].push(time);
      }
    }
    const sizes = await sizesOf(join(folder, 'dist'));
    return {
      nodeMs: median(node),
      entryMs: median(entry),
      firstCallMs: { command: median(calls.command), model: median(calls.model), claude: median(calls.claude) },
      bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
      sourceMaps: sizes.filter(({ name }) => name.endsWith('.map')).map(({ name }) => name),
    };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

export async function startupReport(): Promise<string> {
  const { nodeMs, entryMs, firstCallMs, bytes } = await measureStartup(15);
  const row = (title: string, ms: number): string[] => [title, ms.toFixed(0), (ms / nodeMs).toFixed(1)];
  return [
    `\`npm run bench -- startup\` (Node ${process.versions.node}; medians of 15, the kinds in turn). The entry is the action's whole process for an event that asks nothing of it, every input read; the first call of GitHub comes when all parts are loaded (the tokenizer's tables too) and put together. No model's provider is loaded by then.`,
    '',
    markdownTable([
      ['', 'ms', 'times `node -e 0`'],
      row('`node -e 0`, start to end', nodeMs),
      row('the entry, start to end', entryMs),
      row('start to first call, `reviewer: command`', firstCallMs.command),
      row('start to first call, `reviewer: model`', firstCallMs.model),
      row('start to first call, `reviewer: claude`', firstCallMs.claude),
    ]),
    '',
    `At most ${startupLimitMs(nodeMs).toFixed(0)} ms are promised for the entry here: three times \`node -e 0\` and 60 ms. The bundle has ${(bytes / 2 ** 20).toFixed(2)} MiB in all, without source maps.`,
  ].join('\n');
}

async function timeOfNode(): Promise<number> {
  const started = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore', env: {} }), 'exit');
  return performance.now() - started;
}

async function timeToEnd(program: string, files: { event: string; temp: string }): Promise<number> {
  const env = environment('http://127.0.0.1:9', files, REVIEWERS.model);
  const started = performance.now();
  const child = spawn(process.execPath, [program], { env, cwd: files.temp, stdio: ['ignore', 'pipe', 'inherit'] });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  const [code] = (await once(child, 'exit')) as [number | null];
  const time = performance.now() - started;
  const text = Buffer.concat(said).toString();
  if (code !== 0 || !text.includes('Nothing to do')) throw new Error(`the action did not end as it should:\n${text}`);
  return time;
}

async function timeToFirstCall(
  program: string,
  { event, temp }: { event: string; temp: string },
  inputs: Readonly<Record<string, string>>,
): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = environment(url, { event, temp }, inputs);
  try {
    const called = once(server, 'request');
    const started = performance.now();
    const child = spawn(process.execPath, [program], { env, cwd: temp, stdio: ['ignore', 'pipe', 'pipe'] });
    const said: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    const exited = once(child, 'exit');
    const first = await Promise.race([called.then(() => 'called'), exited.then(() => 'exited')]);
    const time = performance.now() - started;
    if (first === 'exited')
      throw new Error(`the action ended without calling GitHub:\n${Buffer.concat(said).toString()}`);
    child.kill('SIGKILL');
    await exited;
    return time;
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function environment(
  url: string,
  { event, temp }: { event: string; temp: string },
  inputs: Readonly<Record<string, string>>,
): Record<string, string> {
  // The configuration file would be the first call, before the parts are put together.
  const set = { 'github-token': 'ghs_ofTheBenchmark', 'config-file': 'none', ...inputs };
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: temp,
    ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    GITHUB_API_URL: url,
    GITHUB_GRAPHQL_URL: `${url}/graphql`,
    GITHUB_SERVER_URL: url,
    GITHUB_EVENT_PATH: event,
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_REPOSITORY_ID: '1001',
    GITHUB_REPOSITORY_OWNER: 'acme',
    GITHUB_REPOSITORY_OWNER_ID: '77',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_SHA: 'a'.repeat(40),
    GITHUB_REF: 'refs/pull/12/merge',
    GITHUB_WORKSPACE: temp,
    RUNNER_TEMP: temp,
  };
}

const EVENT = {
  action: 'synchronize',
  number: 12,
  pull_request: { number: 12, head: { sha: 'a'.repeat(40) }, base: { ref: 'main', sha: 'b'.repeat(40) } },
  repository: {
    id: 1001,
    full_name: 'acme/shop',
    default_branch: 'main',
    owner: { id: 77, login: 'acme' },
    name: 'shop',
  },
};

async function sizesOf(folder: string): Promise<{ name: string; bytes: number }[]> {
  const names = await readdir(folder, { recursive: true });
  const found = await Promise.all(
    names.map(async (name) => {
      const entry = await stat(join(folder, name));
      return entry.isFile() ? [{ name, bytes: entry.size }] : [];
    }),
  );
  return found.flat();
}
