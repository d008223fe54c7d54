import type { Coverage, CoveredVersion } from '../../../src/core/coverage.ts';
import type { FileDiff } from '../../../src/core/diff.ts';
import { carriedPaths, referenceLayers } from '../../../src/core/interdiff.ts';
import { incrementalScope, type Scope } from '../../../src/core/scope.ts';
import { reviewedIn } from '../../../src/pipeline/interdiff.ts';
import type { Repository, Treeish } from '../../../src/ports/repository.ts';

export type PushScope = { scope: Scope; fullDiff: FileDiff[]; reference: Treeish; conflicts: string[] };

/** Everything between the ledger's answer and the reviewer, as the pipeline does it: words stand in for tokens. */
export async function scopeOfPush(
  repository: Repository,
  coverage: Coverage,
  today: CoveredVersion,
): Promise<PushScope> {
  const layers = referenceLayers(coverage);
  const versions = [today, ...layers.map((layer) => layer.version)];
  const fetched = await repository.fetch(versions.flatMap((version) => [version.mergeBaseSha, version.headSha]));
  if (fetched.outcome !== 'fetched') throw new Error(fetched.why);
  const carried: { tree: Treeish; paths: string[] }[] = [];
  const conflicts: string[] = [];
  for (const layer of layers) {
    const outcome = await repository.carry(layer.version, today.mergeBaseSha);
    if (outcome.outcome !== 'carried') throw new Error(outcome.why);
    carried.push({ tree: outcome.tree, paths: carriedPaths(layer, outcome.renames ?? []) });
    conflicts.push(...outcome.conflicts);
  }
  const reference = await repository.overlay(today.mergeBaseSha, carried);
  const fullDiff = await repository.diff(today.mergeBaseSha, today.headSha);
  const referenceDiff = await repository.diff(reference, today.headSha);
  const reviewedDiff = await reviewedIn(repository, reference, today, fullDiff, referenceDiff);
  const scope = incrementalScope({ fullDiff, referenceDiff, reviewedDiff, coverage, countTokens: countWords });
  return { scope, fullDiff, reference, conflicts };
}

export function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}

/** The scope in short, for whole assertions: `a.txt +3-4,9 -7` for lines 3 to 4 and 9 added, and something removed after 7. */
export function inShort(scope: Pick<Scope, 'files'>): string[] {
  return scope.files.map((file) =>
    [
      file.previousPath === null ? file.path : `${file.previousPath} => ${file.path}`,
      ...(file.status === 'deleted' ? ['deleted'] : []),
      ...(file.modes === undefined ? [] : [`mode ${file.modes.new}`]),
      ...(file.added.length === 0
        ? []
        : [`+${file.added.map(({ start, end }) => (start === end ? start : `${start}-${end}`)).join(',')}`]),
      ...(file.removedAfter.length === 0 ? [] : [`-${file.removedAfter.join(',')}`]),
    ].join(' '),
  );
}
