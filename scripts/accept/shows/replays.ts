import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { PushCost, ReplayTotals } from '../../../src/core/replay/totals.ts';
import { runCommand } from './commands.ts';

/** Cloned where no repositories are given: with the heads of their pull requests. */
const PUBLIC_REPOSITORIES = [
  'https://github.com/expressjs/express',
  'https://github.com/fastify/fastify',
  'https://github.com/psf/requests',
];
const PULLS = 80;
const COMMITS = 20;

export type Replay = { repository: string; pushes: PushCost[]; totals: ReplayTotals };

let replayed: Promise<Replay[]> | null = null;

/** Replays each repository once, for all lines that look at it. */
export function replays(root: string, repositories: readonly string[]): Promise<Replay[]> {
  replayed ??= replayAll(root, repositories);
  return replayed;
}

async function replayAll(root: string, repositories: readonly string[]): Promise<Replay[]> {
  const folder = await mkdtemp(join(tmpdir(), 'pushback-replays-'));
  try {
    const found: Replay[] = [];
    for (const repository of repositories.length > 0 ? repositories : await clones(folder)) {
      const flags = ['--repo', repository, '--pulls', String(PULLS), '--rebase', String(COMMITS), '--json'];
      const { stdout } = await runCommand(process.execPath, ['scripts/pushback.ts', 'replay', ...flags], root);
      const lines = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
      const { totals } = lines.pop() as { totals: ReplayTotals };
      found.push({ repository, pushes: lines as PushCost[], totals });
    }
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function clones(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const url of PUBLIC_REPOSITORIES) {
    const clone = join(folder, basename(url));
    await runCommand('git', ['clone', '-q', '--mirror', url, clone], folder);
    found.push(clone);
  }
  return found;
}

/** Where the base stood still, the scope is part of what `prev..head` shows of the PR's own files. */
export function linearPushes(found: readonly Replay[]): string {
  assert.ok(found.length >= 3, `${found.length} repositories are fewer than three`);
  const pushes = found.flatMap((replay) => replay.pushes.filter(({ push, kind }) => push > 1 && kind === 'linear'));
  const above = pushes.filter(({ interdiff, prevHeadOwn }) => interdiff > prevHeadOwn);
  assert.deepEqual(above, []);
  return `${pushes.length} pushes in ${found.length} repositories, none above`;
}

/** Where it moved, all scopes together are at most a tenth of `prev..head`, and none is above the full diff. */
export function movedPushes(found: readonly Replay[]): string {
  const figures = found.map(({ repository, pushes }) => {
    const moved = pushes.filter(({ push, kind }) => push > 1 && kind !== 'linear');
    assert.deepEqual(
      moved.filter(({ interdiff, full }) => interdiff > full),
      [],
    );
    const [scope, prevHead] = [sum(moved, 'interdiff'), sum(moved, 'prevHead')];
    assert.ok(scope * 10 <= prevHead, `${repository}: ${scope} tokens are more than a tenth of ${prevHead}`);
    return `${scope} of ${prevHead} tokens on ${moved.length} pushes`;
  });
  return figures.join('; ');
}

/** Of rebases that met no conflict, 99 of 100 cost nothing; the others are named. */
export function cleanRebases(found: readonly Replay[]): string {
  const rebases = found.map(({ totals }) => totals.rebases);
  const clean = rebases.reduce((all, each) => all + each.clean, 0);
  const unchanged = rebases.reduce((all, each) => all + each.unchanged, 0);
  const others = rebases.flatMap((each) => each.others.map(({ pull, mode, reason }) => `${pull} ${mode}/${reason}`));
  assert.ok(clean > 0, 'no rebase went through');
  assert.ok(unchanged >= clean * 0.99, `${unchanged} of ${clean} are unchanged; not: ${others.join(', ')}`);
  return `${unchanged} of ${clean} unchanged${others.length === 0 ? '' : `; not: ${others.join(', ')}`}`;
}

function sum(pushes: readonly PushCost[], measure: 'interdiff' | 'prevHead'): number {
  return pushes.reduce((tokens, push) => tokens + push[measure], 0);
}
