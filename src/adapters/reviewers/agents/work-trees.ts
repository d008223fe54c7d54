import { join } from 'node:path';
import type { Desk } from '../../../core/agents/agent-prompt.ts';
import { isAgentConfiguration } from '../../../core/agents/configuration-paths.ts';
import { pullRequestName } from '../../../core/pull-request.ts';
import type { PullRequestRequest } from '../../../ports/reviewer.ts';

export type WorkTrees = {
  desks: Desk[];
  /** What git reads beside them. */
  objectFolders: string[];
};

/**
 * The files of the pull requests, each at its head: of a single one in the folder itself, of several in a folder each.
 * What would instruct or configure the agent is the default branch's.
 */
export async function makeWorkTrees(pulls: readonly PullRequestRequest[], tree: string): Promise<WorkTrees> {
  const desks: Desk[] = [];
  const objectFolders = new Set<string>();
  for (const [index, pull] of pulls.entries()) {
    const name = pullRequestName(pull.pullRequest);
    const folder = pulls.length === 1 ? tree : join(tree, `${index + 1}-${name.replaceAll(/[^A-Za-z0-9]+/g, '-')}`);
    const checkedOut = await pull.checkOut({ folder, fromTrusted: isAgentConfiguration });
    for (const objects of checkedOut.objectFolders) objectFolders.add(objects);
    const { headSha, mergeBaseSha } = pull.version;
    desks.push({ pullRequest: name, folder, headSha, mergeBaseSha });
  }
  return { desks, objectFolders: [...objectFolders] };
}
