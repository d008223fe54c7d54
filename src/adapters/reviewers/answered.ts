import { pullRequestName } from '../../core/pull-request.ts';
import type { Answer } from '../../core/prompt/answer.ts';
import type { PullRequestRequest, PullRequestReview } from '../../ports/reviewer.ts';

/** An answer as reviews of all that was asked; of what it does not speak, everything waits for a later run. */
export function reviewsOf(answer: Answer, pulls: readonly PullRequestRequest[]): PullRequestReview[] {
  const byName = new Map(answer.reviews.map((review) => [review.pullRequest, review]));
  return pulls.map((pull) => {
    const name = pullRequestName(pull.pullRequest);
    const review = byName.get(name);
    return review === undefined ? notReviewed(name, pull) : { ...review, analysed: null };
  });
}

function notReviewed(pullRequest: string, { scope }: PullRequestRequest): PullRequestReview {
  const reason = "the reviewer's answer does not speak of this pull request";
  const paths = scope.files.map(({ path }) => ({ path, reason }));
  return { pullRequest, summary: '', findings: [], judgements: [], notReviewed: paths, analysed: null };
}
