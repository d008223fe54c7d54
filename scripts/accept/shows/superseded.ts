import assert from 'node:assert/strict';
import { pullRequestName } from '../../../src/core/pull-request.ts';
import type { PullReport } from '../../../src/core/report.ts';
import type { Ledger } from '../../../src/ports/ledger.ts';
import type { PullRequestRequest, Reviewer, ReviewerProgress, ReviewRequest } from '../../../src/ports/reviewer.ts';
import { Scene } from '../../../test/pipeline/scene.ts';
import { somePublicationOptions } from '../../../test/support/views.ts';

const RUNS = 10;
const FILES = 30;
const READ_PER_RUN = 2;

/**
 * Ten pushes in a row over a real repository, each cancelling the last: every other run is superseded and learns it by a
 * heartbeat, the rest are interrupted as a `concurrency` group does it. Each gets to read two files. The eleventh run
 * must have in scope what no earlier one has read, or what changed since, and must post what all of them have found.
 */
export async function tenSupersededRuns(): Promise<string> {
  const paths = Array.from({ length: FILES }, (_, index) => `src/file-${String(index).padStart(2, '0')}.ts`);
  await using scene = await Scene.start(
    { 'README.md': 'Shop\n' },
    Object.fromEntries(paths.map((path) => [path, `export const first = 'BUG in ${path}';\n`])),
  );
  /** By path: what it held when it was read last. */
  const read = new Map<string, string>();
  const reads: string[] = [];
  const note = async (path: string): Promise<void> => {
    const content = await scene.git.git('show', `HEAD:${path}`);
    read.set(path, content);
    reads.push(`${path} ${content}`);
  };

  for (let run = 0; run < RUNS; run += 1) {
    await reviewAndLose(scene, run % 2 === 0 ? 'superseded' : 'cancelled', note, async () => {
      // What was read already changes now and then; what was not, too.
      const changed = paths[(run * 7) % FILES] ?? '';
      await scene.push({ [changed]: `export const changed = 'BUG ${run} in ${changed}';\n` });
    });
  }

  const due: string[] = [];
  for (const path of paths) {
    if ((await scene.git.git('show', `HEAD:${path}`)) !== read.get(path)) due.push(path);
  }
  const scopes: string[][] = [];
  const last = await scene.reviewOne({
    reviewer: readerOf({
      async each(pull) {
        scopes.push(pull.scope.files.map(({ path }) => path));
        for (const { path } of pull.scope.files) await note(path);
        return pull.scope.files.map(({ path }) => path);
      },
    }),
    settings: { publication: { ...somePublicationOptions, maxComments: 2 * FILES } },
  });
  const [scope = []] = scopes;
  assert.deepEqual(scope.toSorted(), due.toSorted(), 'the last scope is what nobody has read as it is now');
  assert.equal(reads.length, new Set(reads).size, 'nothing was read twice as it was');
  assert.equal(last.outcome, 'reviewed');
  assert.deepEqual(last.record?.result.coverage.pending, []);
  const open = (last.record?.result.findings ?? []).filter(({ status }) => status === 'new' || status === 'open');
  assert.deepEqual([...new Set(open.map(({ path }) => path))].toSorted(), paths, 'what each of them found is kept');
  const posted = scene.plans().flatMap(({ review }) => (review.action === 'create' ? review.comments : []));
  assert.equal(posted.length, open.length, 'and posted once');
  return `${RUNS} runs came to no end; the last had ${scope.length} of ${FILES} files in scope, ${reads.length} file versions were read, each once; ${posted.length} findings posted`;
}

/** Reads two files, says so, and is then overtaken or interrupted. */
async function reviewAndLose(
  scene: Scene,
  how: 'superseded' | 'cancelled',
  note: (path: string) => Promise<void>,
  push: () => Promise<void>,
): Promise<void> {
  const progressed = Promise.withResolvers<void>();
  const beaten = Promise.withResolvers<void>();
  const interrupt = new AbortController();
  const ledger = scene.ledger();
  const watched: Ledger = {
    ...ledger,
    async heartbeat(command) {
      const outcome = await ledger.heartbeat(command);
      beaten.resolve();
      return outcome;
    },
  };
  const reviewer = readerOf({
    async each(pull) {
      const some = pull.scope.files.slice(0, READ_PER_RUN).map(({ path }) => path);
      for (const path of some) await note(path);
      return some;
    },
    thenWait: () => progressed.resolve(),
  });
  const run = scene.reviewOne({ reviewer, ledger: watched, interrupted: interrupt.signal });
  await Promise.race([progressed.promise, run]);
  if (how === 'cancelled') {
    interrupt.abort('the workflow was cancelled');
    await ended(run);
    await push();
    return;
  }
  scene.clock.beat();
  await beaten.promise;
  await push();
  // Whoever reviews the newer head supersedes this one; here it fails at once, so that the next round begins anew.
  const failing = readerOf({ each: async () => Promise.reject(new Error('the next push came at once')) });
  await ended(scene.reviewOne({ reviewer: failing }));
  scene.clock.beat();
  await ended(run);
}

async function ended(run: Promise<PullReport>): Promise<void> {
  const { outcome } = await run;
  assert.ok(outcome === 'failed' || outcome === 'overtaken', `a run that was to be lost was ${outcome}`);
}

type Script = {
  /** Reads files of the scope, and says which. */
  each: (pull: PullRequestRequest) => Promise<string[]>;
  /** Where given: says what was read so far, calls this, and waits to be stopped. */
  thenWait?: () => void;
};

/** Finds each line that holds BUG in what it reads. */
function readerOf({ each, thenWait }: Script): Reviewer {
  return {
    name: 'reader',
    model: null,
    kind: 'scope',
    fingerprint: 'reader',
    async review({ pullRequests }: ReviewRequest, signal: AbortSignal, progress?: ReviewerProgress) {
      const reviews = await Promise.all(
        pullRequests.map(async (pull) => {
          const done = new Set(await each(pull));
          const files = pull.scope.files.filter(({ path }) => done.has(path));
          return {
            pullRequest: pullRequestName(pull.pullRequest),
            summary: `${files.length} files read`,
            findings: files.flatMap(({ path, hunks }) =>
              hunks
                .flatMap(({ lines }) => lines)
                .filter(({ kind, text }) => kind === 'added' && text.includes('BUG'))
                .map(({ text, newLine }) => ({
                  severity: 'warning' as const,
                  category: 'correctness' as const,
                  path,
                  line: newLine ?? 1,
                  endLine: newLine ?? 1,
                  side: 'RIGHT' as const,
                  quote: text,
                  title: `A bug: ${text}`,
                  body: '',
                })),
            ),
            judgements: [],
            notReviewed: pull.scope.files
              .filter(({ path }) => !done.has(path))
              .map(({ path }) => ({ path, reason: 'not read yet' })),
            analysed: null,
          };
        }),
      );
      const usage = { inputTokens: null, outputTokens: null, costUsd: null };
      if (thenWait === undefined) {
        return { outcome: 'reviewed', reviews, usage, sessionId: null };
      }
      progress?.(reviews, usage);
      const aborted = new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
      });
      thenWait();
      await aborted;
      return { outcome: 'aborted' };
    },
  };
}
