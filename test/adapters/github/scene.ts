import { createGitHubChecks } from '../../../src/adapters/github/checks.ts';
import { createGitHubPullRequests } from '../../../src/adapters/github/pull-requests.ts';
import type { Finding } from '../../../src/core/finding.ts';
import {
  CommitSha,
  EpochSeconds,
  RepositoryName,
  PullRequestNumber,
  runIdOf,
  SessionName,
} from '../../../src/core/ids.ts';
import { planPublication, type PublicationOptions } from '../../../src/core/publish/plan-publication.ts';
import type { Conversation, PublishPlan } from '../../../src/core/publish/plan.ts';
import type { Checks } from '../../../src/ports/checks.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { PullRequests, PullRequestSnapshot } from '../../../src/ports/pull-requests.ts';
import { aFinding, aRecord } from '../../support/builders.ts';
import { aFileDiff, aHunk } from '../../core/publish/diffs.ts';
import { GitRepository } from '../../support/git/git-repository.ts';
import { startGitHub, type GitHub, type NewToken } from '../../support/github/start-github.ts';
import type { Pull, Repo } from '../../support/github/state.ts';
import { aContext, somePublicationOptions } from '../../support/views.ts';

export const SESSION = SessionName.parse('acme/shop#1');

/** A pull request on a GitHub of its own, and our adapter looking at it. Its waits take no time. */
export type Scene = AsyncDisposable & {
  github: GitHub;
  git: GitRepository;
  repository: Repo;
  pull: Pull;
  pullRequests: PullRequests;
  /** Milliseconds that were waited, one entry per wait. */
  waits: number[];
  log: string[];
  adapter(token?: Partial<NewToken>, options?: { timeoutMs?: number }): PullRequests;
  checks(token?: Partial<NewToken>): Checks;
  look(): Promise<PullRequestSnapshot>;
  /** The plan for these findings on the conversation as it stands, and the calls that looking took left out of `calls`. */
  plan(findings: Finding[], conversation?: Conversation, options?: Partial<PublicationOptions>): Promise<PublishPlan>;
};

const before = Array.from({ length: 20 }, (_, at) => `line ${at + 1}`);
const after = before.map((line, at) => (at === 9 ? 'changed 10' : line));
const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

const fullDiff = [
  aFileDiff('src/cart.ts', [
    aHunk(7, 7, [' line 7', ' line 8', ' line 9', '-line 10', '+changed 10', ' line 11', ' line 12', ' line 13']),
  ]),
];

export async function setScene(): Promise<Scene> {
  const git = await GitRepository.create();
  await git.commit('base', { 'src/cart.ts': text(before) });
  await git.checkout('feature', 'main');
  await git.commit('change', { 'src/cart.ts': text(after) });
  const github = await startGitHub();
  const repository = await github.createRepository({ owner: 'acme', name: 'shop', dir: git.folder });
  const pull = await github.people.openPullRequest({
    repository,
    head: 'feature',
    title: 'Change a line',
    author: 'alice',
  });
  const waits: number[] = [];
  const log: string[] = [];
  const clock: Clock = {
    now: () => EpochSeconds.parse(Math.floor(github.clock.now().getTime() / 1000)),
    monotonicMs: () => github.clock.now().getTime(),
    sleep: async (ms) => void waits.push(ms),
  };
  const note = (message: string): void => void log.push(message);
  const accessWith = (token: Partial<NewToken>) => ({
    token: github.issueToken({ repository, ...token }),
    apiUrl: github.apiUrl,
    clock,
    log: {
      debug: note,
      info: note,
      notice: note,
      warning: note,
      error: note,
      group: <T>(_: string, body: () => T) => body(),
    },
    random: () => 0,
  });
  const adapter: Scene['adapter'] = (token = {}, options = {}) =>
    createGitHubPullRequests({ ...accessWith(token), ...options });
  const pullRequests = adapter();
  const look = async (): Promise<PullRequestSnapshot> => {
    const outcome = await pullRequests.read({
      repository: RepositoryName.parse('acme/shop'),
      number: PullRequestNumber.parse(pull.number),
    });
    if (outcome.outcome !== 'read') throw new Error(outcome.why);
    return outcome.pullRequest;
  };
  return {
    github,
    git,
    repository,
    pull,
    pullRequests,
    waits,
    log,
    adapter,
    checks: (token = {}) => createGitHubChecks(accessWith(token)),
    look,
    async plan(findings, conversation, options = {}) {
      const { key, version } = await look();
      const record = aRecord({
        pullRequest: key,
        version,
        runId: runIdOf({ ...key, headSha: version.headSha }),
        result: { findings, verdict: 'changes_requested' },
      });
      const standing = conversation ?? (await pullRequests.conversation(key, SESSION, null));
      const context = aContext({ session: SESSION, serverUrl: github.url });
      const plan = planPublication({
        record,
        conversation: standing,
        fullDiff,
        options: { ...somePublicationOptions, ...options },
        context,
      });
      github.calls.length = 0;
      return plan;
    },
    async [Symbol.asyncDispose]() {
      await github.close();
      await git[Symbol.asyncDispose]();
    },
  };
}

/** On the changed line, which the pull request's diff shows. */
export function findingHere(number = 1, overrides: Partial<Finding> = {}): Finding {
  return aFinding({
    id: `f${String(number).padStart(23, '0')}`,
    shortId: number,
    line: 10,
    endLine: 10,
    quote: 'changed 10',
    ...overrides,
  });
}

export const always = (): Promise<boolean> => Promise.resolve(true);

export function shaOf(text: string): CommitSha {
  return CommitSha.parse(text);
}
