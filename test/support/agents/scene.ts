import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRepository } from '../../../src/adapters/git/open-repository.ts';
import {
  createAgentReviewer,
  type AgentReviewerOptions,
} from '../../../src/adapters/reviewers/agents/agent-reviewer.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { AGENT_CLIS } from '../../../src/core/agents/all.ts';
import type { AgentName } from '../../../src/core/agents/cli.ts';
import { PullRequestNumber } from '../../../src/core/ids.ts';
import type { PullRequestRequest, ReviewerOutcome, ReviewRequest } from '../../../src/ports/reviewer.ts';
import { aPullRequest, aRequest } from '../../adapters/reviewers/requests.ts';
import { aKey, aVersion } from '../builders.ts';
import { GitRepository } from '../git/git-repository.ts';
import { startModelServer, type ModelServer } from '../models/server.ts';
import { oracle } from '../models/oracle.ts';

/** In a file that no pull request touches. */
export const INSIDE = 'INSIDE-91c2d7';
const BEFORE = {
  'docs/inside.txt': `${INSIDE}\n`,
  'src/cart.ts': 'export const total = 1;\n',
  'src/tax.ts': 'export const tax = 1;\n',
};
const PLANTED = {
  ...BEFORE,
  'src/cart.ts': 'export const total = 1;\nconst rate = 2; // BUG(rate, critical): Wrong rate\n',
};
const SECOND = { ...PLANTED, 'src/tax.ts': 'export const tax = 1;\nlet due = 3; // BUG(due): Never due\n' };

/** A repository with a pull request, a model server, and folders in which nothing may be left but kept conversations. */
export class AgentScene implements AsyncDisposable {
  readonly models: ModelServer;
  readonly root: string;
  readonly workFolder: string;
  readonly sessionsFolder: string;
  readonly logged: string[] = [];
  readonly #git: GitRepository;
  readonly #pulls: { first: PullRequestRequest; second: PullRequestRequest; other: PullRequestRequest };
  readonly #close: () => Promise<void>;

  private constructor(
    root: string,
    git: GitRepository,
    models: ModelServer,
    pulls: AgentScene['pulls'],
    close: () => Promise<void>,
  ) {
    this.root = root;
    this.workFolder = join(root, 'work');
    this.sessionsFolder = join(root, 'sessions');
    this.#git = git;
    this.models = models;
    this.#pulls = pulls;
    this.#close = close;
  }

  static async open(): Promise<AgentScene> {
    const root = await mkdtemp(join(tmpdir(), 'agents-'));
    await mkdir(join(root, 'work'));
    const git = await GitRepository.create();
    const base = await git.commit('base', BEFORE);
    const first = await git.commit('first', PLANTED);
    const second = await git.commit('second', SECOND);
    const objects = join(git.folder, '.git', 'objects');
    const repository = await openRepository({ remoteUrl: null, token: null, workFolder: root, alternates: objects });
    const models = await startModelServer(oracle());
    const at = (
      headSha: typeof base,
      before: typeof BEFORE,
      after: typeof BEFORE,
      rest: Partial<PullRequestRequest> = {},
    ) =>
      aPullRequest(before, after, {
        version: aVersion({ headSha, mergeBaseSha: base }),
        body: '',
        checkOut: (place) => repository.checkOut({ head: headSha, base, trusted: base, ...place }),
        ...rest,
      });
    const pulls = {
      first: at(first, BEFORE, PLANTED),
      second: at(second, PLANTED, SECOND, {
        decision: { mode: 'incremental', reason: 'new-commits', detail: '' },
        previous: { headSha: first, summary: 'As it was.' },
      }),
      other: at(second, BEFORE, SECOND, {
        pullRequest: { ...aKey, number: PullRequestNumber.parse(77) },
      }),
    };
    return new AgentScene(root, git, models, pulls, async () => repository[Symbol.asyncDispose]());
  }

  get pulls(): { first: PullRequestRequest; second: PullRequestRequest; other: PullRequestRequest } {
    return this.#pulls;
  }

  review(agent: AgentName, command: readonly string[], asked: Asked = {}): Promise<ReviewerOutcome> {
    const { request = aRequest(this.#pulls.first), signal = new AbortController().signal, ...options } = asked;
    const reviewer = createAgentReviewer({
      cli: AGENT_CLIS[agent],
      command,
      model: MODELS[agent],
      apiKey: API_KEY,
      baseUrl: this.models.baseUrl(BASES[agent]),
      maxCostUsd: null,
      passEnv: [],
      env: { ...process.env, ...JOB },
      cwd: this.root,
      workFolder: this.workFolder,
      sessionsFolder: this.sessionsFolder,
      timeoutMs: 120_000,
      graceMs: 300,
      fingerprintParts: [],
      clock: systemClock,
      log: { info: (line) => this.logged.push(line), warning: (line) => this.logged.push(line) },
      ...options,
    });
    return reviewer.review(request, signal);
  }

  /** What calls have left behind. */
  leftovers(): Promise<string[]> {
    return readdir(this.workFolder);
  }

  /** The request about the second push, after one that ended with this conversation. */
  followUp(sessionId: string | null): ReviewRequest {
    return { ...aRequest(this.#pulls.second), previousReviewerSessionId: sessionId };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.models.close();
    await this.#close();
    await this.#git[Symbol.asyncDispose]();
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

export type Asked = Partial<AgentReviewerOptions> & { request?: ReviewRequest; signal?: AbortSignal };

export const API_KEY = 'sk-test-0123456789';

/** What a job on a runner has in its environment, and no agent may see. */
export const JOB = {
  GITHUB_TOKEN: 'ghs_job0123456789',
  GH_TOKEN: 'ghs_job0123456789',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'oidc0123456789',
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example/',
  ACTIONS_RUNTIME_TOKEN: 'runtime0123456789',
  AWS_ACCESS_KEY_ID: 'AKIA0123456789',
  AWS_SECRET_ACCESS_KEY: 'aws0123456789',
  AWS_SESSION_TOKEN: 'aws0123456789',
  INPUT_API_KEY: API_KEY,
  ANTHROPIC_API_KEY: 'sk-other-0123456789',
  OPENAI_API_KEY: 'sk-other-0123456789',
  GEMINI_API_KEY: 'sk-other-0123456789',
} as const;

const MODELS: Readonly<Record<AgentName, string>> = {
  claude: 'claude-sonnet-4-5',
  codex: 'gpt-5-codex',
  gemini: 'gemini-2.5-pro',
  opencode: 'scripted/m1',
  copilot: 'openai/gpt-5',
};

const BASES = {
  claude: 'anthropic',
  codex: 'openai',
  gemini: 'google',
  opencode: 'openai',
  copilot: 'openai',
} as const;
