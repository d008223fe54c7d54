import { patternFault } from '../exclude/path-filter.ts';
import { quoted, sizeOf } from './faults.ts';
import { linesOf, wordsOf, type Reading } from './text.ts';

const NUL = '\0';

/** One argument per line, no shell. Empty: none given. Arguments can hold secrets, so errors only count. */
export function argumentList(text: string): Reading<string[]> {
  const value = linesOf(text);
  if (text.includes(NUL)) return [{ expected: 'arguments without NUL characters', found: sizeOf(text) }];
  if (value.length > 256) return [{ expected: 'at most 256 arguments', found: `${value.length} lines` }];
  const tooLong = value.some((line) => line.length > 32_768);
  return tooLong ? [{ expected: 'arguments of at most 32768 characters', found: sizeOf(text) }] : { value };
}
argumentList.shape = { kind: 'lines' } as const;

/** Would hand the reviewer our own identity, or stand in for what we tell it. */
const KEPT_BACK = /^(?:ACTIONS_.*|INPUT_.*|PUSHBACK_.*)$/i;

/** Names of environment variables. Whoever writes NAME=value by mistake must not find the value in the log. */
export function variableNames(text: string): Reading<string[]> {
  const names = wordsOf(text);
  if (names.length > 100) return [{ expected: 'at most 100 names', found: `${names.length} of them` }];
  const faults = names.flatMap((name, index) => {
    const found = `entry ${index + 1}, ${sizeOf(name)}`;
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(name)) {
      return [{ expected: 'names of environment variables (letters, digits, underscores), without values', found }];
    }
    return KEPT_BACK.test(name) ? [{ expected: 'no ACTIONS_*, INPUT_* or PUSHBACK_* variable', found: name }] : [];
  });
  return faults.length > 0 ? faults : { value: [...new Set(names)] };
}
variableNames.shape = { kind: 'words' } as const;

/** Names of hosts, each whole: `docs.example.com` says nothing of `example.com`. */
export function hostList(text: string): Reading<string[]> {
  const hosts = wordsOf(text).map((host) => host.toLowerCase());
  if (hosts.length > 100) return [{ expected: 'at most 100 hosts', found: `${hosts.length} of them` }];
  const strange = hosts.filter((host) => !/^(?=.{1,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(host));
  const expected = 'names of hosts such as eslint.org, without scheme, port or path';
  return strange.length > 0
    ? strange.map((host) => ({ expected, found: quoted(host) }))
    : { value: [...new Set(hosts)] };
}
hostList.shape = { kind: 'words' } as const;

/** Paths or globs, one per line. */
export function fileList(text: string): Reading<string[]> {
  const value = linesOf(text);
  if (value.length > 50) return [{ expected: 'at most 50 paths', found: `${value.length} lines` }];
  const strange = value.some((path) => path.includes(NUL) || path.length > 4096);
  return strange ? [{ expected: 'paths of at most 4096 characters, without NUL', found: sizeOf(text) }] : { value };
}
fileList.shape = { kind: 'lines' } as const;

/** A file of the repository, by its path from the root. */
export function repositoryPath(text: string): Reading<string> {
  const inside = text.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  const fits = inside && text.length <= 1024 && !/[\0-\x1f\x7f\\]/.test(text);
  return fits
    ? { value: text }
    : [{ expected: 'the path of one file from the root of the repository, such as docs/review.md' }];
}

/** Patterns of GitHub Actions' `paths` filter, one per line. */
export function pathPatterns(text: string): Reading<string[]> {
  const value = linesOf(text);
  if (value.length > 200) return [{ expected: 'at most 200 patterns', found: `${value.length} lines` }];
  const tooLong = value.some((pattern) => pattern.length > 1000);
  if (tooLong) return [{ expected: 'patterns of at most 1000 characters', found: sizeOf(text) }];
  const faults = value.flatMap((pattern) => {
    const fault = patternFault(pattern);
    const expected = "patterns as in GitHub Actions' paths filter, relative to the repository's root";
    return fault === null ? [] : [{ expected, found: `${quoted(pattern)}, which ${fault}` }];
  });
  if (faults.length > 0) return faults;
  // As Actions has it: without one that takes something, there is nothing to take back.
  const positive = value.length === 0 || value.some((pattern) => !pattern.startsWith('!'));
  return positive ? { value } : [{ expected: 'at least one pattern without "!" (such as **) before those with it' }];
}
pathPatterns.shape = { kind: 'lines' } as const;

const LOGIN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\[bot\])?$/;

export function loginList(text: string): Reading<string[]> {
  const logins = wordsOf(text);
  if (logins.length > 200) return [{ expected: 'at most 200 logins', found: `${logins.length} of them` }];
  const strange = logins.filter((login) => !LOGIN.test(login));
  if (strange.length === 0) return { value: logins };
  return strange.map((login) => ({
    expected: 'logins such as octocat or dependabot[bot]',
    found: JSON.stringify(login),
  }));
}
loginList.shape = { kind: 'words' } as const;
