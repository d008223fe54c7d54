import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { openRepository } from '../../../src/adapters/git/open-repository.ts';
import { NOTHING_COVERED, type Coverage } from '../../../src/core/coverage.ts';
import { coverageAfter, mergeCoverage } from '../../../src/core/interdiff.ts';
import type { Repository } from '../../../src/ports/repository.ts';
import { RandomHistory, type Change, type LineWriter, type Step } from './random-history.ts';
import { inShort, scopeOfPush, type PushScope } from './scope-of-push.ts';
import { TreeReader, type TreeLines } from './tree-reader.ts';

/** All there is to know about one push, read with plain git, and the scope that is judged by it. */
export type Push = {
  base: TreeLines;
  head: TreeLines;
  reference: TreeLines;
  /** new name -> old name, by git, from the reference and from the base to the head. */
  renamedSince: ReadonlyMap<string, string>;
  renamedByPullRequest: ReadonlyMap<string, string>;
  /** What the steps renamed so far. */
  renames: readonly { from: string; to: string }[];
  scoped: PushScope;
  /** What the scope was computed from. */
  coverage: Coverage;
  /** Paths of the scope that are left unread this time. */
  unread: ReadonlySet<string>;
  /** Earlier reviews of what is left unread now still count. */
  overtaken: boolean;
};

/** Throws where the scope of a push is wrong; may remember what was read. A new one for each history. */
export type Law = (push: Push) => void;

const CHANGES = ['edit', 'edit', 'edit', 'cut', 'add', 'delete', 'rename'] as const;
const change = (changes: readonly Change[]): fc.Arbitrary<Step> =>
  fc.record({
    on: fc.constantFrom('main', 'main', 'release', 'pr', 'pr', 'pr', 'pr'),
    do: fc.constantFrom(...changes),
    file: fc.nat(20),
    at: fc.nat(20),
    lines: fc.integer({ min: 1, max: 3 }),
    text: fc.nat(30),
  });
const shape: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('merge'), resolve: fc.constantFrom('both', 'ours', 'theirs') }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom('rebase', 'rebase', 'squash', 'reset', 'revert', 'retarget') }),
  },
);
const push: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('push'),
  left: fc.oneof(fc.constant(0), fc.nat(3)),
  overtaken: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

/** What was reviewed conflicts with what came in from the base meanwhile. */
const clash: fc.Arbitrary<Step[]> = fc
  .tuple(fc.nat(5), fc.nat(20), shape)
  .map(([file, at, comes]) => [
    { on: 'pr', do: 'edit', file, at, lines: 1, text: at },
    { do: 'push', left: 0, overtaken: false },
    { on: 'main', do: 'edit', file, at, lines: 1, text: at + 1 },
    comes,
  ]);

function stepsOf(changes: readonly Change[]): fc.Arbitrary<Step[]> {
  const one = fc.oneof(
    { weight: 5, arbitrary: change(changes) },
    { weight: 2, arbitrary: shape },
    { weight: 2, arbitrary: push },
  );
  return fc
    .array(fc.oneof({ weight: 12, arbitrary: one.map((step) => [step]) }, { weight: 1, arbitrary: clash }), {
      minLength: 4,
      maxLength: 16,
    })
    .map((parts) => parts.flat());
}

export const steps = stepsOf(CHANGES);

/** Files that come and go, more than they are edited; among them copies, and files that take another's place. */
export const moves = stepsOf(['edit', 'add', 'delete', 'delete', 'rename', 'copy', 'copy', 'replace']);

/** Goes through a history with real git; the error of a broken law ends with the commands that lead there. */
export async function runHistory(
  history: readonly Step[],
  options: { writer: LineWriter; law: Law; scopeOf?: typeof scopeOfPush },
): Promise<void> {
  const workFolder = await mkdtemp(join(tmpdir(), 'pushback-histories-'));
  await using random = await RandomHistory.create(options.writer);
  const alternates = join(random.git.folder, '.git', 'objects');
  const scopeOf = options.scopeOf ?? scopeOfPush;
  let coverage: Coverage = NOTHING_COVERED;
  try {
    await using repository = await openRepository({ remoteUrl: null, token: null, workFolder, alternates });
    // Its folder is there once something was asked of it.
    await repository.fetch([await random.head('pr')]);
    await using reader = new TreeReader(join(workFolder, (await readdir(workFolder))[0] ?? '', 'repository.git'));
    for (const step of [...history, { do: 'push', left: 0, overtaken: false } as const]) {
      if (step.do !== 'push') {
        await random.apply(step);
        continue;
      }
      const today = await random.today();
      const scoped = await scopeOf(repository, coverage, today);
      const notReviewed = scoped.scope.files.slice(0, step.left).map(({ path }) => ({ path, reason: 'no budget' }));
      const range = `${today.mergeBaseSha.slice(0, 7)}..${today.headSha.slice(0, 7)}`;
      const inScope = JSON.stringify(inShort(scoped.scope));
      const how = `${notReviewed.length} left${step.overtaken ? ', overtaken' : ''}`;
      random.git.script.note(`review of ${range}: ${inScope}, ${how}`);
      const [base, head, reference, renamedSince, renamedByPullRequest] = await Promise.all([
        reader.lines(today.mergeBaseSha),
        reader.lines(today.headSha),
        reader.lines(scoped.reference),
        reader.renames(scoped.reference, today.headSha),
        reader.renames(today.mergeBaseSha, today.headSha),
      ]);
      const unread = new Set(notReviewed.map(({ path }) => path));
      const { overtaken } = step;
      const { renames } = random;
      options.law({
        base,
        head,
        reference,
        renamedSince,
        renamedByPullRequest,
        renames,
        scoped,
        coverage,
        unread,
        overtaken,
      });
      const after = coverageAfter({ today, fullDiff: scoped.fullDiff, scope: scoped.scope, notReviewed });
      coverage = overtaken ? mergeCoverage([coverage, after]) : after;
      if (notReviewed.length === 0) await expectNothingLeft(repository, coverage, today, scopeOf);
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${message}\n\nThe history, in an empty folder:\n${random.git.script.toString()}\n`, {
      cause: error,
    });
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

async function expectNothingLeft(
  repository: Repository,
  coverage: Coverage,
  today: Parameters<typeof scopeOfPush>[2],
  scopeOf: typeof scopeOfPush,
): Promise<void> {
  const again = inShort((await scopeOf(repository, coverage, today)).scope);
  if (again.length > 0) throw new Error(`still in scope after everything was read: ${JSON.stringify(again)}`);
}

/** Counts equal texts. */
export function countsOf(lines: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}
