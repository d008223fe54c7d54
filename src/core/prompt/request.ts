import * as z from 'zod';
import type { Finding } from '../finding.ts';
import { Side } from '../finding.ts';
import { CommitSha } from '../ids.ts';
import type { ModeDecision } from '../mode.ts';
import {
  pullRequestName,
  type PullRequestCommits,
  type PullRequestKey,
  type PullRequestVersion,
} from '../pull-request.ts';
import type { Scope, ScopeFile } from '../scope.ts';
import { Severity } from '../severity.ts';

/**
 * What a reviewer is asked, as data: the file that PUSHBACK_REQUEST names, and what the prompt is written from. DESIGN
 * 13. Published as docs/schemas/reviewer-request.schema.json; fields may be added to a version, never changed.
 */

const line = z.int().nonnegative();
const Range = z.object({ start: line, end: line });

export const RequestLine = z.object({
  /**
   * `new`: a line of the head that is to be reviewed. `context`: a line of the head around it. `removed`: a line that
   * was there before.
   */
  kind: z.enum(['new', 'context', 'removed']),
  /** In the head; null for a removed line. */
  line: line.nullable(),
  text: z.string(),
});
export type RequestLine = z.infer<typeof RequestLine>;

/** Lines of the head beside the hunks, to understand them by; not to be reviewed. No line of them is in a hunk. */
export const RequestContext = z.object({
  /**
   * `enclosing`: the function or neighbourhood of what is new. `pull-request`: another change of the pull request in the
   * same file. `outline`: lines that name what else is in the file.
   */
  kind: z.enum(['enclosing', 'pull-request', 'outline']),
  /** Ascending, not always without gaps. */
  lines: z.array(z.object({ line, text: z.string() })),
});
export type RequestContext = z.infer<typeof RequestContext>;

export const RequestFile = z.object({
  path: z.string(),
  /** Its name at the merge base, where the pull request renames it. */
  previousPath: z.string().nullable(),
  status: z.enum(['added', 'deleted', 'modified', 'renamed', 'type-changed']),
  binary: z.boolean(),
  /** Git's file modes, where the pull request changes them. */
  modes: z.object({ before: z.string(), after: z.string() }).nullable(),
  /** Everything that the pull request changes in it is to be reviewed. */
  whole: z.boolean(),
  why: z.string(),
  /** Lines of the head that nobody reviewed yet. */
  added: z.array(Range),
  /** Head lines after which something unreviewed was removed; 0: at the top. */
  removedAfter: z.array(line),
  hunks: z.array(z.object({ section: z.string(), lines: z.array(RequestLine) })),
  context: z.array(RequestContext),
});
export type RequestFile = z.infer<typeof RequestFile>;

export const RequestFinding = z.object({
  /** To be named in a judgement. */
  id: z.string(),
  severity: Severity,
  category: z.string(),
  rule: z.string().nullable(),
  path: z.string(),
  line: line.nullable(),
  endLine: line.nullable(),
  side: Side,
  quote: z.string(),
  title: z.string(),
  body: z.string(),
  /** The push changed its code or what is around it. */
  touched: z.boolean(),
});
export type RequestFinding = z.infer<typeof RequestFinding>;

export const RequestPullRequest = z.object({
  /** `owner/repo#12` */
  pullRequest: z.string(),
  title: z.string(),
  body: z.string(),
  author: z.string(),
  /** Oldest first; of very many only some. Messages are cut at 4,000 characters. */
  commits: z.array(z.object({ sha: CommitSha, message: z.string() })),
  /** How many there are in all. */
  commitCount: line,
  headSha: CommitSha,
  baseRef: z.string(),
  mergeBaseSha: CommitSha,
  mode: z.enum(['full', 'incremental', 'none']),
  reason: z.string(),
  /** The review that an incremental one builds on. */
  previous: z.object({ headSha: CommitSha, summary: z.string() }).nullable(),
  files: z.array(RequestFile),
  /** Files of the pull request that are left out of this review. */
  excluded: z.array(z.object({ path: z.string(), reason: z.string() })),
  /** Earlier findings that are still open. */
  findings: z.array(RequestFinding),
  /** What the maintainers ask for, from the trusted branch: unlike all else no data, but told to the reviewer. */
  instructions: z.string().nullable(),
});
export type RequestPullRequest = z.infer<typeof RequestPullRequest>;

export const ReviewerRequest = z.object({
  version: z.literal(1),
  session: z.string(),
  pullRequests: z.array(RequestPullRequest),
});
export type ReviewerRequest = z.infer<typeof ReviewerRequest>;

/** What the request is made of: the reviewer port's request, as far as it is needed here. */
export type AskedPullRequest = {
  pullRequest: PullRequestKey;
  version: PullRequestVersion;
  title: string;
  body: string;
  author: string;
  commits: PullRequestCommits;
  decision: ModeDecision;
  previous: RequestPullRequest['previous'];
  scope: Scope;
  findings: readonly (Finding & { touched: boolean })[];
  instructions: string | null;
};

export function requestOf(session: string, pulls: readonly AskedPullRequest[]): ReviewerRequest {
  return { version: 1, session, pullRequests: pulls.map(pullRequestOf) };
}

const MAX_MESSAGE = 4000;

function pullRequestOf(asked: AskedPullRequest): RequestPullRequest {
  const { commits, decision, version, scope } = asked;
  return {
    pullRequest: pullRequestName(asked.pullRequest),
    title: asked.title,
    body: asked.body,
    author: asked.author,
    commits: commits.listed.map(({ sha, message }) => ({ sha, message: message.slice(0, MAX_MESSAGE).toWellFormed() })),
    commitCount: commits.total,
    headSha: version.headSha,
    baseRef: version.baseRef,
    mergeBaseSha: version.mergeBaseSha,
    mode: decision.mode,
    reason: decision.reason,
    previous: asked.previous,
    files: scope.files.map(fileOf),
    excluded: scope.excluded.map(({ path, reason }) => ({ path, reason })),
    findings: asked.findings.map(findingOf),
    instructions: asked.instructions,
  };
}

export function fileOf(file: ScopeFile): RequestFile {
  const { path, previousPath, status, binary, whole, why, added, removedAfter, context = [] } = file;
  const modes = file.modes === undefined ? null : { before: file.modes.old, after: file.modes.new };
  const fresh = new Set<number>();
  for (const { start, end } of added) for (let at = start; at <= end; at += 1) fresh.add(at);
  const hunks = file.hunks.map(({ section, lines }) => ({
    section,
    lines: lines.map(({ newLine, text }): RequestLine => {
      if (newLine === null) return { kind: 'removed', line: null, text };
      return { kind: fresh.has(newLine) ? 'new' : 'context', line: newLine, text };
    }),
  }));
  return { path, previousPath, status, binary, modes, whole, why, added, removedAfter, hunks, context };
}

function findingOf(finding: Finding & { touched: boolean }): RequestFinding {
  const { id, severity, category, rule, path, line, endLine, side, quote, title, body, touched } = finding;
  return { id, severity, category, rule, path, line, endLine, side, quote, title, body, touched };
}
