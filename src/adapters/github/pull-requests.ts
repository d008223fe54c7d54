import type { PullRequests } from '../../ports/pull-requests.ts';
import { createClient, type GitHubAccess } from './client.ts';
import { mayWrite } from './permission.ts';
import { publishPlan } from './publish.ts';
import { readConversation } from './read-conversation.ts';
import { readPullRequest, readRelation, type Ancestry } from './read-pull-request.ts';

/**
 * Pull requests on GitHub or a GitHub Enterprise Server. Calls: `read` two, `relation` one at most (none where the read
 * listed the earlier head), `conversation` one and one more per further hundred comments, `mayWrite` one,
 * `publish` at most two and one more per further hundred threads that change; repeats after faults come on top. Faults are `HostFault`s.
 */
export function createGitHubPullRequests(access: GitHubAccess): PullRequests {
  const octokit = createClient(access);
  const ancestry: Ancestry = new Map();
  return {
    read: (ref) => readPullRequest(octokit, access.clock, ancestry, ref),
    relation: (repository, previousHead, head) => readRelation(octokit, ancestry, repository, previousHead, head),
    conversation: (pullRequest, session, markerKey) => readConversation(octokit, { pullRequest, session, markerKey }),
    mayWrite: (repository, login) => mayWrite(octokit, repository, login),
    publish: (plan, stillCurrent) => publishPlan({ octokit, access, plan, stillCurrent }),
  };
}
