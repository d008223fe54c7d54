import { pullRequestName, type PullRequestKey } from '../../core/pull-request.ts';
import type { OpenStickyComment } from '../../ports/sticky-comment.ts';
import { applyChanges } from './apply-changes.ts';
import { createClient, type GitHubAccess, type GitHubClient } from './client.ts';
import { answered, hostFault, type Doing } from './faults.ts';
import { readConversation } from './read-conversation.ts';
import { ownerAndName } from './read-pull-request.ts';
import { writeOnce, writtenOf, type WriteOutcome, type Writing } from './write-once.ts';

/** The summary comments of pull requests, for whoever owns all that stands in them. One call each. */
export function createGitHubStickyComments(access: GitHubAccess): OpenStickyComment {
  const octokit = createClient(access);
  return (pullRequest, session) => ({
    read: () => readConversation(octokit, { pullRequest, session, markerKey: null }),
    async create(body) {
      const sought = { pullRequest, session, markerKey: null };
      const writing = { octokit, access, sought, stillCurrent: async () => true };
      const created = await createComment(writing, body);
      if (created.outcome === 'written') return { commentId: created.id, nodeId: created.nodeId };
      const why = created.outcome === 'refused' ? created.why : created.outcome;
      throw hostFault(new Error(why), commenting(pullRequest));
    },
    edit: ({ commentId, nodeId }, body, changes) =>
      changes.length === 0
        ? editComment(octokit, pullRequest, commentId, body)
        : applyChanges({ octokit, log: access.log, pullRequest }, changes, { nodeId, body }),
  });
}

export function createComment(writing: Writing, body: string): Promise<WriteOutcome> {
  const {
    octokit,
    sought: { pullRequest },
  } = writing;
  return writeOnce(writing, {
    doing: commenting(pullRequest),
    async write() {
      const { data } = await octokit.rest.issues.createComment({
        ...ownerAndName(pullRequest.repository),
        issue_number: pullRequest.number,
        body,
      });
      return writtenOf(data);
    },
    find: ({ summary }) => (summary === null ? null : { id: summary.commentId, nodeId: summary.nodeId }),
  });
}

/** Editing twice does no harm, so the client repeats it by itself. `gone`: someone took the comment away meanwhile. */
export async function editComment(
  octokit: GitHubClient,
  pullRequest: PullRequestKey,
  commentId: number,
  body: string,
): Promise<'edited' | 'gone'> {
  try {
    await octokit.rest.issues.updateComment({
      ...ownerAndName(pullRequest.repository),
      comment_id: commentId,
      body,
    });
    return 'edited';
  } catch (error) {
    if (answered(error, 404)) return 'gone';
    throw hostFault(error, commenting(pullRequest));
  }
}

export function commenting(pullRequest: PullRequestKey): Doing {
  return { what: `comment on ${pullRequestName(pullRequest)}`, permission: 'pull-requests: write' };
}
