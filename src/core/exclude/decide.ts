import { pathOf, type FileDiff } from '../diff.ts';
import { NOTHING_SAID_BY_BASE, type SaidByBase } from './attributes.ts';
import { isMinified, isTooLarge, lookOfSide, saysGenerated, type BlobLook } from './content.ts';
import type { PathRule } from './filters.ts';
import { covered, pending, type LeftOut } from './left-out.ts';
import { folderOf, hasMinifiedName, isSnapshot, namedKind, type NamedKind } from './names.ts';
import { unreadable } from './unreadable.ts';

/** Which rules hold for a run. */
export type ExclusionRules = {
  pathRule: PathRule;
  /** Generated, minified, lock, snapshot and vendored files are left out. */
  generated: boolean;
  /** Files whose changes are too long to read are left out. */
  size: boolean;
};

/** What is known of a PR's files beside its diff. Empty where nobody looked. */
export type ExclusionFacts = {
  /** By path, under every name that a file has or had. */
  attributes: ReadonlyMap<string, SaidByBase>;
  /** All paths of the base; null where nobody looked. */
  basePaths: readonly string[] | null;
  /** By object name. */
  blobs: ReadonlyMap<string, BlobLook>;
};

export const NO_FACTS: ExclusionFacts = { attributes: new Map(), basePaths: null, blobs: new Map() };

/** Whether a file of the PR is left out, and why; null: it is reviewed. docs/not-reviewed.md has the rules as a table. */
export function decideExclusion(file: FileDiff, rules: ExclusionRules, facts: ExclusionFacts): LeftOut | null {
  return (
    byPathRule(file, rules.pathRule) ??
    (rules.generated ? byAttributes(file, facts) : null) ??
    unreadable(file, facts.blobs) ??
    (rules.generated && !isDenied(file, facts) ? (byName(file, facts) ?? byContent(file, facts)) : null) ??
    (rules.size && isTooLarge(file) ? pending('more than 512 KiB of changes') : null)
  );
}

/** A file that is moved is left out only where both its names are: what goes into such a place, or out of it, is read. */
function namesOf(file: FileDiff): string[] {
  return file.status === 'renamed' ? [pathOf(file), file.old?.path ?? pathOf(file)] : [pathOf(file)];
}

export function byPathRule(file: FileDiff, rule: PathRule): LeftOut | null {
  const [input, ...others] = namesOf(file).map(rule);
  return input === null || input === undefined || others.includes(null)
    ? null
    : covered(input === 'paths' ? 'not among paths' : 'among paths-ignore');
}

function byAttributes(file: FileDiff, { attributes }: ExclusionFacts): LeftOut | null {
  const said = namesOf(file).map((name) => attributes.get(name) ?? NOTHING_SAID_BY_BASE);
  if (!said.every(({ generated, vendored }) => generated === true || vendored === true)) return null;
  const word = said[0]?.generated === true ? 'generated' : 'vendored';
  return covered(`${word}, by the .gitattributes of the base`);
}

/** The base says that a file is written by hand, whatever it looks like. */
export function isDenied(file: FileDiff, { attributes }: ExclusionFacts): boolean {
  return namesOf(file).some((name) => {
    const said = attributes.get(name) ?? NOTHING_SAID_BY_BASE;
    return said.generated === false || said.vendored === false;
  });
}

function byName(file: FileDiff, facts: ExclusionFacts): LeftOut | null {
  const [named, ...others] = namesOf(file).map(namedKind);
  if (named === null || named === undefined || others.includes(null)) return null;
  const known = isKnownToBase(file, named, facts);
  switch (named.kind) {
    case 'lockfile':
      return covered('lockfile');
    case 'vendored':
      return known ? covered('vendored folder') : pending('in a vendored folder that the base does not have');
    case 'snapshot':
      return known ? covered('snapshot') : pending('snapshot, and the base has none');
    case 'minified':
      return known ? covered('minified') : pending('minified, and the base has no such file there');
    default:
      return named satisfies never;
  }
}

/** Code must not pass for covered by the name it gives itself: the base already has such files there, or this one. */
function isKnownToBase(file: FileDiff, named: NamedKind, { basePaths }: ExclusionFacts): boolean {
  if (hadSuchName(file, named)) return true;
  const path = pathOf(file);
  switch (named.kind) {
    case 'lockfile':
      return true;
    case 'vendored':
      return basePaths?.some((known) => known.startsWith(named.root)) ?? false;
    case 'snapshot':
      return basePaths?.some(isSnapshot) ?? false;
    case 'minified':
      return basePaths?.some((known) => hasMinifiedName(known) && folderOf(known) === folderOf(path)) ?? false;
    default:
      return named satisfies never;
  }
}

/** The base has the file under a name of the same kind: a lockfile moved into a vendored folder was never code of others. */
export function hadSuchName({ old }: FileDiff, named: NamedKind): boolean {
  return old !== null && namedKind(old.path)?.kind === named.kind;
}

function byContent(file: FileDiff, facts: ExclusionFacts): LeftOut | null {
  const before = lookAt(file, 'old', facts);
  // Of a file that goes, what it was decides.
  const latest = file.new === null ? before : lookAt(file, 'new', facts);
  if (latest === null) return null;
  const [path, base] = [pathOf(file), file.old?.path ?? pathOf(file)];
  if (before !== null && saysGenerated(before.start) && saysGenerated(latest.start)) {
    return covered('generated, by its header');
  }
  if (!isMinified(path, latest)) return null;
  const was = before !== null && isMinified(base, before);
  return was ? covered('minified') : pending('minified by this pull request');
}

function lookAt(file: FileDiff, side: 'old' | 'new', { blobs }: ExclusionFacts): BlobLook | null {
  const end = file[side];
  if (end === null) return null;
  const whole = file.status === 'added' || file.status === 'deleted';
  return whole ? lookOfSide(file, side) : (blobs.get(end.oid) ?? null);
}
