import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRepository } from '../../../src/adapters/git/open-repository.ts';
import { NOTHING_COVERED, type Coverage } from '../../../src/core/coverage.ts';
import { coverageAfter } from '../../../src/core/interdiff.ts';
import type { ScopeFile } from '../../../src/core/scope.ts';
import type { Repository } from '../../../src/ports/repository.ts';
import { RandomHistory, type Step } from '../../support/git/random-history.ts';
import { scopeOfPush } from '../../support/git/scope-of-push.ts';

const change = fc.record({
  on: fc.constantFrom('main' as const, 'pr' as const, 'pr' as const),
  do: fc.constantFrom(
    'edit' as const,
    'edit' as const,
    'edit' as const,
    'cut' as const,
    'add' as const,
    'delete' as const,
    'rename' as const,
  ),
  file: fc.nat(20),
  at: fc.nat(20),
  lines: fc.integer({ min: 1, max: 3 }),
});
const shape = fc.record({
  do: fc.constantFrom(
    'merge' as const,
    'merge' as const,
    'rebase' as const,
    'rebase' as const,
    'squash' as const,
    'reset' as const,
    'revert' as const,
  ),
});
const push = fc.record({ do: fc.constant('push' as const), left: fc.nat(5) });
const history: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof({ weight: 5, arbitrary: change }, { weight: 2, arbitrary: shape }, { weight: 2, arbitrary: push }),
  { minLength: 4, maxLength: 16 },
);

/** What a person who reads exactly what is in scope has seen so far. */
class Reader {
  readonly lines = new Set<string>();
  readonly removals = new Set<string>();
}

async function runHistory(steps: readonly Step[]): Promise<void> {
  const workFolder = await mkdtemp(join(tmpdir(), 'pushback-histories-'));
  await using repositoryHistory = await RandomHistory.create();
  const objects = join(repositoryHistory.git.folder, '.git', 'objects');
  await using repository = await openRepository({ remoteUrl: null, token: null, workFolder, alternates: objects });
  const reader = new Reader();
  let coverage: Coverage = NOTHING_COVERED;
  try {
    for (const step of [...steps, { do: 'push', left: 0 } as const]) {
      if (step.do !== 'push') await repositoryHistory.apply(step);
      else coverage = await pushAndReview(repositoryHistory, repository, reader, coverage, step.left);
    }
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

/** Checks the scope of a push against what the reader has not seen, then lets them read it, but for `left` files. */
async function pushAndReview(
  history: RandomHistory,
  repository: Repository,
  reader: Reader,
  coverage: Coverage,
  left: number,
): Promise<Coverage> {
  const today = await history.today();
  const { scope, fullDiff, conflicts } = await scopeOfPush(repository, coverage, today);
  const base = await history.linesAt(today.mergeBaseSha);
  const head = await history.linesAt(today.headSha);
  const files = new Map(scope.files.map((file) => [file.path, file]));

  const lost = [...head].flatMap(([path, lines]) =>
    lines.filter(
      (line) => line.startsWith('pr-') && !reader.lines.has(line) && !addedText(files.get(path), lines).has(line),
    ),
  );
  expect({ lost }).toEqual({ lost: [] });

  const foreign = [...files].flatMap(([path, file]) =>
    [...addedText(file, head.get(path) ?? [])].filter((line) => base.get(file.previousPath ?? path)?.includes(line)),
  );
  expect({ foreign }).toEqual({ foreign: [] });

  const shown = new Set(scope.files.flatMap((file) => removedText(file)));
  const removals = removedByPullRequest(base, head);
  expect({ unseen: removals.filter((line) => !reader.removals.has(line) && !shown.has(line)) }).toEqual({ unseen: [] });

  const pendingBefore = new Set(coverage.pending.map(({ path }) => path));
  if (conflicts.length === 0 && pendingBefore.size === 0) {
    const readTwice = [...files].flatMap(([path, file]) =>
      [...addedText(file, head.get(path) ?? [])].filter((line) => reader.lines.has(line)),
    );
    expect({ readTwice }).toEqual({ readTwice: [] });
  }

  const notReviewed = scope.files.slice(0, left).map((file) => ({ path: file.path, reason: 'no budget' }));
  const pending = new Set(notReviewed.map(({ path }) => path));
  for (const [path, lines] of head) if (!pending.has(path)) for (const line of lines) reader.lines.add(line);
  for (const file of scope.files)
    if (!pending.has(file.path)) for (const line of removedText(file)) reader.removals.add(line);
  return coverageAfter({ today, fullDiff, scope, notReviewed });
}

function addedText(file: ScopeFile | undefined, lines: readonly string[]): Set<string> {
  const numbers = (file?.added ?? []).flatMap(({ start, end }) =>
    Array.from({ length: end - start + 1 }, (_, i) => start + i),
  );
  return new Set(numbers.map((number) => lines[number - 1] ?? `no line ${number}`));
}

function removedText(file: ScopeFile): string[] {
  return file.hunks.flatMap((hunk) => hunk.lines.filter((line) => line.kind === 'removed').map((line) => line.text));
}

function removedByPullRequest(base: Map<string, string[]>, head: Map<string, string[]>): string[] {
  const left = new Set([...head.values()].flat());
  return [...base.values()].flat().filter((line) => !left.has(line));
}

describe('scope over random histories', () => {
  test('nothing of the pull request is lost, nothing of upstream is in it', async () => {
    await fc.assert(fc.asyncProperty(history, runHistory), {
      numRuns: 15,
      plugins: [fc.interruptAfterTimeLimit(90_000)],
    });
  }, 120_000);
});
