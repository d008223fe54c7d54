import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { measureSize, SIZES } from '../bench/git/sizes.ts';
import { measureTransfers } from '../bench/git/transfer.ts';
import type { Line, LineContext } from './line.ts';
import { cleanRebases, linearPushes, movedPushes, replays, type Replay } from './shows/replays.ts';

const ROOT = resolve(import.meta.dirname, '../..');

const needsNetwork = ({ repositories }: LineContext): boolean => repositories.length === 0;
const onReplays =
  (look: (found: readonly Replay[]) => string) =>
  async ({ repositories }: LineContext): Promise<string> =>
    look(await replays(ROOT, repositories));

export const lines: Line[] = [
  {
    promise: 'Replay of three public repositories: where the base stood still, never above prev..head of the own paths',
    needsNetwork,
    run: onReplays(linearPushes),
  },
  {
    promise: 'Replay: where the base moved, at most a tenth of prev..head, and never above the full diff',
    needsNetwork,
    run: onReplays(movedPushes),
  },
  {
    promise: 'Replay: of conflict-free real rebases at least 99 % are none/unchanged',
    needsNetwork,
    run: onReplays(cleanRebases),
  },
  {
    promise: 'Fetch and plan of a 60-file PR: at most 1/50 of the bytes and 1/10 of the time of a full clone',
    needsNetwork: false,
    run: fetchAndPlan,
  },
  { promise: '3,000 files and 300,000 lines: plan under 5 s and 512 MiB', needsNetwork: false, run: largePlan },
];

async function fetchAndPlan({ timed }: LineContext): Promise<string> {
  const { ours, clone, repositoryBytes, scope } = await measureTransfers(timed ? 5 : 1, () => undefined);
  assert.deepEqual(scope, { files: 5, lines: 30, fullFiles: 60 });
  const bytes = clone.bytes / ours.bytes;
  const time = clone.seconds / ours.seconds;
  const figure = `${(repositoryBytes / 2 ** 20).toFixed(0)} MiB: 1/${bytes.toFixed(0)} of the bytes, 1/${time.toFixed(1)} of the time`;
  assert.ok(bytes >= 50 && (time >= 10 || !timed), figure);
  return figure;
}

async function largePlan({ timed }: LineContext): Promise<string> {
  const size = SIZES.find(({ title }) => title.startsWith('3,000 files'));
  assert.ok(size !== undefined);
  const { seconds, nodeBytes, togetherBytes, fullFiles } = await measureSize(size, timed ? 3 : 1);
  const mebibytes = (togetherBytes ?? nodeBytes) / 2 ** 20;
  const figure = `${fullFiles} files in ${seconds.toFixed(2)} s and ${mebibytes.toFixed(0)} MiB, git included`;
  assert.ok((seconds < 5 || !timed) && mebibytes < 512, figure);
  return figure;
}
