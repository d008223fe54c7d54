import { PullRequestNumber, RepositoryName } from '../ids.ts';
import { MAX_PULL_REQUESTS_PER_CLAIM } from '../ledger/commands.ts';
import { pullRequestName, type NamedPullRequest } from '../pull-request.ts';
import { quoted } from './faults.ts';
import { wordsOf, type Reader } from './text.ts';

/** Where a bare number and a URL are at home. */
export type HostContext = {
  /** The repository that the workflow runs in. */
  repository: RepositoryName;
  /** `https://github.com`, or the origin of another GitHub server. */
  serverUrl: string;
};

/** Numbers, `owner/repo#n` or URLs, separated by blanks, commas or lines; each PR once. */
export function pullRequestList(context: HostContext): Reader<NamedPullRequest[]> {
  return (text) => {
    const words = wordsOf(text);
    if (words.length > MAX_PULL_REQUESTS_PER_CLAIM) {
      const expected = `at most ${MAX_PULL_REQUESTS_PER_CLAIM} pull requests`;
      return [{ expected, found: `${words.length} of them` }];
    }
    const named = words.map((word) => readPullRequest(word, context));
    const strange = words.filter((_, index) => named[index] === null);
    if (strange.length > 0) {
      const expected = `pull requests as 12, owner/repo#12 or ${context.serverUrl}/owner/repo/pull/12`;
      return strange.map((word) => ({ expected, found: quoted(word) }));
    }
    const value = named.filter((pull) => pull !== null);
    const twice = value.filter((pull, index) => value.findIndex((other) => samePullRequest(other, pull)) < index);
    if (twice.length === 0) return { value };
    return twice.map((pull) => ({ expected: 'each pull request once', found: `${pullRequestName(pull)} again` }));
  };
}

function readPullRequest(word: string, context: HostContext): NamedPullRequest | null {
  const bare = /^#?([0-9]{1,10})$/.exec(word);
  if (bare !== null) return named(context.repository, bare[1]);
  const qualified = /^([^/#]+\/[^/#]+)#([0-9]{1,10})$/.exec(word);
  if (qualified !== null) return named(qualified[1], qualified[2]);
  return readUrl(word, context.serverUrl);
}

/** The page of a PR or one of its tabs (`/files`, `/commits`). */
function readUrl(word: string, serverUrl: string): NamedPullRequest | null {
  if (!URL.canParse(word)) return null;
  const url = new URL(word);
  if (url.origin !== new URL(serverUrl).origin || url.username !== '' || url.password !== '') return null;
  const parts = /^\/([^/]+\/[^/]+)\/pull\/([0-9]{1,10})(?:\/|$)/.exec(url.pathname);
  return parts === null ? null : named(parts[1], parts[2]);
}

function named(repository: string | undefined, number: string | undefined): NamedPullRequest | null {
  const name = RepositoryName.safeParse(repository);
  const parsed = PullRequestNumber.safeParse(Number(number));
  return name.success && parsed.success ? { repository: name.data, number: parsed.data } : null;
}

/** GitHub's names do not differ by case. */
function samePullRequest(a: NamedPullRequest, b: NamedPullRequest): boolean {
  return a.number === b.number && a.repository.toLowerCase() === b.repository.toLowerCase();
}
