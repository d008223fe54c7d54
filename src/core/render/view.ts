import type { Finding } from '../finding.ts';
import type { CommitSha, SessionName } from '../ids.ts';
import type { PullRequestKey } from '../pull-request.ts';
import type { ReviewRecord } from '../review-record.ts';
import type { LinkHosts } from '../neutralise.ts';
import type { Sign } from './marker.ts';

/** What of a review is shown to people: the record, and what only the run that shows it knows. */
export type ReviewView = {
  record: ReviewRecord;
  context: ViewContext;
  /** Findings (by id) whose text stands in a comment on their line. The others are told in full where this is shown. */
  inline: ReadonlySet<string>;
  /** The host took no review of this run, so everything is told here. */
  reviewRefused: boolean;
  /** Highest number of a finding that an earlier summary told of; 0 where there was none. */
  told: number;
  /** Open findings after each push until now, this one last. */
  trend: readonly number[];
};

export type ViewContext = {
  session: SessionName;
  /** Where people read the repository, without a slash at its end: `https://github.com`. */
  serverUrl: string;
  /** Page of the workflow run, where there is one. */
  runUrl: string | null;
  /** Of the mode decision: one sentence for people. */
  detail: string;
  /** The session's other pull requests. */
  companions: readonly Pick<PullRequestKey, 'repository' | 'number'>[];
  /** How this head came from the previous one, where that was looked up: tells a merge of the base from a rebase. */
  relation: 'ahead' | 'rewritten' | 'unknown' | null;
  /** Files of the PR whose upstream side changed since the previous review. */
  movedUpstream: number;
  /** What markers are signed with; null where the PR has no key. */
  sign: Sign | null;
  /** Hosts that links in the reviewer's words may lead to; others show as text. */
  linkHosts: LinkHosts;
};

/** Hosts refuse longer bodies. */
export const MAX_BODY_LENGTH = 65_536;

export function shortSha(sha: CommitSha): string {
  return sha.slice(0, 7);
}

/** What links are made from. */
type Linking = Pick<ReviewView, 'record' | 'context'>;

export function commitLink(view: Linking, sha: CommitSha): string {
  return `[\`${shortSha(sha)}\`](${repositoryUrl(view)}/commit/${sha})`;
}

/** `a...b` as people see it on the host. */
export function rangeLink(view: ReviewView, from: CommitSha, to: CommitSha): string {
  return `[\`${shortSha(from)}…${shortSha(to)}\`](${repositoryUrl(view)}/compare/${from}...${to})`;
}

/** The finding's lines in the version that they are lines of. */
export function placeUrl(view: ReviewView, finding: Finding): string {
  const { version } = view.record;
  const sha = finding.side === 'LEFT' ? version.mergeBaseSha : version.headSha;
  const path = finding.path.toWellFormed().split('/').map(encodeSegment).join('/');
  return `${repositoryUrl(view)}/blob/${sha}/${path}${fragment(finding)}`;
}

export function pullRequestUrl(serverUrl: string, key: Pick<PullRequestKey, 'repository' | 'number'>): string {
  return `${serverUrl}/${key.repository}/pull/${key.number}`;
}

/** Parentheses as well: one without its partner would end a link's address. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/gu,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function fragment(finding: Finding): string {
  if (finding.line === null) return '';
  const end = finding.endLine ?? finding.line;
  return end > finding.line ? `#L${finding.line}-L${end}` : `#L${finding.line}`;
}

function repositoryUrl(view: Linking): string {
  return `${view.context.serverUrl}/${view.record.pullRequest.repository}`;
}

/** `src/a.ts:10`, `src/a.ts:10-12`, or the path alone. */
export function placeText(finding: Pick<Finding, 'path' | 'line' | 'endLine'>): string {
  if (finding.line === null) return finding.path;
  const end = finding.endLine ?? finding.line;
  return end > finding.line ? `${finding.path}:${finding.line}-${end}` : `${finding.path}:${finding.line}`;
}
