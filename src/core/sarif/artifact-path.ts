import type { ArtifactLocation, Run } from './schema.ts';

/**
 * Paths of a SARIF run as paths of the repository: relative, `/` between names, never outside. Null where it is none of
 * the repository's files.
 *
 * Tools write: relative URIs, with or without `uriBaseId` (`%SRCROOT%` is the root whatever the log says it is);
 * absolute `file:` URIs; plain absolute paths; names percent-encoded as a URI should be, or not at all (oxlint).
 *
 * @param roots absolute paths under which the sources lay when the tool ran
 */
export function pathOfArtifact(
  location: ArtifactLocation | null | undefined,
  run: Run,
  roots: readonly string[],
): string | null {
  const { uri, uriBaseId } = withIndex(location, run);
  if (uri === null) return null;
  const absolute = absolutePath(uri);
  if (absolute !== null) return under([...roots, ...knownRoots(run)], absolute);
  if (hasScheme(uri)) return null;
  const prefix = uriBaseId === null ? [] : baseOf(uriBaseId, run, roots);
  const names = segments(uri);
  return prefix === null || names === null ? null : inside([...prefix, ...names]);
}

function withIndex(
  location: ArtifactLocation | null | undefined,
  run: Run,
): { uri: string | null; uriBaseId: string | null } {
  const uri = location?.uri ?? null;
  const index = location?.index ?? -1;
  const listed = uri === null && index >= 0 ? run.artifacts?.[index]?.location : null;
  const found = listed ?? location;
  return { uri: found?.uri ?? null, uriBaseId: found?.uriBaseId ?? null };
}

const SOURCE_ROOT = '%SRCROOT%';
const MAX_BASES = 10;

/** Names between the repository's root and a base; null where the base lies elsewhere or its chain has no end. */
function baseOf(id: string, run: Run, roots: readonly string[]): string[] | null {
  const names: string[] = [];
  let current: string | null = id;
  for (let depth = 0; current !== null; depth += 1) {
    if (depth > MAX_BASES) return null;
    if (current === SOURCE_ROOT) return names;
    const base: ArtifactLocation | undefined = run.originalUriBaseIds?.[current];
    const uri = base?.uri ?? null;
    if (uri !== null) {
      const absolute = absolutePath(uri);
      // A base outside the known roots is where the sources lay on the machine that ran the tool.
      if (absolute !== null) return [...(segmentsUnder([...roots, ...knownRoots(run)], absolute) ?? []), ...names];
      const own = hasScheme(uri) ? null : segments(uri);
      if (own === null) return null;
      names.unshift(...own);
    }
    current = base?.uriBaseId ?? null;
  }
  return names;
}

/** Where the log itself says that its sources lay. */
function knownRoots(run: Run): string[] {
  const absolute = absolutePath(run.originalUriBaseIds?.[SOURCE_ROOT]?.uri ?? '');
  return absolute === null ? [] : [absolute];
}

function under(roots: readonly string[], absolute: string): string | null {
  const names = segmentsUnder(roots, absolute);
  return names === null ? null : inside(names);
}

function segmentsUnder(roots: readonly string[], absolute: string): string[] | null {
  const names = segments(absolute);
  if (names === null) return null;
  const path = normalise(names);
  if (path === null) return null;
  for (const root of roots) {
    const wanted = normalise(root.replaceAll('\\', '/').split('/'));
    if (wanted !== null && wanted.every((name, at) => sameName(name, path[at]))) return path.slice(wanted.length);
  }
  return null;
}

/** Drive letters differ in case. */
function sameName(a: string, b: string | undefined): boolean {
  return a === b || (/^[A-Za-z]:$/.test(a) && a.toLowerCase() === b?.toLowerCase());
}

/** The path of a `file:` URI or of a plain absolute path, still encoded; null for everything else. */
function absolutePath(uri: string): string | null {
  const file = /^file:(?:\/\/[^/]*)?(?<path>\/.*)$/i.exec(uri)?.groups?.['path'];
  if (file !== undefined) return file;
  return uri.startsWith('/') || /^[A-Za-z]:[\\/]/.test(uri) ? uri : null;
}

function hasScheme(uri: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]+:/.test(uri);
}

/** Decoded names; null where one holds what no file name can. */
function segments(uri: string): string[] | null {
  const names = uri.replaceAll('\\', '/').split('/').map(decode);
  return names.some((name) => name.includes('/') || name.includes('\0')) ? null : names;
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    // Not encoded at all: the tool wrote the name as it is.
    return name;
  }
}

function inside(names: readonly string[]): string | null {
  const path = normalise(names);
  return path === null || path.length === 0 ? null : path.join('/');
}

/** Null where `..` leads out. */
function normalise(names: readonly string[]): string[] | null {
  const path: string[] = [];
  for (const name of names) {
    if (name === '' || name === '.') continue;
    if (name !== '..') path.push(name);
    else if (path.pop() === undefined) return null;
  }
  return path;
}
