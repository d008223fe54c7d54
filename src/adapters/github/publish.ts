import type { Published, PublishPlan, SummaryWrite } from '../../core/publish/plan.ts';
import { pullRequestName } from '../../core/pull-request.ts';
import type { PublishOutcome } from '../../ports/pull-requests.ts';
import type { GitHubAccess, GitHubClient } from './client.ts';
import { hostFault } from './faults.ts';
import { ownerAndName } from './read-pull-request.ts';
import { commenting, createComment, editComment } from './sticky-comment.ts';
import { idOf, writeOnce, type WriteOutcome, type Writing } from './write-once.ts';

type Publishing = {
  octokit: GitHubClient;
  access: Pick<GitHubAccess, 'clock' | 'log'>;
  plan: PublishPlan;
  stillCurrent: () => Promise<boolean>;
};

/**
 * The review first, then the summary: it tells of what the review could not take. Stopped anywhere, the next run finds
 * by the markers what is there and writes the rest.
 */
export async function publishPlan(publishing: Publishing): Promise<PublishOutcome> {
  const published: Published = { commentId: null, reviewId: null, refused: [] };
  const { review } = publishing.plan;
  let { summary } = publishing.plan;
  if (review.action === 'create') {
    const posted = await createReview(publishing, review);
    if (posted.outcome === 'overtaken') return { outcome: 'overtaken', published };
    if (posted.outcome === 'written') published.reviewId = posted.id;
    if (posted.outcome === 'refused') {
      published.refused = review.comments.map(({ findingId }) => findingId);
      summary = review.summaryIfRefused;
      publishing.access.log.warning(
        `GitHub took none of the review's ${review.comments.length} comments (${posted.why}); they stand in the summary instead`,
      );
    }
  }
  const written = await writeSummary(publishing, summary);
  if (written === null) return { outcome: 'overtaken', published };
  published.commentId = written;
  return { outcome: 'published', published };
}

function createReview(
  publishing: Publishing,
  review: PublishPlan['review'] & { action: 'create' },
): Promise<WriteOutcome> {
  const { octokit, plan } = publishing;
  return writeOnce(writingOf(publishing), {
    doing: { what: `post a review on ${pullRequestName(plan.pullRequest)}`, permission: 'pull-requests: write' },
    async write() {
      const { data } = await octokit.rest.pulls.createReview({
        ...ownerAndName(plan.pullRequest.repository),
        pull_number: plan.pullRequest.number,
        commit_id: plan.headSha,
        event: 'COMMENT',
        body: review.body,
        comments: review.comments.map(({ path, body, line, startLine, side }) => ({
          path,
          body,
          line,
          side,
          ...(startLine === null ? {} : { start_line: startLine, start_side: side }),
        })),
      });
      return idOf(data);
    },
    find: ({ reviews }) =>
      reviews.find(({ runId, attempt }) => runId === plan.runId && attempt === plan.attempt)?.reviewId ?? null,
  });
}

/** The comment's id; null where the run was overtaken. */
async function writeSummary(publishing: Publishing, summary: SummaryWrite): Promise<number | null> {
  const { octokit, plan, stillCurrent } = publishing;
  if (summary.action === 'keep') return summary.commentId;
  if (summary.action === 'edit') {
    if (!(await stillCurrent())) return null;
    const edited = await editComment(octokit, plan.pullRequest, summary.commentId, summary.body);
    if (edited === 'edited') return summary.commentId;
  }
  const created = await createComment(writingOf(publishing), summary.body);
  if (created.outcome === 'overtaken') return null;
  if (created.outcome === 'written') return created.id;
  throw hostFault(new Error(created.why), commenting(plan.pullRequest));
}

function writingOf({ octokit, access, plan, stillCurrent }: Publishing): Writing {
  return { octokit, access, pullRequest: plan.pullRequest, session: plan.session, stillCurrent };
}
