import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { foldersText } from '../../../core/agents/agent-prompt.ts';
import { answerSchemas } from '../../../core/agents/answer-schema.ts';
import { NOTHING_SPENT, type AgentCli, type Spent } from '../../../core/agents/cli.ts';
import { isWorthFresh } from '../../../core/agents/failure.ts';
import { modelFault } from '../../../core/agents/model-name.ts';
import { versionText } from '../../../core/agents/version.ts';
import { promptOf } from '../../../core/prompt/prompt.ts';
import { rulesText } from '../../../core/prompt/rules.ts';
import { requestOf } from '../../../core/prompt/request.ts';
import { pullRequestName } from '../../../core/pull-request.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { Reviewer, ReviewerOutcome, ReviewRequest } from '../../../ports/reviewer.ts';
import { reviewsOf } from '../answered.ts';
import { withoutSecrets } from '../printed.ts';
import { converse, withBudgetLeft, type Conversed } from './converse.ts';
import { agentEnvironment } from './environment.ts';
import { findProgram, type FoundProgram } from './find-program.ts';
import { unreachable } from './reach.ts';
import { openSessionStore, type Place, type SessionStore } from './session-store.ts';
import { makeWorkTrees } from './work-trees.ts';

export type AgentReviewerOptions = {
  cli: AgentCli;
  /** Program and arguments to use instead of the one on the PATH; no shell comes near them. */
  command: readonly string[] | null;
  model: string | null;
  apiKey: string | null;
  baseUrl: string | null;
  maxCostUsd: number | null;
  /** Names of variables that it may see beside those that it needs. */
  passEnv: readonly string[];
  /** The environment that these are taken from. */
  env: Readonly<Record<string, string | undefined>>;
  /** Relative programs are meant from there; it is not started there. */
  cwd: string;
  /** An existing folder for what a call needs, which is removed after it. */
  workFolder: string;
  /** Where conversations are kept for the next push; null: they are not. */
  sessionsFolder: string | null;
  timeoutMs: number;
  /** Whatever else changes its answers: filters, for example. */
  fingerprintParts: readonly string[];
  clock: Pick<Clock, 'monotonicMs'>;
  log: Pick<Log, 'info' | 'warning'>;
  /** Between asking it to end and making it; 5 s where left out. */
  graceMs?: number;
};

/** Has an agent's command line review: headless, only reading, in a work tree of its own. docs/agents.md */
export function createAgentReviewer(options: AgentReviewerOptions): Reviewer {
  const { cli, model, fingerprintParts } = options;
  const identity = JSON.stringify(['agent', 1, cli.name, model, rulesText('work-tree', null), fingerprintParts]);
  return {
    name: cli.name,
    model,
    kind: 'scope',
    fingerprint: createHash('sha256').update(identity).digest('hex'),
    async review(request, signal): Promise<ReviewerOutcome> {
      if (signal.aborted) return { outcome: 'aborted' };
      const scratch = await mkdtemp(join(options.workFolder, 'agent-'));
      try {
        return await new Call(options, request, scratch, signal).review();
      } finally {
        await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
      }
    },
  };
}

type Program = Extract<FoundProgram, { outcome: 'found' }>;

/** One call of the reviewer, with what its steps share. */
class Call {
  readonly #options: AgentReviewerOptions;
  readonly #request: ReviewRequest;
  readonly #scratch: string;
  readonly #signal: AbortSignal;
  readonly #store: SessionStore;
  readonly #secrets: readonly string[];
  readonly #deadlineMs: number;
  /** Why the previous review's conversation was not continued, where it was not. */
  #begunAnew: string | null = null;
  /** By a conversation that could not be continued. */
  #lost: Spent = NOTHING_SPENT;

  constructor(options: AgentReviewerOptions, request: ReviewRequest, scratch: string, signal: AbortSignal) {
    this.#options = options;
    this.#request = request;
    this.#scratch = scratch;
    this.#signal = signal;
    this.#store = openSessionStore(options.cli.name, options.sessionsFolder, scratch);
    this.#deadlineMs = options.clock.monotonicMs() + options.timeoutMs;
    const given = [...options.cli.variables, ...options.passEnv].map((name) => options.env[name] ?? '');
    this.#secrets = [options.apiKey ?? '', ...given];
  }

  async review(): Promise<ReviewerOutcome> {
    const { cli, model, baseUrl, env, log } = this.#options;
    const expected = modelFault(cli.name, model);
    if (expected !== null) return { outcome: 'failed', why: `The input model must be ${expected}.`, output: '' };
    const deadEnd = baseUrl === null ? null : await this.#deadEnd(baseUrl);
    if (deadEnd !== null) return { outcome: 'failed', why: deadEnd, output: '' };
    const environment = agentEnvironment({
      env,
      passEnv: this.#options.passEnv,
      folders: { home: this.#scratch, scratch: this.#scratch },
      own: {},
    });
    const { command, cwd } = this.#options;
    const program = await findProgram(cli, command, { env, cwd, environment }, this.#signal);
    if (program.outcome === 'aborted') return program;
    if (program.outcome === 'unfit') return { outcome: 'failed', why: program.why, output: '' };
    log.info(`${cli.title} ${versionText(program.version)} (${program.argv.join(' ')})`);

    const resumed = await this.#resume(program);
    const conversed = resumed ?? (await this.#ask(program, await this.#store.begin(), null, this.#deadlineMs));
    return this.#outcomeOf(conversed);
  }

  async #deadEnd(baseUrl: string): Promise<string | null> {
    const why = await unreachable(baseUrl, this.#options.env);
    if (why === null) return null;
    return `${this.#options.cli.title} would find nobody at base-url ${baseUrl} (${why}): correct it, or start what should listen there.`;
  }

  /** Continues the previous review's conversation; null where it has to be begun anew, with the reason logged. */
  async #resume(program: Program): Promise<Conversed | null> {
    const { clock } = this.#options;
    const sessionId = this.#request.previousReviewerSessionId;
    if (sessionId === null) return null;
    const place = await this.#store.find(sessionId);
    if (place === null) return this.#anew(sessionId, 'its files are not on this machine');
    // Half of the time is left for the new one, should this one hang.
    const now = clock.monotonicMs();
    const conversed = await this.#ask(program, place, sessionId, now + (this.#deadlineMs - now) / 2);
    if (conversed.outcome !== 'failed') return conversed;
    const { failure, why, spent } = conversed;
    if (failure !== 'timeout' && !isWorthFresh(failure)) return conversed;
    this.#lost = spent;
    return this.#anew(sessionId, `${why} ${spentText(spent)}`);
  }

  #anew(sessionId: string, why: string): null {
    const { cli, log } = this.#options;
    this.#begunAnew = withoutSecrets(why, this.#secrets);
    const conversation = JSON.stringify(sessionId.slice(0, 80));
    log.warning(
      `The conversation ${conversation} with ${cli.title} is not continued, a new one gets the same prompt: ${this.#begunAnew}`,
    );
    return null;
  }

  async #ask(program: Program, place: Place, resume: string | null, deadlineMs: number): Promise<Conversed> {
    let isKept = false;
    try {
      const conversed = await this.#converse(program, place, resume, deadlineMs);
      if (conversed.outcome === 'answered' && conversed.sessionId !== null) {
        await this.#store.keep(place, conversed.sessionId, conversed.counters);
        isKept = true;
      }
      return conversed;
    } finally {
      // What failed may be anywhere in the middle of something: nobody is to continue it.
      if (!isKept) await this.#store.discard(place);
    }
  }

  async #converse(program: Program, place: Place, resume: string | null, deadlineMs: number): Promise<Conversed> {
    const { cli, model, apiKey, baseUrl, maxCostUsd, env, passEnv, clock, log } = this.#options;
    const { session, pullRequests } = this.#request;
    const asked = requestOf(session, pullRequests);
    const { desks, objectFolders } = await makeWorkTrees(pullRequests, place.tree);
    const boundary = randomBytes(16).toString('hex');
    const prompt = promptOf(asked, {
      boundary,
      surroundings: 'work-tree',
    });
    const ask = {
      model,
      apiKey,
      baseUrl,
      maxCostUsd,
      schema: answerSchemas(),
      readable: [program.installed, ...objectFolders],
    };
    const { argv } = program;
    const graceMs = this.#options.graceMs ?? 5000;
    const startedMs = clock.monotonicMs();
    const conversed = await converse(
      withBudgetLeft({ cli, argv, place, scratch: this.#scratch, env, passEnv, graceMs, ask }, this.#lost),
      {
        prompt: `${foldersText(desks, place.tree)}\n\n${prompt}`,
        resume,
        asked: pullRequests.map(({ pullRequest }) => pullRequestName(pullRequest)),
        deadlineMs,
      },
      { now: () => clock.monotonicMs(), secrets: this.#secrets },
      this.#signal,
    );
    if (conversed.outcome === 'answered') {
      const seconds = ((clock.monotonicMs() - startedMs) / 1000).toFixed(1);
      log.info(`${cli.title} answered after ${seconds} s. ${spentText(conversed.spent)}`);
    }
    return conversed;
  }

  #outcomeOf(conversed: Conversed): ReviewerOutcome {
    switch (conversed.outcome) {
      case 'aborted':
        return conversed;
      case 'failed':
        return { outcome: 'failed', why: conversed.why, output: conversed.output };
      case 'answered': {
        const { answer, spent, sessionId } = conversed;
        const reviews = reviewsOf(answer, this.#request.pullRequests);
        const begunAnew = this.#begunAnew === null ? {} : { begunAnew: this.#begunAnew };
        return { outcome: 'reviewed', reviews, usage: spent, sessionId, ...begunAnew };
      }
      default:
        return conversed satisfies never;
    }
  }
}

function spentText({ inputTokens, outputTokens, costUsd }: Spent): string {
  const cost = costUsd === null ? '' : `, $${costUsd.toFixed(4)}`;
  return inputTokens === null ? '' : `${inputTokens} tokens read, ${outputTokens ?? 0} written${cost}.`;
}
