import type { Past } from '../../adapters/git/past.ts';
import type { Rebaser } from '../../adapters/git/rebaser.ts';
import type { ReplayPush } from '../../core/replay/past.ts';
import type { PushCost } from '../../core/replay/totals.ts';
import { cachingRepository } from '../../pipeline/replay/caching-repository.ts';
import { PullReplay } from '../../pipeline/replay/replay-pull.ts';
import { remembering } from '../../pipeline/token-memory.ts';
import { GitFault, type Repository } from '../../ports/repository.ts';
import type { TokenCounter } from '../../ports/tokens.ts';
import type { Drawn } from './draw.ts';

export type Workshop = {
  past: Past;
  /** Shared by all pull requests: one bare repository over the objects that are there. */
  repository: Repository;
  tokens: TokenCounter;
  rebases: { rebaser: Rebaser; commits: number } | null;
};

export type RebaseAttempt = 'clean' | 'conflicted' | 'emptied' | 'not-moved';

export type Replayed =
  | { outcome: 'left-out'; pull: string; why: string }
  | {
      outcome: 'replayed';
      pull: string;
      /** Every commit (or recorded push), and the rebase after them where it went through. */
      pushes: PushCost[];
      grouped: PushCost[] | null;
      rebase: RebaseAttempt | null;
    };

/** Replays one pull request. What its own history makes impossible leaves it out; the others go on. */
export async function replayDrawn(workshop: Workshop, drawn: Drawn): Promise<Replayed> {
  try {
    return await replay(workshop, drawn);
  } catch (error) {
    if (!(error instanceof GitFault)) throw error;
    return { outcome: 'left-out', pull: drawn.name, why: error.message };
  }
}

async function replay(workshop: Workshop, drawn: Drawn): Promise<Replayed> {
  const found = await drawn.pushes();
  if (found.outcome === 'left-out') return { outcome: 'left-out', pull: drawn.name, why: found.why };
  const ports = {
    repository: cachingRepository(workshop.repository, (sha) => workshop.past.treeOf(sha)),
    countTokens: remembering((text) => workshop.tokens.count(text)),
  };
  const commits = found.pushes.flatMap(({ version }) => [version.mergeBaseSha, version.headSha]);
  await workshop.repository.fetch([...new Set(commits)]);
  const { pushes, rest } = await replayAll(new PullReplay(ports, drawn.name), found.pushes);
  const grouped =
    found.grouped === null
      ? null
      : found.grouped.length === found.pushes.length
        ? pushes
        : (await replayAll(new PullReplay(ports, drawn.name), found.grouped)).pushes;
  const rebase = await rebased(workshop, drawn, found.pushes.at(-1));
  if (rebase === null || typeof rebase === 'string') {
    return { outcome: 'replayed', pull: drawn.name, pushes, grouped, rebase };
  }
  const again = await rest.push(rebase);
  return { outcome: 'replayed', pull: drawn.name, pushes: [...pushes, again], grouped, rebase: 'clean' };
}

async function replayAll(
  rest: PullReplay,
  pushes: readonly ReplayPush[],
): Promise<{ pushes: PushCost[]; rest: PullReplay }> {
  const costs: PushCost[] = [];
  for (const push of pushes) costs.push(await rest.push(push));
  return { pushes: costs, rest };
}

/** The last push rebased onto a main some commits later, never later than what it was merged into. */
async function rebased(
  { past, rebases }: Workshop,
  { pull }: Drawn,
  last: ReplayPush | undefined,
): Promise<ReplayPush | Exclude<RebaseAttempt, 'clean'> | null> {
  if (rebases === null || pull === null || last === undefined) return null;
  const onto = await past.nthAfter(last.version.mergeBaseSha, pull.baseSha, rebases.commits);
  if (onto === null || !(await past.isAncestor(last.version.mergeBaseSha, onto))) return 'not-moved';
  const rebase = await rebases.rebaser.rebase(last.version.headSha, onto);
  if (rebase.outcome === 'conflicted') return 'conflicted';
  if (rebase.headSha === onto) return 'emptied';
  return { version: { mergeBaseSha: onto, headSha: rebase.headSha }, relation: 'rewritten' };
}
