import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGitHubChecks } from '../../../src/adapters/github/checks.ts';
import type { GitHubAccess } from '../../../src/adapters/github/client.ts';
import { createGitHubPullRequests } from '../../../src/adapters/github/pull-requests.ts';
import { signWith } from '../../../src/adapters/github/sign.ts';
import { openRepository } from '../../../src/adapters/git/open-repository.ts';
import { createMemoryLedger } from '../../../src/adapters/ledger-memory/ledger.ts';
import { hashOfToken, newHolderToken, randomHex, sha256Hex } from '../../../src/adapters/system/randomness.ts';
import { EpochSeconds, PullRequestNumber, RepositoryName, SessionName } from '../../../src/core/ids.ts';
import type { PullReport } from '../../../src/core/report.ts';
import type { ReviewPorts } from '../../../src/pipeline/ports.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { runReview } from '../../../src/run-review.ts';
import { GitRepository } from '../../support/git/git-repository.ts';
import { startGitHub, type GitHub } from '../../support/github/start-github.ts';
import type { Pull, Repo } from '../../support/github/state.ts';
import { silentLog } from '../../support/silent-log.ts';
import { scopeReviewer } from '../reviewers.ts';
import { aSettings, HEARTBEAT_MS } from '../scene.ts';
import type { Outgoing } from './outgoing.ts';

const CHECK = 'Pushback';

/** Two slips to begin with; the push mends one and makes another elsewhere. */
const MAIN = { 'src/cart.ts': 'one\ntwo\nthree\n' };
const OPENED = { 'src/cart.ts': 'one\nBUG in sums\ntwo\nBUG in names\nthree\n' };
const PUSHED = { 'src/cart.ts': 'one\nmended\ntwo\nBUG in names\nthree\n', 'src/till.ts': 'BUG in the till\n' };

/** What a person would find on a pull request and in the ledger; numbers and commits as what they are. */
export type Standing = {
  summaries: string[];
  reviews: number;
  threads: { path: string; line: number; resolved: boolean; hidden: string | null; comments: string[] }[];
  check: { conclusion: string | null; title: string | null } | null;
  ledger: { state: string; status: string | null };
};

/** One repository on the stand-in for GitHub and one ledger, with a pull request for each story. */
export class CrashWorld implements AsyncDisposable {
  readonly github: GitHub;
  readonly #git: GitRepository;
  readonly #repository: Repo;
  readonly #workFolder: string;
  readonly #ledgerFor: ReturnType<typeof createMemoryLedger>;
  #pulls = 0;
  #runs = 0;

  private constructor(github: GitHub, git: GitRepository, repository: Repo, workFolder: string) {
    this.github = github;
    this.#git = git;
    this.#repository = repository;
    this.#workFolder = workFolder;
    this.#ledgerFor = createMemoryLedger({ clock: this.#clock() });
  }

  static async start(): Promise<CrashWorld> {
    const git = await GitRepository.create();
    await git.commit('Start', MAIN);
    const github = await startGitHub();
    const repository = await github.createRepository({ owner: 'acme', name: 'shop', dir: git.folder });
    return new CrashWorld(github, git, repository, await mkdtemp(join(tmpdir(), 'pushback-crash-')));
  }

  async open(): Promise<Pull> {
    this.#pulls += 1;
    const head = `topic-${this.#pulls}`;
    await this.#git.checkout(head, 'main');
    await this.#git.commit(`Open ${head}`, OPENED);
    return this.github.people.openPullRequest({ repository: this.#repository, head, title: 'Change', author: 'ada' });
  }

  async push(pull: Pull): Promise<void> {
    this.github.clock.advance(60_000);
    await this.#git.checkout(pull.head.ref);
    await this.#git.commit(`Push to ${pull.head.ref}`, PUSHED);
  }

  /** A workflow run, which may be run again. */
  newRun(): string {
    this.#runs += 1;
    return String(9000 + this.#runs);
  }

  /** One attempt of a workflow run; null where it came to nothing. */
  async review(pull: Pull, outgoing: Outgoing, runId: string, attempt: number): Promise<PullReport | null> {
    const { faults } = this.github;
    const run = `${runId}.${attempt}`;
    faults.clear();
    faults.add(...outgoing.gitHubFaults((call) => call.run === run));
    const ports = this.#ports(outgoing, this.github.issueToken({ repository: this.#repository, runId: run }), {
      id: runId,
      attempt,
    });
    const ref = { repository: RepositoryName.parse('acme/shop'), number: PullRequestNumber.parse(pull.number) };
    try {
      return (await runReview(ports, aSettings, [ref])).pulls[0] ?? null;
    } catch {
      return null;
    } finally {
      faults.clear();
    }
  }

  async standing(pull: Pull): Promise<Standing> {
    const plain = (body: string): string => neutral(body, pull.number);
    const check = this.#repository.checks.findLast(({ headSha, name }) => headSha === pull.head.sha && name === CHECK);
    const [view] = await this.#ledger().list(sessionOf(pull));
    return {
      summaries: pull.comments.map(({ body }) => plain(body)),
      reviews: pull.reviews.length,
      threads: pull.threads
        .map(({ path, line, resolvedBy, comments }) => ({
          path,
          line,
          resolved: resolvedBy !== null,
          hidden: comments[0]?.minimized ?? null,
          comments: comments.map(({ body }) => plain(body)),
        }))
        .toSorted((a, b) => (a.comments[0] ?? '').localeCompare(b.comments[0] ?? '')),
      check: check === undefined ? null : { conclusion: check.conclusion, title: check.output.title },
      ledger: { state: view?.state ?? 'none', status: view?.run?.status ?? null },
    };
  }

  #ledger(workflowRun: { id: string; attempt: number } | null = null) {
    return this.#ledgerFor({ ownerId: '9001', workflowRun, trust: 'contributor' });
  }

  /** Waits pass at once; nobody's lease ends of itself, as no run is slow here. */
  #clock(): Clock {
    const { clock } = this.github;
    return {
      now: () => EpochSeconds.parse(Math.floor(clock.now().getTime() / 1000)),
      monotonicMs: () => clock.now().getTime(),
      async sleep(ms, signal) {
        if (ms !== HEARTBEAT_MS) return clock.advance(ms);
        await new Promise<void>((resolve) => {
          if (signal?.aborted === true) resolve();
          signal?.addEventListener('abort', () => resolve(), { once: true });
        });
      },
    };
  }

  #ports(outgoing: Outgoing, gitHubToken: string, workflowRun: { id: string; attempt: number }): ReviewPorts {
    const token = newHolderToken();
    const clock = this.#clock();
    const access: GitHubAccess = {
      token: gitHubToken,
      apiUrl: this.github.apiUrl,
      clock,
      log: silentLog,
      random: () => 0,
    };
    const judging = scopeReviewer({
      each: ({ findings }) => ({
        judgements: findings
          .filter(({ line }) => line === null)
          .map(({ id }) => ({ findingId: id, status: 'fixed', why: '' })),
      }),
    });
    const { folder } = this.#git;
    const repositories = {
      open: () =>
        openRepository({
          remoteUrl: null,
          token: null,
          workFolder: this.#workFolder,
          alternates: join(folder, '.git', 'objects'),
        }),
    };
    return {
      pullRequests: createGitHubPullRequests(access),
      ledger: outgoing.through('ledger', this.#ledger(workflowRun)),
      openRepository: async () => outgoing.through('git', await repositories.open()),
      reviewer: outgoing.through('reviewer', judging),
      tokens: { count: (text) => text.length },
      checks: {
        api: createGitHubChecks(access),
        name: CHECK,
        policy: { failOn: 'warning', onError: 'fail' },
        holding: () => undefined,
        summaryOf: () => '',
      },
      clock,
      log: silentLog,
      checkedOut: null,
      holder: { token, hash: hashOfToken(token), url: `https://github.example/runs/${workflowRun.id}` },
      randomHex,
      sha256Hex,
      signWith,
      interrupted: new AbortController().signal,
      holding: () => undefined,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.github.close();
    await this.#git[Symbol.asyncDispose]();
    await rm(this.#workFolder, { recursive: true, force: true });
  }
}

function sessionOf({ number }: Pull): SessionName {
  return SessionName.parse(`acme/shop#${number}`);
}

/** Without markers, and without what differs between two pull requests that went the same way. */
function neutral(body: string, number: number): string {
  return body
    .replace(/<!--.*?-->/gsu, '')
    .replaceAll(/\b[0-9a-f]{7,64}\b/gu, 'SHA')
    .replaceAll(`/pull/${number}`, '/pull/N')
    .replaceAll(`#${number}`, '#N')
    .replaceAll(/runs\/\d+/gu, 'runs/N')
    .trim();
}
