import type { AgentName } from './agents/cli.ts';
import type { EligibilityRules } from './eligibility.ts';
import type { NamedPullRequest } from './event.ts';
import type { ReviewFilters } from './exclude/filters.ts';
import type { GatePolicy } from './gate.ts';
import type { SessionName } from './ids.ts';
import type { Force } from './ledger/commands.ts';
import type { LinkHosts } from './neutralise.ts';
import type { ResolveThreads } from './publish/settle-threads.ts';
import type { ModelTarget } from './reviewing/model-target.ts';
import type { Budget } from './reviewing/plan.ts';
import type { Prices } from './reviewing/prices.ts';
import type { Severity } from './severity.ts';

/** What the action was told to do: every input read, checked and in its domain's words. Made by `parseInputs`. */
export type Config = {
  /** A secret: never in a log, a comment or an error. */
  githubToken: string;
  ledger: LedgerConfig;
  /** null: a session of its own for each single PR. */
  session: SessionName | null;
  /** Empty: the event says which. */
  pullRequests: NamedPullRequest[];
  reviewer: ReviewerConfig;
  incremental: 'auto' | 'true' | 'false';
  force: Force | null;
  /** What is left out of the review. */
  filters: ReviewFilters;
  eligibility: EligibilityRules;
  /** Whether a command or an agent may work on a fork's code where the job has secrets. */
  allowForkCode: boolean;
  publish: PublishConfig;
  gate: GatePolicy;
  /** Name of the check on the head; null: there is none. */
  checkName: string | null;
  /** File of the default branch that may say what the inputs leave open; null: none is read. */
  configFile: string | null;
  /** File of the trusted branch that says what to look for; null: one of the usual ones. */
  instructionsFile: string | null;
  /** Of the whole run. */
  timeoutMs: number;
};

export type LedgerConfig =
  | {
      kind: 'endpoint';
      /** Without a slash at its end. */
      url: string;
      /** What the OIDC tokens are made out to. */
      audience: string;
      /** Where the previous review is read directly; null: over the endpoint like everything else. */
      readsFrom: TableConfig | null;
    }
  | ({ kind: 'dynamodb' } & TableConfig)
  /** In the pull request's own summary comment. */
  | { kind: 'comment' };

export type TableConfig = { table: string; region: string };

export type ReviewerConfig =
  | {
      kind: 'command';
      /** The program and its arguments; at least one. */
      argv: [string, ...string[]];
      /** Names of the environment variables it may see beside the usual few. */
      passEnv: string[];
    }
  /** Paths or globs; at least one. */
  | { kind: 'sarif'; files: string[] }
  | {
      kind: 'model';
      target: ModelTarget;
      /** A secret; null: the provider's own variable, or the job's identity. */
      apiKey: string | null;
      /** Without a slash at its end; null: the provider's own. */
      baseUrl: string | null;
      /** Of each run. */
      budget: Budget;
      /** Of all runs of a pull request. */
      lifeBudget: Budget;
      /** Instead of what the table says; null: the table's. */
      prices: Prices | null;
      /** Whether findings get a second look. */
      verify: boolean;
    }
  | {
      kind: 'agent';
      agent: AgentName;
      /** Program and arguments instead of the one on the PATH; null: that one. */
      command: [string, ...string[]] | null;
      /** As it was given; null: the agent's own default. */
      model: string | null;
      /** A secret; null: one of the agent's own variables. */
      apiKey: string | null;
      /** Without a slash at its end; null: the provider's own. */
      baseUrl: string | null;
      /** Of each run, in US dollars. */
      maxCostUsd: number | null;
      /** Names of the environment variables it may see beside those that it needs. */
      passEnv: string[];
    };

export type PublishConfig = {
  /** From here on a finding becomes an inline comment; the rest stays in the summary. */
  minSeverity: Severity;
  maxComments: number;
  /** After so many pushes only what is critical or on changed code becomes a comment; 0: never. */
  calmAfter: number;
  resolveThreads: ResolveThreads;
  /** From which severity on open findings make the review request changes; null: it only comments. */
  requestChangesAt: Severity | null;
  /** Hosts that links in the reviewer's words may lead to. */
  linkHosts: LinkHosts;
};
