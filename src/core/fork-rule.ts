import * as z from 'zod';
import type { ReviewerConfig } from './config.ts';

/**
 * Events whose jobs get neither secrets nor a token that writes where the pull request is a fork's. On every other event
 * that leads to a review the job has both, whoever's code it is about.
 */
const EVENTS_WITHOUT_SECRETS: ReadonlySet<string> = new Set(['pull_request', 'pull_request_review_comment']);

/** What the rule needs to know of a run. */
export type ForkCase = {
  eventName: string;
  /** The head lies in another repository than the base, or in one that is gone. */
  fromFork: boolean;
  reviewer: ReviewerConfig['kind'];
  /** The input `allow-fork-code`. */
  allowed: boolean;
};

/**
 * Why this reviewer may not be given this pull request; null where it may. A reviewer that is a program in a work tree can
 * be talked into things by what it reads, and must not be where a stranger's words meet the job's secrets.
 */
export function forkRefusal({ eventName, fromFork, reviewer, allowed }: ForkCase): string | null {
  if (!fromFork || allowed || EVENTS_WITHOUT_SECRETS.has(eventName)) return null;
  switch (reviewer) {
    case 'agent':
    case 'command':
      return (
        `it comes from a fork, and on ${eventName} this job holds secrets and a token that writes: no ${reviewer} runs ` +
        'over its code there. Use reviewer: model or sarif, or accept the risk with allow-fork-code: true'
      );
    case 'model':
    case 'sarif':
      return null;
    default:
      return reviewer satisfies never;
  }
}

const PullRequestPayload = z.object({
  pull_request: z.object({
    head: z.object({ repo: z.object({ id: z.number() }).nullable() }),
    base: z.object({ repo: z.object({ id: z.number() }) }),
  }),
  sender: z.object({ login: z.string() }).optional(),
});

const SAFE =
  'Two safe ways: a model reviewer on pull_request_target, which checks out nothing ' +
  '(docs/workflows/pull-request-target.yml), or an analyser on pull_request whose SARIF a second workflow reviews on ' +
  'workflow_run (docs/workflows/forks.yml)';

/**
 * Which set-up reviews such a pull request; null where the event is none that goes without secrets.
 * @param payload GitHub's event payload, not trusted to have any shape
 */
export function safeSetUp(eventName: string, payload: unknown): string | null {
  if (!EVENTS_WITHOUT_SECRETS.has(eventName)) return null;
  const event = PullRequestPayload.safeParse(payload);
  if (!event.success) return null;
  const { head, base } = event.data.pull_request;
  const less = `to which GitHub gives no OIDC token, no secrets and a token that only reads on ${eventName}`;
  if (head.repo?.id !== base.repo.id) return `The pull request comes from a fork, ${less}. ${SAFE}.`;
  if (event.data.sender?.login === 'dependabot[bot]') return `The run is Dependabot's, ${less}. ${SAFE}.`;
  return null;
}
