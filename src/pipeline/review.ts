import { listOpenFindings, placesToRead } from '../core/findings/list-open.ts';
import type { SessionName } from '../core/ids.ts';
import { withinRequest } from '../core/prompt/within-request.ts';
import { pullRequestName } from '../core/pull-request.ts';
import { spentBefore } from '../core/reviewing/spent.ts';
import { shareUsage } from '../core/share-usage.ts';
import type {
  PullRequestRequest,
  PullRequestReview,
  ReviewerOutcome,
  ReviewerUsage,
  ReviewRequest,
} from '../ports/reviewer.ts';
import type { Lease } from './lease.ts';
import type { ReviewPorts, ReviewSettings } from './ports.ts';
import type { Prepared } from './prepared.ts';

/** What the reviewer made of one PR. `unasked`: nothing of it needed a reviewer. */
export type Reviewed =
  | {
      outcome: 'reviewed';
      review: PullRequestReview;
      usage: ReviewerUsage;
      sessionId: string | null;
      begunAnew?: string;
      durationMs: number;
    }
  | { outcome: 'unasked' }
  | { outcome: 'failed'; why: string }
  | { outcome: 'overtaken' };

/**
 * Has all PRs of the batch that need it reviewed, by one call of one reviewer. A reviewer that is a function of the tree
 * is asked even where nothing changed: its results are the whole truth at this head, and cost nothing.
 */
export async function reviewBatch(
  ports: ReviewPorts,
  settings: ReviewSettings,
  session: SessionName,
  prepared: readonly Prepared[],
  lease: Lease,
  noteProgress: NoteProgress,
): Promise<{ pr: Prepared; reviewed: Reviewed }[]> {
  const answers = new Map<Prepared, Reviewed>();
  const asked: Asked[] = [];
  for (const pr of prepared.filter((one) => needsReviewer(one, ports.reviewer.kind))) {
    try {
      asked.push({ pr, request: await requestFor(pr) });
    } catch (error) {
      answers.set(pr, { outcome: 'failed', why: messageOf(error) });
    }
  }
  if (asked.length > 0) {
    for (const [pr, reviewed] of await ask(ports, settings, session, asked, lease, noteProgress))
      answers.set(pr, reviewed);
  }
  return prepared.map((pr) => ({ pr, reviewed: answers.get(pr) ?? { outcome: 'unasked' } }));
}

/** Told what the reviewer has of a PR so far. */
export type NoteProgress = (pr: Prepared, reviewed: Extract<Reviewed, { outcome: 'reviewed' }>) => void;

type Asked = { pr: Prepared; request: PullRequestRequest };

async function ask(
  ports: ReviewPorts,
  settings: ReviewSettings,
  session: SessionName,
  asked: readonly Asked[],
  lease: Lease,
  noteProgress: NoteProgress,
): Promise<Map<Prepared, Reviewed>> {
  const { reviewer, clock, log, interrupted } = ports;
  const prs = asked.map(({ pr }) => pr);
  log.info(`Asking the reviewer ${reviewer.name} about ${prs.map(nameOf).join(', ')}`);
  const startedMs = clock.monotonicMs();
  const timeout = AbortSignal.timeout(settings.timeoutMs);
  const request: ReviewRequest = {
    session,
    pullRequests: asked.map((one) => one.request),
    previousReviewerSessionId: sessionToContinue(prs),
  };
  // What an analyser says rests on the tree, and is placed by it; a reader's word counts for what it was asked about.
  const answering = (review: PullRequestReview): { review: PullRequestReview; dropped: string[] } => {
    const about = request.pullRequests.find((one) => pullRequestName(one.pullRequest) === review.pullRequest);
    return reviewer.kind === 'tree' || about === undefined ? { review, dropped: [] } : withinRequest(review, about);
  };
  let outcome: ReviewerOutcome;
  try {
    const signal = AbortSignal.any([lease.signal, timeout, interrupted]);
    outcome = await reviewer.review(request, signal, (reviews, used) => {
      const shares = sharesOf(used, prs);
      for (const { review } of reviews.map(answering)) {
        const at = prs.findIndex((one) => nameOf(one) === review.pullRequest);
        const [pr, usage = NOTHING_REPORTED] = [prs[at], shares[at]];
        const durationMs = Math.round(clock.monotonicMs() - startedMs);
        const reviewed = { outcome: 'reviewed' as const, review, usage, sessionId: null, durationMs };
        if (pr !== undefined) noteProgress(pr, reviewed);
      }
    });
  } catch (error) {
    outcome = { outcome: 'failed', why: `the reviewer ${reviewer.name} broke: ${messageOf(error)}`, output: '' };
  }
  if (outcome.outcome === 'reviewed') {
    const answered = outcome.reviews.map(answering);
    for (const why of answered.flatMap(({ dropped }) => dropped)) log.info(`Not taken from the reviewer: ${why}`);
    outcome = { ...outcome, reviews: answered.map(({ review }) => review) };
  }
  if (outcome.outcome === 'failed' && outcome.output !== '') log.info(`The reviewer printed: ${outcome.output}`);
  const durationMs = Math.round(clock.monotonicMs() - startedMs);
  return answersOf(outcome, prs, durationMs, () => abortion(lease, interrupted, timeout, settings.timeoutMs));
}

function sharesOf(usage: ReviewerUsage, prs: readonly Prepared[]): ReviewerUsage[] {
  return shareUsage(
    usage,
    prs.map(({ scope }) => scope.tokens),
  );
}

const NOTHING_REPORTED: ReviewerUsage = { inputTokens: null, outputTokens: null, costUsd: null };

export function needsReviewer({ decision }: Prepared, kind: 'scope' | 'tree'): boolean {
  return decision.mode !== 'none' || (kind === 'tree' && decision.reason === 'unchanged');
}

async function requestFor(pr: Prepared): Promise<PullRequestRequest> {
  const { pullRequest, decision, scope, fullDiff, recorded, earlier } = pr;
  const { headSha } = pullRequest.version;
  const today = { headSha, fullDiff: pr.inReview, earlier, dismissals: recorded.dismissals };
  const lines = await pr.readLines(placesToRead(today));
  const previous = recorded.previous.outcome === 'found' ? recorded.previous.record : null;
  return {
    pullRequest: pullRequest.key,
    version: pullRequest.version,
    title: pullRequest.title,
    body: pullRequest.body,
    author: pullRequest.author,
    commits: pullRequest.commits,
    decision,
    previous: previous === null ? null : { headSha: previous.version.headSha, summary: previous.result.summary },
    scope,
    fullDiff,
    findings: listOpenFindings({ ...today, lines }, scope),
    instructions: pr.instructions,
    spent: spentBefore(previous, recorded.sources),
    objects: pr.repository,
    checkOut: (place) =>
      pr.repository.checkOut({
        head: headSha,
        base: pullRequest.version.mergeBaseSha,
        trusted: pullRequest.trustedSha,
        ...place,
      }),
  };
}

/** Only where it is plain whose conversation it is: it comes from the records that the scopes build on, and is one for all. */
function sessionToContinue(asked: readonly Prepared[]): string | null {
  const sessions = asked.map(({ decision, recorded: { previous } }) =>
    decision.mode === 'incremental' && previous.outcome === 'found' ? previous.record.result.reviewer.sessionId : null,
  );
  const [first = null] = sessions;
  return sessions.every((session) => session === first) ? first : null;
}

function abortion(lease: Lease, interrupted: AbortSignal, timeout: AbortSignal, timeoutMs: number): Reviewed {
  if (lease.signal.aborted) return { outcome: 'overtaken' };
  if (interrupted.aborted) return { outcome: 'failed', why: messageOf(interrupted.reason) };
  const minutes = Math.round(timeoutMs / 6000) / 10;
  const why = timeout.aborted
    ? `the reviewer took longer than ${minutes} minutes (timeout-minutes)`
    : 'the reviewer gave up of its own accord';
  return { outcome: 'failed', why };
}

function nameOf({ pullRequest }: Prepared): string {
  return pullRequestName(pullRequest.key);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function answersOf(
  outcome: ReviewerOutcome,
  asked: readonly Prepared[],
  durationMs: number,
  aborted: () => Reviewed,
): Map<Prepared, Reviewed> {
  switch (outcome.outcome) {
    case 'aborted':
      return new Map(asked.map((pr) => [pr, aborted()]));
    case 'failed':
      return new Map(asked.map((pr) => [pr, { outcome: 'failed', why: outcome.why }]));
    case 'reviewed': {
      const shares = sharesOf(outcome.usage, asked);
      return new Map(
        asked.map((pr, index): [Prepared, Reviewed] => {
          const name = nameOf(pr);
          const review = outcome.reviews.find((one) => one.pullRequest === name);
          if (review === undefined) return [pr, { outcome: 'failed', why: `the reviewer said nothing of ${name}` }];
          return [
            pr,
            {
              outcome: 'reviewed',
              review,
              usage: shares[index] ?? NOTHING_REPORTED,
              sessionId: outcome.sessionId,
              ...(outcome.begunAnew === undefined ? {} : { begunAnew: outcome.begunAnew }),
              durationMs,
            },
          ];
        }),
      );
    }
    default:
      return outcome satisfies never;
  }
}
