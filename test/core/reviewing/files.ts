import type { AskedPullRequest } from '../../../src/core/prompt/request.ts';
import { PullRequestNumber } from '../../../src/core/ids.ts';
import type { ScopeFile } from '../../../src/core/scope.ts';
import type { HunkLine } from '../../../src/core/diff.ts';
import { aPullRequest } from '../../adapters/reviewers/requests.ts';
import { aKey } from '../../support/builders.ts';

/** A new file of these lines, all of it to be reviewed. */
export function aScopeFile(
  path: string,
  lines: readonly string[] = ['x'],
  overrides: Partial<ScopeFile> = {},
): ScopeFile {
  return {
    path,
    previousPath: null,
    status: 'added',
    whole: true,
    why: 'first-review',
    added: lines.length === 0 ? [] : [{ start: 1, end: lines.length }],
    removedAfter: [],
    binary: false,
    hunks:
      lines.length === 0
        ? []
        : [
            {
              oldStart: 0,
              oldLines: 0,
              newStart: 1,
              newLines: lines.length,
              section: '',
              lines: lines.map((text, index) => addedLine(text, index + 1)),
            },
          ],
    ...overrides,
  };
}

export function addedLine(text: string, newLine: number): HunkLine {
  return { kind: 'added', text, oldLine: null, newLine, noNewline: false };
}

export function removedLine(text: string, oldLine: number): HunkLine {
  return { kind: 'removed', text, oldLine, newLine: null, noNewline: false };
}

/** As many lines as tokens: a line of a hunk is a token, and the rest is free. */
export function linesOf(file: ScopeFile): number {
  return file.hunks.reduce((sum, { lines }) => sum + lines.length, 0);
}

export function ofLines(path: string, count: number): ScopeFile {
  return aScopeFile(
    path,
    Array.from({ length: count }, (_, index) => `line ${index}`),
  );
}

export function asking(files: ScopeFile[], overrides: Partial<AskedPullRequest> = {}, number = 12): AskedPullRequest {
  const pull = aPullRequest({}, {});
  return {
    ...pull,
    pullRequest: { ...aKey, number: PullRequestNumber.parse(number) },
    scope: { ...pull.scope, files },
    ...overrides,
  };
}
