import type { CommitSha } from '../../core/ids.ts';
import { GitFault, type FetchOutcome } from '../../ports/repository.ts';
import { REMOTE, type BareRepository } from './bare-repository.ts';
import { whatGitSaid } from './git-process.ts';
import { withNetworkRetries } from './retry.ts';

const FETCH = [
  'fetch',
  '--quiet',
  '--depth=1',
  '--filter=blob:none',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
  '--no-recurse-submodules',
  '--no-show-forced-updates',
  '--refmap=',
  '--stdin',
  REMOTE,
];

/** Fetches the commits and their trees in one go. Those that the remote refuses are left out and named. */
export async function fetchCommits(repository: BareRepository, commits: readonly CommitSha[]): Promise<FetchOutcome> {
  if (repository.remote === null) {
    return { outcome: 'unavailable', missing: [...commits], why: 'the local repository does not have them' };
  }
  const refused: { sha: CommitSha; why: string }[] = [];
  let wanted = [...commits];
  while (wanted.length > 0) {
    const attempt = await withNetworkRetries(() => tryFetch(repository, wanted));
    if (attempt.outcome === 'fetched') break;
    const named = wanted.filter((sha) => attempt.why.includes(sha));
    // A refusal that names none of them: each is asked for alone.
    if (named.length === 0 && wanted.length > 1) return fetchOneByOne(repository, wanted, refused);
    const dropped = named.length === 0 ? wanted : named;
    refused.push(...dropped.map((sha) => ({ sha, why: attempt.why })));
    wanted = wanted.filter((sha) => !dropped.includes(sha));
  }
  return outcomeOf(refused);
}

async function fetchOneByOne(
  repository: BareRepository,
  commits: readonly CommitSha[],
  refused: { sha: CommitSha; why: string }[],
): Promise<FetchOutcome> {
  for (const sha of commits) {
    const attempt = await withNetworkRetries(() => tryFetch(repository, [sha]));
    if (attempt.outcome === 'refused') refused.push({ sha, why: attempt.why });
  }
  return outcomeOf(refused);
}

function outcomeOf(refused: readonly { sha: CommitSha; why: string }[]): FetchOutcome {
  const [first] = refused;
  if (first === undefined) return { outcome: 'fetched' };
  return { outcome: 'unavailable', missing: refused.map(({ sha }) => sha), why: first.why };
}

type Attempt = { outcome: 'fetched' } | { outcome: 'refused'; why: string };

async function tryFetch(repository: BareRepository, commits: readonly CommitSha[]): Promise<Attempt> {
  // Kept as refs, so that a later fetch can tell the remote what is here already.
  const input = commits.map((sha) => `${sha}:refs/pushback/${sha}\n`).join('');
  const answer = await repository.network(FETCH, { input, anyExit: true });
  // A remote without partial fetch sends every file along, with a warning: none need be asked for again.
  if (/filtering not recognized/i.test(answer.stderr)) repository.mayHoldBlobs = true;
  if (answer.code === 0) return { outcome: 'fetched' };
  const said = whatGitSaid(answer);
  if (/not our ref|unadvertised object|no such remote ref|couldn't find remote ref/i.test(said)) {
    return { outcome: 'refused', why: `the remote refused: ${said}` };
  }
  if (/error: 40[13]|authentication failed|could not read (?:Username|Password)/i.test(said)) {
    throw new GitFault(`the remote refused the token (it must be able to read the repository's contents): ${said}`);
  }
  if (/error: 404|repository .* not found/i.test(said)) {
    throw new GitFault(`the remote has no such repository, or the token can't see it: ${said}`);
  }
  throw new GitFault(`fetching from the remote failed: ${said}`);
}
