import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pMapIterable } from 'p-map';
import { openPast, type Past } from '../adapters/git/past.ts';
import { openRebaser } from '../adapters/git/rebaser.ts';
import { openRepository } from '../adapters/git/open-repository.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { listenForInterruption } from '../adapters/system/interruption.ts';
import { createTokenCounter } from '../adapters/tokens/o200k.ts';
import { replayPage } from '../core/replay/page/page.ts';
import { parsePushesFile, type RecordedPushes } from '../core/replay/pushes-file.ts';
import { replayTable } from '../core/replay/table.ts';
import type { ReplayTotals } from '../core/replay/totals.ts';
import { drawPulls, recordedPulls, type Drawn } from './replay/draw.ts';
import { createProgress } from './replay/progress.ts';
import { replayDrawn, type Replayed, type Workshop } from './replay/replay-drawn.ts';
import { ReplayTally } from './replay/tally.ts';
import { parseReplayFlags, type RawReplayFlags, type ReplayFlags } from './replay-flags.ts';
import type { Streams } from './streams.ts';
import { WrongUse } from './wrong-use.ts';

const INTERRUPTED = 130;

/** `pushback replay`: what every push of a repository's past pull requests would have cost to review. */
export async function replayCommand(raw: RawReplayFlags, streams: Streams): Promise<number> {
  const flags = parseReplayFlags(raw);
  using interruption = listenForInterruption();
  const { signal } = interruption;
  const { past, recorded } = await materialOf(flags);
  const drawn = recorded === null ? await drawPulls(past, flags.seed) : await recordedPulls(past, recorded);
  if (drawn.length === 0) {
    throw new WrongUse([`--repo: ${resolve(flags.repo)} has no pull requests, merges or other branches to replay`]);
  }
  const wanted = recorded === null ? Math.min(flags.pulls, drawn.length) : drawn.length;
  const tally = new ReplayTally(recorded === null);
  await using workshop = await openWorkshop(past, flags.rebase, signal);
  const progress = createProgress({
    total: wanted,
    what: 'pull requests',
    write: streams.isTerminal === true ? streams.err : null,
    monotonicMs: () => systemClock.monotonicMs(),
  });
  progress.update(0);
  try {
    for await (const replayed of inOrder(workshop, drawn)) {
      if (signal.aborted) break;
      tally.add(replayed);
      if (flags.json && replayed.outcome === 'replayed') {
        progress.clear();
        for (const push of replayed.pushes) streams.out(`${JSON.stringify(push)}\n`);
      }
      progress.update(tally.pulls);
      if (tally.pulls >= wanted) break;
    }
  } finally {
    progress.clear();
  }
  if (signal.aborted) {
    streams.err(`error: not replayed: ${messageOf(signal.reason)}\n`);
    return INTERRUPTED;
  }
  const totals = tally.totals();
  if (flags.html !== undefined) await writePage(flags, past, tally, totals);
  streams.out(flags.json ? `${JSON.stringify({ totals })}\n` : replayTable(totals));
  return 0;
}

/** Everything that can be wrong with the flags and what they name. */
async function materialOf(flags: ReplayFlags): Promise<{ past: Past; recorded: RecordedPushes[] | null }> {
  const faults: string[] = [];
  const past = await openPast(flags.repo, flags.base ?? null).catch((error: unknown) => {
    faults.push(`--repo${flags.base === undefined ? '' : ', --base'}: ${messageOf(error)}`);
    return null;
  });
  const recorded = flags.pushes === undefined ? null : await readPushes(flags.pushes, faults);
  if (past === null || faults.length > 0) throw new WrongUse(faults);
  return { past, recorded };
}

async function readPushes(file: string, faults: string[]): Promise<RecordedPushes[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    faults.push(`--pushes: ${messageOf(error)}`);
    return null;
  });
  if (text === null) return [];
  const parsed = parsePushesFile(text);
  if (parsed.ok) return parsed.pulls;
  faults.push(...parsed.faults.map((fault) => `--pushes: ${file}: ${fault}`));
  return [];
}

async function openWorkshop(
  past: Past,
  commits: number | null,
  signal: AbortSignal,
): Promise<Workshop & AsyncDisposable> {
  const stack = new AsyncDisposableStack();
  try {
    const workFolder = await mkdtemp(join(tmpdir(), 'pushback-replay-'));
    stack.defer(() => rm(workFolder, { recursive: true, force: true, maxRetries: 3 }));
    const rebaser = commits === null ? null : stack.use(await openRebaser(past, workFolder, signal));
    const alternates = rebaser?.objectsFolder ?? past.objectsFolder;
    const repository = stack.use(
      await openRepository({ remoteUrl: null, token: null, workFolder, alternates, signal }),
    );
    return {
      past,
      repository,
      tokens: await createTokenCounter(),
      rebases: rebaser === null || commits === null ? null : { rebaser, commits },
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** Replays several at a time and gives them back in the order in which they were drawn. */
async function* inOrder(workshop: Workshop, drawn: readonly Drawn[]): AsyncGenerator<Replayed> {
  const underWay = new Set<Promise<Replayed>>();
  const replay = (each: Drawn): Promise<Replayed> => {
    const replayed = replayDrawn(workshop, each).finally(() => underWay.delete(replayed));
    underWay.add(replayed);
    return replayed;
  };
  const concurrency = Math.max(2, availableParallelism());
  try {
    yield* pMapIterable(drawn, replay, { concurrency, backpressure: concurrency * 4 });
  } finally {
    // Whoever stops early still waits for what was begun: the repositories are about to be removed.
    await Promise.allSettled(underWay);
  }
}

async function writePage(flags: ReplayFlags, past: Past, tally: ReplayTally, totals: ReplayTotals): Promise<void> {
  const page = replayPage({ repository: past.name, main: past.main, pushes: tally.pushes, totals });
  await writeFile(flags.html ?? '', page);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
