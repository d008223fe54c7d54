import type { IncrementalFlag } from './commands.ts';
import type { FlagItem, FlagSetting } from './items.ts';

/** What is stored of the flag: the deployment's setting, and the owner's own, which goes first. */
export type Flags = { deployment: FlagItem | null; owner: FlagItem | null };

const BUCKETS = 10_000;

/** `on`, `off`, or a percentage with at most two decimals such as `30%`; null for anything else. */
export function parseFlagSetting(text: string): FlagSetting | null {
  if (text === 'on' || text === 'off') return { value: text };
  const percentage = /^([0-9]{1,3}(?:\.[0-9]{1,2})?) ?%$/.exec(text)?.[1];
  if (percentage === undefined || Number(percentage) > 100) return null;
  return { value: 'percentage', percentage: Number(percentage) };
}

/** As people read it, and as `parseFlagSetting` reads it back. */
export function flagSettingText(setting: FlagSetting): string {
  return setting.value === 'percentage' ? `${setting.percentage} %` : setting.value;
}

/** Whether reviews of this owner are incremental, and what that rests on. */
export function evaluateIncremental(flags: Flags, ownerId: string): IncrementalFlag {
  if (flags.owner !== null) return evaluate(flags.owner.setting, ownerId, 'owner');
  if (flags.deployment !== null) return evaluate(flags.deployment.setting, ownerId, 'deployment');
  return { value: true, cause: 'default' };
}

function evaluate(setting: FlagSetting, ownerId: string, level: string): IncrementalFlag {
  if (setting.value !== 'percentage') return { value: setting.value === 'on', cause: `${level}: ${setting.value}` };
  const value = bucketOf(ownerId) < (setting.percentage / 100) * BUCKETS;
  return { value, cause: `${level}: ${flagSettingText(setting)}, this owner is ${value ? 'in' : 'out'}` };
}

/** A number in [0, BUCKETS) that depends on the owner alone, so that an owner stays on one side of a percentage. */
function bucketOf(ownerId: string): number {
  // FNV-1a, then MurmurHash3's finaliser: neighbouring ids land far apart.
  let hash = 0x811c9dc5;
  for (const character of `incremental:${ownerId}`) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % BUCKETS;
}
