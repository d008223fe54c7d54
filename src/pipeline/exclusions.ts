import { ATTRIBUTE_NAMES, saidByBase } from '../core/exclude/attributes.ts';
import { decideExclusion, NO_FACTS, type ExclusionFacts, type ExclusionRules } from '../core/exclude/decide.ts';
import { pathRule, type ReviewFilters } from '../core/exclude/filters.ts';
import type { LeftOut } from '../core/exclude/left-out.ts';
import { needAttributes, needBasePaths, needBlobs } from '../core/exclude/needs.ts';
import { pathOf, pathsOf, type FileDiff } from '../core/diff.ts';
import type { Repository, Treeish } from '../ports/repository.ts';

/** Which of the PR's files are not reviewed, and why: by the path they go by in the PR's diff. */
export type Exclusions = {
  of: (file: FileDiff) => LeftOut | null;
  /** Whether the file of this path is left out today. */
  has: (path: string) => boolean;
};

/**
 * What holds for a reviewer. An analyser has looked at the whole tree and has a configuration of its own: only what
 * people filter by path, and what nobody can read, is left out there.
 */
export function exclusionRules(filters: ReviewFilters, kind: 'scope' | 'tree'): ExclusionRules {
  const reads = kind === 'scope';
  return { pathRule: pathRule(filters), generated: reads && !filters.includeGenerated, size: reads };
}

/** Looks up what the rules need to know of the base and of the files, and nothing else. */
export async function decideExclusions(
  repository: Pick<Repository, 'attributes' | 'listPaths' | 'lookAt'>,
  base: Treeish,
  fullDiff: readonly FileDiff[],
  rules: ExclusionRules,
): Promise<Exclusions> {
  const attributes = await attributesOf(repository, base, needAttributes(fullDiff, rules));
  let facts: ExclusionFacts = { ...NO_FACTS, attributes };
  if (needBasePaths(fullDiff, rules, facts)) facts = { ...facts, basePaths: await repository.listPaths(base) };
  const asked = new Set<string>();
  const missing = (): string[] => needBlobs(fullDiff, rules, facts).filter((oid) => !asked.has(oid));
  for (let blobs = missing(); blobs.length > 0; blobs = missing()) {
    for (const oid of blobs) asked.add(oid);
    facts = { ...facts, blobs: new Map([...facts.blobs, ...(await repository.lookAt(blobs))]) };
  }
  const decided = new Map(fullDiff.map((file) => [pathOf(file), decideExclusion(file, rules, facts)]));
  return {
    of: (file) => decided.get(pathOf(file)) ?? null,
    has: (path) => (decided.get(path) ?? null) !== null,
  };
}

async function attributesOf(
  repository: Pick<Repository, 'attributes'>,
  base: Treeish,
  files: readonly FileDiff[],
): Promise<ExclusionFacts['attributes']> {
  if (files.length === 0) return new Map();
  const said = await repository.attributes(base, pathsOf(files), ATTRIBUTE_NAMES);
  return new Map([...said].map(([path, words]) => [path, saidByBase(words)]));
}
