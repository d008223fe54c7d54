import type { SessionName } from '../core/ids.ts';
import { SessionName as SessionNameSchema } from '../core/ids.ts';
import { pullRequestName, type SeenPullRequest } from '../core/pull-request.ts';
import type { PullRequestRef, PullRequestSnapshot, PullRequests } from '../ports/pull-requests.ts';
import type { ReviewSettings } from './ports.ts';

/** Reads the PRs as they are now. One that does not exist fails the whole call: a typo must not pass for a review. */
export async function lookAt(
  pullRequests: PullRequests,
  refs: readonly PullRequestRef[],
): Promise<PullRequestSnapshot[]> {
  return Promise.all(
    refs.map(async (ref) => {
      const outcome = await pullRequests.read(ref);
      if (outcome.outcome === 'read') return outcome.pullRequest;
      throw new PullRequestNotFound(`${pullRequestName(ref)}: ${outcome.why}`);
    }),
  );
}

export class PullRequestNotFound extends Error {
  override readonly name = 'PullRequestNotFound';
}

export function sessionOf(settings: ReviewSettings, first: PullRequestSnapshot): SessionName {
  return settings.session ?? SessionNameSchema.parse(pullRequestName(first.key));
}

export function asSeen(pullRequest: PullRequestSnapshot, settings: ReviewSettings): SeenPullRequest {
  return {
    ...pullRequest.key,
    ...pullRequest.version,
    headSeenAt: pullRequest.seenAt,
    state: pullRequest.state,
    draft: pullRequest.draft,
    exclusion: settings.exclusionOf(pullRequest),
  };
}
