import { pathOf, type FileDiff } from '../diff.ts';
import { canBeMinified, saysGenerated } from './content.ts';
import {
  byPathRule,
  decideExclusion,
  hadSuchName,
  isDenied,
  type ExclusionFacts,
  type ExclusionRules,
} from './decide.ts';
import { namedKind } from './names.ts';
import { unreadable } from './unreadable.ts';

/** What has to be looked up before `decideExclusion` can tell: nothing that could make no difference is asked for. */

/** Files for which the base's attributes can make a difference. */
export function needAttributes(files: readonly FileDiff[], rules: ExclusionRules): FileDiff[] {
  if (!rules.generated) return [];
  return files.filter((file) => byPathRule(file, rules.pathRule) === null && unreadable(file)?.covered !== true);
}

/** Whether a new file's name has to be held against what the base has. */
export function needBasePaths(files: readonly FileDiff[], rules: ExclusionRules, facts: ExclusionFacts): boolean {
  if (!rules.generated) return false;
  return files.some((file) => {
    const named = namedKind(pathOf(file));
    if (named === null || hadSuchName(file, named) || isDenied(file, facts)) return false;
    return unreadable(file) === null && decideExclusion(file, rules, facts)?.covered === false;
  });
}

/**
 * Blobs whose beginnings have to be looked at, the known ones included. The diff has fetched them. What the base says can
 * make the head's worth a look: to be asked again with what was found.
 */
export function needBlobs(files: readonly FileDiff[], rules: ExclusionRules, facts: ExclusionFacts): string[] {
  const oids = files.flatMap((file) => {
    if (file.old === null || file.new === null) return [];
    const decided = decideExclusion(file, { ...rules, size: false }, facts);
    if (file.binary) return decided?.covered === false ? [file.old.oid] : [];
    const open = rules.generated && decided === null && file.hunks.length > 0 && !isDenied(file, facts);
    if (!open) return [];
    const before = facts.blobs.get(file.old.oid);
    const matters = canBeMinified(pathOf(file)) || (before !== undefined && saysGenerated(before.start));
    return matters ? [file.old.oid, file.new.oid] : [file.old.oid];
  });
  return [...new Set(oids)];
}
