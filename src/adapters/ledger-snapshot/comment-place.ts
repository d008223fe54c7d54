import {
  parseRunId,
  PullRequestNumber,
  RepositoryId,
  RepositoryName,
  type RunId,
  type SessionName,
} from '../../core/ids.ts';
import type { Caller } from '../../core/ledger/commands.ts';
import type { PullRequestKey } from '../../core/pull-request.ts';
import { isPlaceholder, renderPlaceholder, toldIn } from '../../core/render/placeholder.ts';
import { randomFresh } from '../../ledger/random-fresh.ts';
import type { LedgerOptions } from '../../ledger/ledger.ts';
import { LedgerUnavailable, type Ledger } from '../../ports/ledger.ts';
import type { OpenStickyComment } from '../../ports/sticky-comment.ts';
import { createCommentStore, type CommentStore } from './comment-store.ts';
import { createSnapshotLedger } from './ledger.ts';
import { worthWriting } from './worth-writing.ts';

/** One pull request's comment, and the ledger in it. */
export type CommentPlace = {
  readonly session: SessionName;
  readonly store: CommentStore;
  readonly ledgerFor: (caller: Caller) => Ledger;
  /** The run that a placeholder tells of. */
  runId: RunId | null;
  /** When the comment was last read, on the clock that only runs forward. */
  knownMs: number;
  /** Where a placeholder stands, the next edit makes it say that the run began or that it ended; a summary stays. */
  stagePlaceholder(state: 'begun' | 'ended'): Promise<void>;
};

export type CommentPlaceOptions = LedgerOptions & {
  openComment: OpenStickyComment;
  /** Page of our workflow run, for people who read the comment meanwhile. */
  runUrl: string | null;
};

export function openCommentPlace(
  { openComment, runUrl, ...options }: CommentPlaceOptions,
  session: SessionName,
  pullRequest: PullRequestKey,
): CommentPlace {
  const placeholder = (told: number, state: 'begun' | 'ended'): string => {
    const { runId } = place;
    if (runId === null) throw new Error(`no run of ${session} is known, and something is to be written of it`);
    const { headSha } = parseRunId(runId);
    return renderPlaceholder({ session, pullRequest, runId, headSha, runUrl, told }, state);
  };
  const store = createCommentStore({
    comment: openComment(pullRequest, session),
    placeholder: (told) => placeholder(told, 'begun'),
  });
  const place: CommentPlace = {
    session,
    store,
    // Whoever reads the comment reads all that is in it: no key is kept there.
    ledgerFor: createSnapshotLedger({
      fresh: { ...randomFresh, markerKey: () => null },
      ...options,
      store,
      worthWriting,
    }),
    runId: null,
    knownMs: -Infinity,
    async stagePlaceholder(state) {
      const { summary } = await store.conversation();
      if (summary !== null && isPlaceholder(summary.body)) store.stage(placeholder(toldIn(summary.body), state));
    },
  };
  return place;
}

/** A session of one is named after its pull request. */
export function pullRequestOf(session: SessionName, repositoryId: number): PullRequestKey {
  const [, repository, number] = /^(.+)#([0-9]+)$/u.exec(session) ?? [];
  const name = RepositoryName.safeParse(repository);
  const parsed = PullRequestNumber.safeParse(Number(number));
  if (!name.success || !parsed.success) {
    throw new LedgerUnavailable(
      `The ledger in the comment keeps no session ${session}: it is named after no pull request.`,
    );
  }
  return { repository: name.data, repositoryId: RepositoryId.parse(repositoryId), number: parsed.data };
}
