import type { z } from 'zod';
import type { ClaimAccepted, ClaimAnswer } from '../core/ledger/commands.ts';
import type { SessionName } from '../core/ids.ts';
import { pullRequestName } from '../core/pull-request.ts';
import { LedgerUnavailable } from '../ports/ledger.ts';
import type { PullRequestRef, PullRequestSnapshot } from '../ports/pull-requests.ts';
import { asSeen, lookAt, sessionOf } from './look.ts';
import type { ReviewPorts, ReviewSettings } from './ports.ts';

type Answer = z.infer<typeof ClaimAnswer>;

/** One PR with what the ledger said of it. */
export type Claimed = { pullRequest: PullRequestSnapshot; answer: Answer };

export type ClaimStage = {
  session: SessionName;
  batchId: z.infer<typeof ClaimAccepted>['batchId'];
  claimed: Claimed[];
};

/** The ledger refused the claim as it was put: a fault of configuration, not of the moment. */
export class ClaimRejected extends Error {
  override readonly name = 'ClaimRejected';
}

/**
 * After a look that was stale, the next one comes after these pauses. Clocks differ by a second or so; the ledger takes
 * sights of up to a minute ahead, and together these outlast that: whoever sees the current head gets to claim it.
 */
const STALE_PAUSES_MS = [1_500, 5_000, 15_000, 45_000];
const WAIT_PAUSE_MS = 10_000;

/**
 * Reads the PRs, claims them, and settles what can be settled by looking again: a stale look is repeated (bounded),
 * another holder at the same head is waited for (bounded by `maxWaitMs`). The answers that remain are final.
 */
export async function claimPullRequests(
  ports: ReviewPorts,
  settings: ReviewSettings,
  refs: readonly PullRequestRef[],
): Promise<ClaimStage> {
  const waitUntilMs = ports.clock.monotonicMs() + settings.maxWaitMs;
  const stalePausesMs = [...STALE_PAUSES_MS];
  for (;;) {
    ports.interrupted.throwIfAborted();
    const stage = await claimOnce(ports, settings, refs);
    const pauseMs = pauseBeforeNextLook(stage, stalePausesMs, waitUntilMs - ports.clock.monotonicMs());
    if (pauseMs === null) return stage;
    ports.log.info(`Looking again in ${Math.ceil(pauseMs / 1000)} s: ${stage.claimed.map(said).join('; ')}`);
    await ports.clock.sleep(pauseMs, ports.interrupted);
  }
}

async function claimOnce(
  ports: ReviewPorts,
  settings: ReviewSettings,
  refs: readonly PullRequestRef[],
): Promise<ClaimStage> {
  const pullRequests = await lookAt(ports.pullRequests, refs);
  const [first] = pullRequests;
  if (first === undefined) throw new ClaimRejected('no pull request was named');
  const session = sessionOf(settings, first);
  const outcome = await ports.ledger.claim({
    session,
    pullRequests: pullRequests.map((pullRequest) => asSeen(pullRequest, settings)),
    holder: { tokenHash: ports.holder.hash, url: ports.holder.url },
    leaseSeconds: settings.leaseSeconds,
    force: settings.force,
  });
  if (outcome.outcome === 'rejected') {
    throw new ClaimRejected(outcome.faults.map((fault) => `${fault.path}: ${fault.message}`).join('; '));
  }
  const claimed = pullRequests.map((pullRequest) => ({ pullRequest, answer: answerFor(pullRequest, outcome.answers) }));
  const held = claimed.filter(({ answer }) => isOurs(answer)).flatMap(({ answer }) => answer.run?.runId ?? []);
  ports.holding(session, held);
  for (const one of claimed) ports.log.info(decisionOn(one));
  return { session, batchId: outcome.batchId, claimed };
}

function answerFor({ key }: PullRequestSnapshot, answers: readonly Answer[]): Answer {
  const answer = answers.find(
    ({ pullRequest }) => pullRequest.repositoryId === key.repositoryId && pullRequest.number === key.number,
  );
  if (answer === undefined) throw new LedgerUnavailable(`the ledger did not answer for ${pullRequestName(key)}`);
  return answer;
}

function decisionOn(claimed: Claimed): string {
  const { answer, pullRequest } = claimed;
  const reason = answer.reason === null ? '' : `, ${answer.reason}`;
  return `${answer.answer}${reason} at ${pullRequest.version.headSha.slice(0, 7)}: ${said(claimed)}`;
}

export function isOurs(answer: Answer): boolean {
  return answer.answer === 'review' || answer.answer === 'publish';
}

/**
 * Null: the answers stand. A batch with something of ours in it goes on without the rest, which is claimed once more when
 * that is done: waiting would hold up the others.
 */
function pauseBeforeNextLook(stage: ClaimStage, stalePausesMs: number[], waitLeftMs: number): number | null {
  if (stage.claimed.some(({ answer }) => isOurs(answer))) return null;
  const answers = stage.claimed.map(({ answer }) => answer);
  if (answers.some((answer) => answer.reason === 'stale-head')) return stalePausesMs.shift() ?? null;
  if (!answers.some((answer) => answer.answer === 'wait') || waitLeftMs <= 0) return null;
  return Math.min(WAIT_PAUSE_MS, waitLeftMs);
}

function said({ pullRequest, answer }: Claimed): string {
  return `${pullRequestName(pullRequest.key)}: ${answer.detail}`;
}
