import type { Conversation, StandingComment } from './plan.ts';

/** A person's word on a finding that came without words. */
export type Signal = {
  findingId: string;
  by: string;
  how: 'thread resolved' | 'thumbs-down';
};

/**
 * Who resolved or disliked an open finding's comment, one entry per finding and person. What we put away ourselves says
 * nothing, nor does what someone reopened by command.
 */
export function signalsIn({ comments }: Conversation, openIds: ReadonlySet<string>): Signal[] {
  return comments
    .filter(({ findingId, state, byCommandOnly }) => openIds.has(findingId) && state === 'open' && !byCommandOnly)
    .flatMap(signalsOf);
}

function signalsOf({ findingId, thread, thumbsDown }: StandingComment): Signal[] {
  const resolvedBy = thread.resolved?.by ?? null;
  return [
    ...(resolvedBy === null ? [] : [{ findingId, by: resolvedBy, how: 'thread resolved' as const }]),
    ...thumbsDown.map((by) => ({ findingId, by, how: 'thumbs-down' as const })),
  ];
}

export type Heeded = {
  /** The first word that counts on each finding. */
  dismissals: Signal[];
  /** People whose right to decide is not known yet, each once. */
  unknown: string[];
};

/**
 * Whose word dismisses: people with write access who are not the PR's author. Hosts let only those and the author
 * resolve a thread, so that says it all; a reaction can come from anybody, and `mayWrite` says what is known of them.
 */
export function heed(signals: readonly Signal[], author: string, mayWrite: ReadonlyMap<string, boolean>): Heeded {
  const others = signals.filter(({ by }) => !sameLogin(by, author));
  const counts = others.filter(({ by, how }) => how === 'thread resolved' || mayWrite.get(by) === true);
  const dismissals = [...Map.groupBy(counts, ({ findingId }) => findingId).values()].flatMap(([first]) => first ?? []);
  const decided = new Set(dismissals.map(({ findingId }) => findingId));
  const open = others.filter(({ findingId, by }) => !decided.has(findingId) && !mayWrite.has(by));
  return { dismissals, unknown: [...new Set(open.map(({ by }) => by))].toSorted() };
}

export function sameLogin(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
