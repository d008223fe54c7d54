/** An agent's command line, as data: what it is started with, and how what it prints is read. No I/O. */
export type AgentCli = {
  name: AgentName;
  /** As people know it. */
  title: string;
  /** Looked for on the PATH. */
  program: string;
  /** Of npm. */
  packageName: string;
  /** The oldest that knows every option used here; the one the project is tested with. */
  minVersion: Version;
  /** Variables of the job that it may see beside what every program needs: its own keys and settings. */
  variables: readonly string[];
  /** What it reports of a continued conversation counts from the conversation's beginning. */
  cumulative: { tokens: boolean; cost: boolean };
  /** The folder it is started in: the pull request's tree, or an empty one beside it. */
  startsIn: 'tree' | 'desk';
  invoke(ask: AgentAsk): Invocation;
  read(ended: AgentOutput): AgentReading;
};

export const AGENT_NAMES = ['claude', 'codex', 'gemini', 'opencode', 'copilot'] as const;
export type AgentName = (typeof AGENT_NAMES)[number];

export type Version = readonly [major: number, minor: number, patch: number];

/** One question to it. All folders are absolute. */
export type AgentAsk = {
  /** null: its own default. */
  model: string | null;
  /** null: it finds one in its variables. */
  apiKey: string | null;
  /** Without a slash at its end; null: its provider's own. */
  baseUrl: string | null;
  /** What this run may still cost, in US dollars. */
  maxCostUsd: number | null;
  /** The conversation to continue. */
  resume: string | null;
  /** The schema of its answer, in full and as strict providers want it. */
  schema: { full: object; strict: object };
  /** Its own home. */
  home: string;
  /** Holds the work tree (or, of several pull requests, all of them). */
  tree: string;
  /** For what it may throw away. */
  scratch: string;
  /** What it may read beside the tree: git objects, and its own program. */
  readable: readonly string[];
  /** The variables of the job. */
  env: Readonly<Record<string, string | undefined>>;
};

export type Invocation = {
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** To be written before it starts, by path below its home. */
  files: Readonly<Record<string, string>>;
  /** Files below its home that it writes and that are read with what it prints. */
  collects: readonly string[];
};

export type AgentOutput = {
  code: number | null;
  stdout: string;
  stderr: string;
  /** What was collected and was there. */
  files: Readonly<Record<string, string>>;
};

/** Tokens and US dollars, null where nothing is said of them. */
export type Spent = { inputTokens: number | null; outputTokens: number | null; costUsd: number | null };

export type AgentReading =
  | { outcome: 'answered'; text: string; sessionId: string | null; spent: Spent }
  | { outcome: 'failed'; failure: AgentFailure; said: string; sessionId: string | null; spent: Spent };

/** Why it gave no answer, as far as it matters for what to do. */
export type AgentFailure =
  | 'session-gone'
  | 'key'
  | 'model'
  | 'limit'
  | 'unreachable'
  | 'overloaded'
  | 'refused'
  | 'too-long'
  | 'budget'
  | 'empty'
  | 'unreadable'
  | 'error';

export const NOTHING_SPENT: Spent = { inputTokens: null, outputTokens: null, costUsd: null };
