import type { Published, PublishPlan, ReviewEvent, SummaryWrite } from '../../core/publish/plan.ts';
import { pullRequestName } from '../../core/pull-request.ts';
import type { PublishOutcome } from '../../ports/pull-requests.ts';
import { applyChanges } from './apply-changes.ts';
import type { GitHubAccess, GitHubClient } from './client.ts';
import { hostFault } from './faults.ts';
import { ownerAndName } from './read-pull-request.ts';
import { commenting, createComment, editComment } from './sticky-comment.ts';
import { writeOnce, writtenOf, type WriteOutcome, type Writing } from './write-once.ts';

type Publishing = {
  octokit: GitHubClient;
  access: Pick<GitHubAccess, 'clock' | 'log'>;
  plan: PublishPlan;
  stillCurrent: () => Promise<boolean>;
};

/**
 * The review first, then what changes on standing comments together with the summary: it tells of what the review could
 * not take. Stopped anywhere, the next run finds by the markers what is there and writes the rest.
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
        `GitHub took no review with ${review.comments.length} comments (${posted.why}); they stand in the summary instead`,
      );
    }
  }
  const written = await writeSummary(publishing, summary);
  if (written === null) return { outcome: 'overtaken', published };
  published.commentId = written;
  return { outcome: 'published', published };
}

type ReviewToCreate = PublishPlan['review'] & { action: 'create' };

/** GitHub lets nobody request changes on a pull request of their own: then the review only comments. */
async function createReview(publishing: Publishing, review: ReviewToCreate): Promise<WriteOutcome> {
  const posted = await postReview(publishing, review, review.event);
  const own = posted.outcome === 'refused' && review.event === 'REQUEST_CHANGES' && /your own/iu.test(posted.why);
  if (!own) return posted;
  publishing.access.log.warning('Changes could not be requested: the pull request belongs to the account of the token');
  if (review.comments.length === 0) return posted;
  return postReview(publishing, review, 'COMMENT');
}

function postReview(publishing: Publishing, review: ReviewToCreate, event: ReviewEvent): Promise<WriteOutcome> {
  const { octokit, plan } = publishing;
  return writeOnce(writingOf(publishing), {
    doing: { what: `post a review on ${pullRequestName(plan.pullRequest)}`, permission: 'pull-requests: write' },
    async write() {
      const { data } = await octokit.rest.pulls.createReview({
        ...ownerAndName(plan.pullRequest.repository),
        pull_number: plan.pullRequest.number,
        commit_id: plan.headSha,
        event,
        body: review.body,
        comments: review.comments.map(({ path, body, line, startLine, side }) => ({
          path,
          body,
          line,
          side,
          ...(startLine === null ? {} : { start_line: startLine, start_side: side }),
        })),
      });
      return writtenOf(data);
    },
    find: ({ reviews }) => {
      const found = reviews.find(({ runId, attempt }) => runId === plan.runId && attempt === plan.attempt);
      return found === undefined ? null : { id: found.reviewId, nodeId: found.nodeId };
    },
  });
}

/** The comment's id; null where the run was overtaken. */
async function writeSummary(publishing: Publishing, summary: SummaryWrite): Promise<number | null> {
  const { octokit, access, plan, stillCurrent } = publishing;
  const { pullRequest, changes } = plan;
  const applying = { octokit, log: access.log, pullRequest };
  if (changes.length > 0 || summary.action === 'edit') {
    if (!(await stillCurrent())) return null;
  }
  if (summary.action === 'edit') {
    const { commentId, nodeId, body } = summary;
    const edited =
      changes.length === 0
        ? await editComment(octokit, pullRequest, commentId, body)
        : await applyChanges(applying, changes, { nodeId, body });
    if (edited === 'edited') return commentId;
  } else if (changes.length > 0) {
    await applyChanges(applying, changes, null);
  }
  if (summary.action === 'keep') return summary.commentId;
  const created = await createComment(writingOf(publishing), summary.body);
  if (created.outcome === 'overtaken') return null;
  if (created.outcome === 'written') return created.id;
  throw hostFault(new Error(created.why), commenting(pullRequest));
}

function writingOf({ octokit, access, plan, stillCurrent }: Publishing): Writing {
  const { pullRequest, session, markerKey } = plan;
  return { octokit, access, sought: { pullRequest, session, markerKey }, stillCurrent };
}
