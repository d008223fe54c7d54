import type { Coverage, CoveredVersion } from '../core/coverage.ts';
import { pathOf, type FileDiff } from '../core/diff.ts';
import { patchDigest } from '../core/patch-digest.ts';
import { versionName } from './carried-versions.ts';

/** Digest of today's patch of a file, by the name people know it by; null for a file that the PR leaves alone. */
export type PatchDigests = (path: string) => string | null;

/** Reckons each only when it is asked for: most pushes ask for none. */
export function patchDigests(fullDiff: readonly FileDiff[], sha256Hex: (text: string) => string): PatchDigests {
  const files = new Map(fullDiff.map((file) => [pathOf(file), file]));
  const known = new Map<string, string>();
  return (path) => {
    const file = files.get(path);
    if (file === undefined) return null;
    const digest = known.get(path) ?? patchDigest(file, sha256Hex);
    known.set(path, digest);
    return digest;
  };
}

/** Whether a file's patch today is the one that was recorded at a version. */
export function samePatches(
  coverage: Coverage,
  version: CoveredVersion,
  today: PatchDigests,
): (path: string) => boolean {
  const name = versionName(version);
  const recorded = new Map(
    coverage.covered
      .filter((entry) => {
        const at = coverage.versions[entry.version];
        return at !== undefined && versionName(at) === name;
      })
      .map(({ path, digest }) => [path, digest]),
  );
  return (path) => {
    const digest = recorded.get(path);
    return digest !== undefined && digest === today(path);
  };
}
