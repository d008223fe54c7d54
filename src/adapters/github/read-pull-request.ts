import * as z from 'zod';
import { CommitSha, EpochSeconds, PullRequestNumber, RepositoryId, RepositoryName } from '../../core/ids.ts';
import type { PullRequestState } from '../../core/pull-request.ts';
import type { Clock } from '../../ports/clock.ts';
import { HostFault, type HeadRelation, type PullRequestRef, type ReadOutcome } from '../../ports/pull-requests.ts';
import type { GitHubClient } from './client.ts';
import { answered, hostFault } from './faults.ts';

const PullAnswer = z.object({
  number: PullRequestNumber,
  state: z.enum(['open', 'closed']),
  merged_at: z.string().nullable(),
  draft: z.boolean().default(false),
  title: z.string(),
  body: z.string().nullable(),
  html_url: z.string(),
  user: z.object({ login: z.string() }).nullable(),
  labels: z.array(z.object({ name: z.string().nullish() })),
  head: z.object({ sha: CommitSha, repo: z.object({ id: RepositoryId }).nullish() }),
  base: z.object({
    ref: z.string(),
    sha: CommitSha,
    repo: z.object({ id: RepositoryId, full_name: RepositoryName, clone_url: z.string(), default_branch: z.string() }),
  }),
});
type PullAnswer = z.infer<typeof PullAnswer>;

/** As many commits as most pull requests have: whoever asks how the head came from one of them needs no call. */
const LISTED_COMMITS = 100;

const CompareAnswer = z.object({
  commits: z.array(z.object({ sha: CommitSha, commit: z.object({ message: z.string() }) })),
  total_commits: z.int().nonnegative(),
  status: z.enum(['ahead', 'behind', 'identical', 'diverged']),
  base_commit: z.object({ sha: CommitSha }),
  merge_base_commit: z.object({ sha: CommitSha }),
});
type CompareAnswer = z.infer<typeof CompareAnswer>;

const RefAnswer = z.object({ object: z.object({ sha: CommitSha }) });

/** The commits that each head is known to come from: those that comparisons listed, itself among them. `complete`: no other of the PR's own. */
export type Ancestry = Map<CommitSha, { commits: ReadonlySet<CommitSha>; mergeBase: CommitSha; complete: boolean }>;

/** The PR and its merge base: two calls, and one more where its base is not the default branch. Notes in `ancestry` what the comparison says on the way. */
export async function readPullRequest(
  octokit: GitHubClient,
  clock: Clock,
  ancestry: Ancestry,
  ref: PullRequestRef,
): Promise<ReadOutcome> {
  const answer = await getPull(octokit, ref);
  if (answer === null) {
    return {
      outcome: 'not-found',
      why: `GitHub knows no such pull request, or the token may not see it (\`permissions: pull-requests: read\`)`,
    };
  }
  const { pull, date } = answer;
  const compared = await compareWithBase(octokit, pull);
  const { repo, ref: baseRef } = pull.base;
  const isDefault = baseRef === repo.default_branch;
  ancestry.set(pull.head.sha, {
    commits: new Set(compared.commits.map(({ sha }) => sha)),
    mergeBase: compared.merge_base_commit.sha,
    complete: compared.commits.length === compared.total_commits,
  });
  return {
    outcome: 'read',
    pullRequest: {
      key: { repository: pull.base.repo.full_name, repositoryId: pull.base.repo.id, number: pull.number },
      version: {
        headSha: pull.head.sha,
        baseRef: pull.base.ref,
        baseSha: compared.base_commit.sha,
        mergeBaseSha: compared.merge_base_commit.sha,
      },
      seenAt: epochSecondsOf(date) ?? clock.now(),
      state: stateOf(pull),
      draft: pull.draft,
      title: pull.title,
      body: pull.body ?? '',
      author: pull.user?.login ?? 'ghost',
      labels: pull.labels.flatMap(({ name }) => name ?? []),
      fromFork: pull.head.repo?.id !== repo.id,
      commits: {
        listed: compared.commits.map(({ sha, commit }) => ({ sha, message: commit.message })),
        total: compared.total_commits,
      },
      trustedSha: isDefault ? compared.base_commit.sha : await tipOf(octokit, repo.full_name, repo.default_branch),
      url: pull.html_url,
      cloneUrl: pull.base.repo.clone_url,
    },
  };
}

async function getPull(octokit: GitHubClient, ref: PullRequestRef): Promise<{ pull: PullAnswer; date: string } | null> {
  const doing = { what: `read pull request ${ref.repository}#${ref.number}`, permission: 'pull-requests: read' };
  try {
    const { data, headers } = await octokit.rest.pulls.get({
      ...ownerAndName(ref.repository),
      pull_number: ref.number,
    });
    return { pull: checked(PullAnswer, data, doing.what), date: headers.date ?? '' };
  } catch (error) {
    if (answered(error, 404)) return null;
    throw hostFault(error, doing);
  }
}

async function tipOf(octokit: GitHubClient, repository: RepositoryName, branch: string): Promise<CommitSha> {
  const doing = { what: `read the branch ${branch} of ${repository}`, permission: 'contents: read' };
  try {
    const { data } = await octokit.rest.git.getRef({ ...ownerAndName(repository), ref: `heads/${branch}` });
    return checked(RefAnswer, data, doing.what).object.sha;
  } catch (error) {
    throw error instanceof HostFault ? error : hostFault(error, doing);
  }
}

/** Today's tip of the base branch is what counts; where that branch is gone, the last tip that GitHub remembers. */
async function compareWithBase(octokit: GitHubClient, pull: PullAnswer): Promise<CompareAnswer> {
  const { repo, ref, sha } = pull.base;
  const compared =
    (await compare(octokit, repo.full_name, ref, pull.head.sha)) ??
    (await compare(octokit, repo.full_name, sha, pull.head.sha));
  if (compared !== null) return compared;
  throw new HostFault(
    `GitHub finds no common ancestor of ${ref} and ${pull.head.sha.slice(0, 7)} in ${repo.full_name}: without a merge base there is nothing to compare the pull request with`,
  );
}

/** How `head` came from `previousHead`, one call at most. A commit that GitHub has dropped makes it `unknown`. */
export async function readRelation(
  octokit: GitHubClient,
  ancestry: Ancestry,
  repository: RepositoryName,
  previousHead: CommitSha,
  head: CommitSha,
): Promise<HeadRelation> {
  const known = ancestry.get(head);
  if (known?.commits.has(previousHead) === true || known?.mergeBase === previousHead) return 'ahead';
  // A former head that is none of the pull request's commits was rewritten. It might also have landed in the base; that
  // is so rare, and takes so little from the words, that it is worth no call.
  if (known?.complete === true) return 'rewritten';
  const compared = await compare(octokit, repository, previousHead, head);
  if (compared === null) return 'unknown';
  return compared.status === 'ahead' || compared.status === 'identical' ? 'ahead' : 'rewritten';
}

async function compare(
  octokit: GitHubClient,
  repository: RepositoryName,
  base: string,
  head: CommitSha,
): Promise<CompareAnswer | null> {
  const doing = { what: `compare two commits of ${repository}`, permission: 'contents: read' };
  try {
    const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
      ...ownerAndName(repository),
      basehead: `${base}...${head}`,
      per_page: LISTED_COMMITS,
    });
    return checked(CompareAnswer, data, doing.what);
  } catch (error) {
    if (answered(error, 404)) return null;
    throw hostFault(error, doing);
  }
}

function checked<T>(schema: z.ZodType<T>, data: unknown, what: string): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new HostFault(`GitHub's answer when asked to ${what} makes no sense: ${z.prettifyError(parsed.error)}`);
}

function stateOf(pull: PullAnswer): PullRequestState {
  if (pull.merged_at !== null) return 'merged';
  return pull.state;
}

function epochSecondsOf(date: string): EpochSeconds | null {
  const ms = Date.parse(date);
  return Number.isNaN(ms) ? null : EpochSeconds.parse(Math.floor(ms / 1000));
}

export function ownerAndName(repository: RepositoryName): { owner: string; repo: string } {
  const [owner = '', repo = ''] = repository.split('/');
  return { owner, repo };
}
