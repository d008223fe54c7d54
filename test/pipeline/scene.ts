import { setTimeout as delay } from 'node:timers/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signWith } from '../../src/adapters/github/sign.ts';
import { openRepository } from '../../src/adapters/git/open-repository.ts';
import { createMemoryLedger } from '../../src/adapters/ledger-memory/ledger.ts';
import { hashOfToken, newHolderToken, randomHex, sha256Hex } from '../../src/adapters/system/randomness.ts';
import { EpochSeconds, PullRequestNumber, RepositoryId, RepositoryName, type RunId } from '../../src/core/ids.ts';
import { NO_FILTERS } from '../../src/core/exclude/filters.ts';
import type { Caller } from '../../src/core/ledger/commands.ts';
import type { PullRequestKey } from '../../src/core/pull-request.ts';
import { NO_LINKS } from '../../src/core/neutralise.ts';
import type { PublishPlan } from '../../src/core/publish/plan.ts';
import type { PullReport, RunReport } from '../../src/core/report.ts';
import type { ReviewPorts, ReviewSettings } from '../../src/pipeline/ports.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import type { Log } from '../../src/ports/log.ts';
import { runReview } from '../../src/run-review.ts';
import { GitRepository, type Files, type Heads } from '../support/git/git-repository.ts';
import { somePublicationOptions } from '../support/views.ts';
import { FakeHost } from './fake-host.ts';
import { scopeReviewer } from './reviewers.ts';

/** Words count as tokens. */
const tokens = { count: (text: string): number => text.match(/\S+/g)?.length ?? 0 };

/** Heartbeats come when the test says so; every other sleep passes at once, and the clock goes on by it. */
export const HEARTBEAT_MS = 30_000;

export type SceneClock = Clock & { advance(seconds: number): void; beat(): void };

function sceneClock(): SceneClock {
  let now = 1_800_000_000;
  let beating: (() => void)[] = [];
  return {
    now: () => EpochSeconds.parse(Math.floor(now)),
    monotonicMs: () => now * 1000,
    advance(seconds) {
      now += seconds;
    },
    beat() {
      const due = beating;
      beating = [];
      due.forEach((go) => go());
    },
    async sleep(ms, signal) {
      if (ms !== HEARTBEAT_MS) {
        now += ms / 1000;
        return delay(0);
      }
      await new Promise<void>((resolve) => {
        beating.push(resolve);
        signal?.addEventListener('abort', () => resolve(), { once: true });
        if (signal?.aborted === true) resolve();
      });
    },
  };
}

/** A repository with `main`, pull requests out of branches of it, and one ledger for all runs. */
export class Scene implements AsyncDisposable {
  readonly git: GitRepository;
  readonly host: FakeHost;
  readonly clock: SceneClock;
  readonly ledgerFor: (caller: Caller) => Ledger;
  readonly log: string[] = [];
  /** What is noted as held, call by call. */
  readonly held: RunId[][] = [];
  readonly #workFolder: string;
  #borrowed = false;

  private constructor(git: GitRepository, clock: SceneClock, workFolder: string, heads: Heads = git) {
    this.git = git;
    this.clock = clock;
    this.#workFolder = workFolder;
    this.host = new FakeHost(heads, clock);
    this.ledgerFor = createMemoryLedger({ clock });
  }

  /** `main` holds `files`; pull request 1 is the branch `topic`, which adds `change`. */
  static async start(files: Files, change: Files): Promise<Scene> {
    const git = await GitRepository.create();
    await git.commit('Start', files);
    const scene = new Scene(git, sceneClock(), await mkdtemp(join(tmpdir(), 'pushback-scene-')));
    await scene.openPull(1, 'topic', change);
    return scene;
  }

  /** Over a repository that belongs to others and is left to them; pull request 1 is `branch`. */
  static async over(git: GitRepository, branch: string, heads: Heads = git): Promise<Scene> {
    const scene = new Scene(git, sceneClock(), await mkdtemp(join(tmpdir(), 'pushback-scene-')), heads);
    scene.#borrowed = true;
    scene.#register(1, branch);
    return scene;
  }

  async openPull(number: number, branch: string, change: Files): Promise<PullRequestKey> {
    await this.git.checkout(branch, 'main');
    await this.git.commit(`Open ${number}`, change);
    return this.#register(number, branch);
  }

  #register(number: number, branch: string): PullRequestKey {
    const key = {
      repository: RepositoryName.parse('acme/shop'),
      repositoryId: RepositoryId.parse(4711),
      number: PullRequestNumber.parse(number),
    };
    this.host.open(key, branch);
    return key;
  }

  /** Commits to the branch that is checked out; some time passes, as between any two pushes. */
  async push(files: Files): Promise<void> {
    this.clock.advance(60);
    await this.git.commit('Push', files);
  }

  ledger(caller: Partial<Caller> = {}): Ledger {
    return this.ledgerFor({ ownerId: '9001', workflowRun: null, trust: 'contributor', ...caller });
  }

  ports(overrides: Partial<ReviewPorts> = {}): ReviewPorts {
    const token = newHolderToken();
    return {
      pullRequests: this.host,
      ledger: this.ledger(),
      openRepository: () =>
        openRepository({
          remoteUrl: null,
          token: null,
          workFolder: this.#workFolder,
          alternates: join(this.git.folder, '.git', 'objects'),
        }),
      reviewer: scopeReviewer(),
      tokens,
      checks: null,
      clock: this.clock,
      log: logInto(this.log),
      checkedOut: null,
      holder: { token, hash: hashOfToken(token), url: 'https://ci.example/runs/1' },
      randomHex,
      sha256Hex,
      signWith,
      interrupted: new AbortController().signal,
      holding: (_session, runIds) => void this.held.push([...runIds]),
      ...overrides,
    };
  }

  /** Runs the pipeline over the pull requests, 1 where none is named. */
  async review(
    overrides: Partial<ReviewPorts> & { settings?: Partial<ReviewSettings>; pulls?: number[] } = {},
  ): Promise<RunReport> {
    const { settings = {}, pulls = [1], ...ports } = overrides;
    const refs = pulls.map((number) => ({
      repository: RepositoryName.parse('acme/shop'),
      number: PullRequestNumber.parse(number),
    }));
    return runReview(this.ports(ports), { ...aSettings, ...settings }, refs);
  }

  async reviewOne(overrides: Parameters<Scene['review']>[0] = {}): Promise<PullReport> {
    const { pulls } = await this.review(overrides);
    if (pulls[0] === undefined) throw new Error('nothing was reported');
    return pulls[0];
  }

  plans(number = 1): PublishPlan[] {
    return this.host.published.filter((plan) => plan.pullRequest.number === number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#borrowed) await this.git[Symbol.asyncDispose]();
    await rm(this.#workFolder, { recursive: true, force: true });
  }
}

export const aSettings: ReviewSettings = {
  session: null,
  incremental: 'auto',
  force: null,
  filters: NO_FILTERS,
  instructionsFile: null,
  exclusionOf: () => null,
  refusalOf: () => null,
  serverUrl: 'https://github.example',
  publication: somePublicationOptions,
  maxLookUps: 3,
  linkHosts: NO_LINKS,
  timeoutMs: 60_000,
  leaseSeconds: 120,
  heartbeatMs: HEARTBEAT_MS,
  maxWaitMs: 150_000,
};

function logInto(lines: string[]): Log {
  const say = (line: string): void => void lines.push(line);
  return {
    debug: () => undefined,
    info: say,
    notice: say,
    warning: (line) => say(`warning: ${line}`),
    error: (line) => say(`error: ${line}`),
    group: (title, body) => {
      say(title);
      return body();
    },
  };
}

/** How a pull request's run ended, in short: `reviewed full/first-review changes_requested`. */
export function inShort(pull: PullReport): string {
  const verdict = pull.record === null ? '-' : pull.record.result.verdict;
  return `${pull.outcome} ${pull.mode ?? '-'}/${pull.reason ?? '-'} ${verdict}`;
}

/** The findings in short: `F1 new a.ts:3`. */
export function findingsOf(pull: PullReport): string[] {
  return (pull.record?.result.findings ?? []).map(
    ({ shortId, status, path, line }) => `F${shortId} ${status} ${path}:${line ?? ''}`,
  );
}
