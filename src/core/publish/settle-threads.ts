import type { Finding } from '../finding.ts';
import type { CommentState } from '../render/marker.ts';
import type { Change, MinimizeReason, StandingComment } from './plan.ts';

/** `auto`: where the token may. `true`: where it may not, that is a warning. `false`: never. */
export type ResolveThreads = 'auto' | 'true' | 'false';

/** What a comment must say of its finding. An earlier fix stays a fix, whatever left the PR since. */
export function commentStateOf(finding: Pick<Finding, 'status' | 'fixedSha'>): CommentState {
  switch (finding.status) {
    case 'new':
    case 'open':
      return 'open';
    case 'fixed':
      return 'fixed';
    case 'dismissed':
      return 'dismissed';
    case 'gone':
      return finding.fixedSha === null ? 'gone' : 'fixed';
    default:
      return finding.status satisfies never;
  }
}

/** No longer before people's eyes at its line, whoever took it away. */
export function isLost({ minimized, thread }: StandingComment): boolean {
  return minimized || thread.outdated || thread.resolved !== null;
}

/** As it stands once it was brought back, where that is planned. */
export function asBroughtBack(comment: StandingComment, changes: readonly Change[]): StandingComment {
  const { nodeId, thread } = comment;
  const unresolved = changes.some((one) => one.change === 'unresolve' && one.threadNodeId === thread.nodeId);
  const shown = changes.some((one) => one.change === 'unminimize' && one.commentNodeId === nodeId);
  return {
    ...comment,
    minimized: comment.minimized && !shown,
    thread: { ...thread, resolved: unresolved ? null : thread.resolved },
  };
}

export type Settling = {
  findings: readonly Finding[];
  comments: readonly StandingComment[];
  resolveThreads: ResolveThreads;
  /** The comment's text for what it is to say now. */
  bodyOf: (finding: Finding, comment: StandingComment) => string;
  /** Reopened by command: whoever had resolved the thread is overruled. */
  reopened?: ReadonlySet<string>;
};

/**
 * Brings the standing comments in line with their findings: what ended says so and is put away, what came back is
 * brought back. People's own resolving is left alone, but for threads that we put away ourselves.
 */
export function settleThreads({ findings, comments, resolveThreads, bodyOf, reopened }: Settling): Change[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  return comments.flatMap((comment): Change[] => {
    const finding = byId.get(comment.findingId);
    if (finding === undefined) return [];
    const state = commentStateOf(finding);
    const forced = state === 'open' && reopened?.has(finding.id) === true && !comment.byCommandOnly;
    // What it says already was done before: whoever undid it by hand since is left alone.
    if (state === comment.state && !forced) return [];
    const moves = state === 'open' ? bringBack(comment, resolveThreads) : putAway(comment, state, resolveThreads);
    // Said last, so that whatever says it was also done.
    return [...moves, { change: 'edit', commentNodeId: comment.nodeId, body: bodyOf(finding, comment) }];
  });
}

function putAway(
  { thread, minimized, nodeId: commentNodeId }: StandingComment,
  state: Exclude<CommentState, 'open'>,
  resolveThreads: ResolveThreads,
): Change[] {
  if (thread.resolved !== null) return [];
  const why: MinimizeReason = state === 'gone' ? 'OUTDATED' : 'RESOLVED';
  if (resolveThreads !== 'false' && thread.mayResolve) {
    return [{ change: 'resolve', threadNodeId: thread.nodeId, commentNodeId, why }];
  }
  return minimized ? [] : [{ change: 'minimize', commentNodeId, why }];
}

function bringBack({ thread, minimized, nodeId }: StandingComment, resolveThreads: ResolveThreads): Change[] {
  const unresolve = thread.resolved !== null && thread.mayUnresolve && resolveThreads !== 'false';
  return [
    ...(unresolve ? [{ change: 'unresolve' as const, threadNodeId: thread.nodeId }] : []),
    ...(minimized ? [{ change: 'unminimize' as const, commentNodeId: nodeId }] : []),
  ];
}
