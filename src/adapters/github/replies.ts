import type { PersonsComment, Replies } from '../../ports/replies.ts';
import { createClient, type GitHubAccess } from './client.ts';
import { hostFault, type Doing } from './faults.ts';
import { ownerAndName } from './read-pull-request.ts';

/** One call each. A reaction that stands already is not made twice. */
export function createGitHubReplies(access: GitHubAccess): Replies {
  const octokit = createClient(access);
  return {
    react: (comment, content) =>
      asFault(answering(comment), async () => {
        const place = { ...ownerAndName(comment.repository), comment_id: comment.id, content };
        if (comment.kind === 'issue') await octokit.rest.reactions.createForIssueComment(place);
        else await octokit.rest.reactions.createForPullRequestReviewComment(place);
      }),
    reply: (comment, body) =>
      asFault(answering(comment), async () => {
        const repository = ownerAndName(comment.repository);
        if (comment.kind === 'issue') {
          await octokit.rest.issues.createComment({ ...repository, issue_number: comment.number, body });
        } else {
          const thread = { pull_number: comment.number, comment_id: comment.id };
          await octokit.rest.pulls.createReplyForReviewComment({ ...repository, ...thread, body });
        }
      }),
  };
}

function answering({ repository, number }: PersonsComment): Doing {
  return { what: `answer a comment on ${repository}#${number}`, permission: 'pull-requests: write' };
}

async function asFault(doing: Doing, call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    throw hostFault(error, doing);
  }
}
