import type { CoveredVersion } from '../../core/coverage.ts';
import { REMOTE, type BareRepository } from './bare-repository.ts';
import { blobsToPlan } from './blobs-to-plan.ts';
import { changesOfPairs } from './tree-changes.ts';
import { treesOf } from './tree-names.ts';
import { whatGitSaid } from './git-process.ts';
import { withNetworkRetries } from './retry.ts';
import { GitFault } from '../../ports/repository.ts';

/** As git fetches what it misses: by name, without a word about what is here already. */
const FETCH_BLOBS = [
  '-c',
  'fetch.negotiationAlgorithm=noop',
  'fetch',
  '--quiet',
  '--filter=blob:none',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
  '--recurse-submodules=no',
  '--stdin',
  REMOTE,
];

/**
 * Gets the blobs that planning will read, all in one go.
 * @param earlier versions whose commits are here
 */
export async function prefetchBlobs(
  repository: BareRepository,
  today: CoveredVersion,
  earlier: readonly CoveredVersion[],
): Promise<void> {
  if (repository.remote === null) return;
  const pairs = [
    { from: today.mergeBaseSha, to: today.headSha },
    ...earlier.flatMap(({ mergeBaseSha, headSha }) => [
      { from: mergeBaseSha, to: headSha },
      { from: mergeBaseSha, to: today.mergeBaseSha },
    ]),
  ];
  // The trees' names are wanted when versions are merged; asked for now, they cost no time of their own.
  const [[ofToday = [], ...others]] = await Promise.all([
    changesOfPairs(repository, pairs),
    treesOf(
      repository,
      pairs.flatMap(({ from, to }) => [from, to]),
    ),
  ]);
  const wanted = blobsToPlan({
    today: ofToday,
    earlier: earlier.map((_, index) => ({ own: others[2 * index] ?? [], upstream: others[2 * index + 1] ?? [] })),
  });
  await fetchMissing(repository, wanted, Number.POSITIVE_INFINITY);
}

/** Fetches those of the blobs that are not here, in one go; none where they are more than `max`. */
export async function fetchMissing(
  repository: BareRepository,
  wanted: readonly string[],
  max: number,
): Promise<'here' | 'too-many'> {
  const missing = repository.mayHoldBlobs ? await missingOf(repository, wanted) : [...new Set(wanted)];
  if (missing.length === 0) return 'here';
  if (missing.length > max) return 'too-many';
  repository.mayHoldBlobs = true;
  const input = missing.map((oid) => `${oid}\n`).join('');
  await withNetworkRetries(async () => {
    const answer = await repository.network(FETCH_BLOBS, { input, anyExit: true });
    if (answer.code !== 0) throw new GitFault(`fetching files from the remote failed: ${whatGitSaid(answer)}`);
  });
  return 'here';
}

async function missingOf(repository: BareRepository, oids: readonly string[]): Promise<string[]> {
  const input = oids.map((oid) => `${oid}\n`).join('');
  const { stdout } = await repository.local(['cat-file', '--batch-check=%(objectname)'], { input });
  const lines = stdout.toString().split('\n');
  return oids.filter((_, index) => lines[index]?.endsWith(' missing') === true);
}
