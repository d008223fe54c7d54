import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { isolatedGitEnvironment } from '../../support/git/git-process.ts';
import { RandomHistory, type Step } from '../../support/git/random-history.ts';
import { movedLaw } from '../../support/git/moved-files.ts';
import { repeatedLaw, repeatedLines } from '../../support/git/repeated-lines.ts';
import { moves, runHistory, steps, type Law } from '../../support/git/run-history.ts';
import { scopeOfPush } from '../../support/git/scope-of-push.ts';
import { uniqueLaw, uniqueLines } from '../../support/git/unique-lines.ts';

/** `npm run deep` has thousands. */
const HISTORIES = Number(process.env['PUSHBACK_HISTORIES'] ?? 24);
const TIME_LIMIT_MS = process.env['PUSHBACK_DEEP'] === undefined ? 60_000 : 12 * 3_600_000;

const KINDS = [
  { name: 'unique lines: nothing of the pull request is lost, nothing of upstream is in it', of: uniqueKind, steps },
  { name: 'repeated lines: reference plus scope plus what left equals the head', of: repeatedKind, steps },
  { name: 'files that come and go: none without having been in scope', of: movedKind, steps: moves },
];

function uniqueKind(): { writer: ReturnType<typeof uniqueLines>; law: Law } {
  return { writer: uniqueLines(), law: uniqueLaw() };
}

function repeatedKind(): { writer: typeof repeatedLines; law: Law } {
  return { writer: repeatedLines, law: repeatedLaw() };
}

function movedKind(): { writer: ReturnType<typeof uniqueLines>; law: Law } {
  return { writer: uniqueLines(), law: movedLaw() };
}

describe('scope over random histories', () => {
  test.each(KINDS)(
    '$name',
    async ({ of, steps: histories }) => {
      const property = fc.asyncProperty(histories, (history) => runHistory(history, of()));
      await fc.assert(property, { numRuns: HISTORIES, plugins: [fc.interruptAfterTimeLimit(TIME_LIMIT_MS)] });
    },
    TIME_LIMIT_MS + 60_000,
  );
});

const BUSY: Step[] = [
  { on: 'pr', do: 'edit', file: 0, at: 3, lines: 2, text: 1 },
  { on: 'main', do: 'edit', file: 0, at: 3, lines: 3, text: 2 },
  { do: 'push', left: 0, overtaken: false },
  { do: 'merge', resolve: 'both' },
  { on: 'pr', do: 'rename', file: 1, at: 0, lines: 1, text: 0 },
  { on: 'release', do: 'cut', file: 2, at: 1, lines: 2, text: 0 },
  { on: 'pr', do: 'add', file: 0, at: 0, lines: 3, text: 9 },
  { do: 'retarget' },
  { do: 'rebase' },
];

const SHAPES: Step[] = [
  { do: 'squash' },
  { on: 'pr', do: 'edit', file: 1, at: 2, lines: 2, text: 3 },
  { on: 'main', do: 'delete', file: 3, at: 0, lines: 1, text: 0 },
  { do: 'reset' },
  { on: 'pr', do: 'cut', file: 0, at: 1, lines: 1, text: 0 },
  { do: 'revert' },
  { on: 'release', do: 'edit', file: 0, at: 1, lines: 1, text: 8 },
  { do: 'merge', resolve: 'theirs' },
  { do: 'revert' },
];

describe('a law that is broken', () => {
  const drops =
    (which: (path: string) => boolean): typeof scopeOfPush =>
    async (...given) => {
      const found = await scopeOfPush(...given);
      return { ...found, scope: { ...found.scope, files: found.scope.files.filter(({ path }) => !which(path)) } };
    };

  test.each(KINDS)('shows, with the commands that lead there: $name', async ({ of }) => {
    const broken = runHistory(BUSY, { ...of(), scopeOf: drops((path) => /^(?:a\.txt|pr-)/.test(path)) });
    await expect(broken).rejects.toThrow(
      /(?:lost|a\.txt|come).*The history, in an empty folder:\n.*git init.*git commit/s,
    );
    await expect(runHistory(BUSY, of())).resolves.toBeUndefined();
  });

  test('the commands give the same trees again', async () => {
    await using history = await RandomHistory.create(repeatedLines);
    for (const step of [...BUSY, ...SHAPES]) if (step.do !== 'push') await history.apply(step);
    const home = await mkdtemp(join(tmpdir(), 'pushback-again-'));
    try {
      const options = { cwd: home, env: isolatedGitEnvironment(home), encoding: 'utf8', stdio: 'pipe' } as const;
      execFileSync('sh', ['-c', history.git.script.toString()], options);
      const trees = ['main^{tree}', 'release^{tree}', 'pr^{tree}'];
      const again = execFileSync('git', ['rev-parse', ...trees], options).trim();
      expect(again).toBe(await history.git.git('rev-parse', ...trees));
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
});
