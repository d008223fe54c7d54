import * as z from 'zod';
import type { RepositoryName } from '../../core/ids.ts';
import type { GitHubClient } from './client.ts';
import { answered, hostFault } from './faults.ts';
import { ownerAndName } from './read-pull-request.ts';

/** `maintain` reads as write here, `triage` as read. */
const Answer = z.object({ permission: z.string() });

/** One call. GitHub's own word: what people are to a repository elsewhere (member, contributor) is no right to write. */
export async function mayWrite(octokit: GitHubClient, repository: RepositoryName, login: string): Promise<boolean> {
  try {
    const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({
      ...ownerAndName(repository),
      username: login,
    });
    return ['admin', 'write'].includes(Answer.parse(data).permission);
  } catch (error) {
    if (answered(error, 404)) return false;
    throw hostFault(error, { what: `ask what ${login} may do in ${repository}`, permission: 'metadata: read' });
  }
}
