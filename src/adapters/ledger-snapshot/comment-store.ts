import { createHash } from 'node:crypto';
import type { Change, Conversation } from '../../core/publish/plan.ts';
import { joinBody, MAX_LEDGER_BYTES, splitBody, type LedgerBlock } from '../../core/render/ledger-block.ts';
import { parseMarker } from '../../core/render/marker.ts';
import { isPlaceholder, toldIn } from '../../core/render/placeholder.ts';
import { MAX_BODY_LENGTH } from '../../core/render/view.ts';
import { LedgerForbidden, LedgerUnavailable } from '../../ports/ledger.ts';
import { HostFault } from '../../ports/pull-requests.ts';
import type { CommentRef, StickyComment } from '../../ports/sticky-comment.ts';
import type { Snapshot, SnapshotStore } from './snapshot-store.ts';

/**
 * The ledger's document in our own summary comment, and all that is ever written there: summary and ledger go in one
 * edit. What was read or written last is what it works on until it is told to `forget`: the host offers no edit that
 * depends on what was there, so a read just before would only make the gap smaller, at the price of a call.
 */
export type CommentStore = SnapshotStore & {
  /** What of ours stands on the PR, the summary without its ledger. */
  conversation(): Promise<Conversation>;
  /** The next save takes this summary along, and the changes of other comments. */
  stage(summary: string | null, changes?: readonly Change[]): void;
  /** Writes what was staged, now. Nothing where there is no comment to write it to. */
  flush(): Promise<void>;
  /** Takes back what was staged and not yet written. */
  unstage(): void;
  /** The next call reads anew. */
  forget(): void;
};

export type CommentStoreOptions = {
  comment: StickyComment;
  /** What stands there while there is no summary. */
  placeholder: (told: number) => string;
};

type Standing = {
  conversation: Conversation;
  /** Null where there is no comment of ours, or it was deleted while we held what was in it. */
  comment: CommentRef | null;
  summary: string | null;
  ledger: LedgerBlock;
};

export function createCommentStore({ comment, placeholder }: CommentStoreOptions): CommentStore {
  let standing: Standing | null = null;
  let remembered: Standing | null = null;
  let staged: string | null = null;
  let changes: readonly Change[] = [];
  const replaced = new Set<string | null>();

  async function look(): Promise<Standing> {
    if (standing !== null) return standing;
    const found = standingOf(await asLedgerFault(() => comment.read()));
    if (remembered !== null && found.comment === null) {
      // Somebody deleted the comment under a run: what it held is known here, and goes into a new one.
      standing = { ...found, ...ledgerIn(remembered), comment: null };
    } else if (remembered !== null && replaced.has(snapshotOf(found).etag)) {
      // The host shows what we replaced: a read that lags behind.
      standing = { ...found, ...ledgerIn(remembered), comment: remembered.comment };
    } else {
      standing = found;
    }
    remembered = standing;
    return standing;
  }

  async function write({ comment: standing }: Standing, body: string): Promise<CommentRef> {
    if (standing !== null && (await comment.edit(standing, body, changes)) === 'edited') return standing;
    return comment.create(body);
  }

  const store: CommentStore = {
    maxBytes: MAX_LEDGER_BYTES,
    async load() {
      return snapshotOf(await look());
    },
    async save(bytes, etag) {
      const before = await look();
      if (snapshotOf(before).etag !== etag) return false;
      replaced.add(etag);
      const base64 = Buffer.from(bytes).toString('base64');
      const summary = staged ?? before.summary ?? placeholder(0);
      const whole = joinBody(summary, base64);
      const fits = whole.length <= MAX_BODY_LENGTH;
      const written = fits ? summary : placeholder(toldIn(summary));
      standing = null;
      const body = fits ? whole : joinBody(written, base64);
      const place = await asLedgerFault(() => write(before, body));
      standing = { ...before, comment: place, summary: written, ledger: { outcome: 'found', base64 } };
      remembered = standing;
      staged = null;
      changes = [];
      return true;
    },
    async conversation() {
      const { conversation, comment: place, summary } = await look();
      if (place === null || summary === null) return { ...conversation, summary: null };
      const marker = parseMarker(summary);
      if (marker?.kind !== 'summary') return { ...conversation, summary: null };
      const { runId, attempt, reviewRefused, told, trend = [] } = marker;
      const shown = { body: summary, runId, attempt, reviewRefused, told, trend };
      return { ...conversation, summary: { ...place, ...shown } };
    },
    stage(summary, along = []) {
      staged = summary;
      changes = along;
    },
    async flush() {
      const { bytes, etag } = await store.load();
      if (bytes !== null) await store.save(bytes, etag);
      store.unstage();
    },
    unstage() {
      staged = null;
      changes = [];
    },
    forget() {
      standing = null;
    },
  };
  return store;
}

function standingOf(conversation: Conversation): Standing {
  if (conversation.summary === null) {
    return { conversation, comment: null, summary: null, ledger: { outcome: 'none' } };
  }
  const { commentId, nodeId, body } = conversation.summary;
  return { conversation, comment: { commentId, nodeId }, ...splitBody(body) };
}

function ledgerIn({ summary, ledger }: Standing): Pick<Standing, 'summary' | 'ledger'> {
  return { summary, ledger };
}

function snapshotOf({ comment, summary, ledger }: Standing): Snapshot {
  if (comment === null && ledger.outcome === 'none') return { bytes: null, etag: null };
  const etag = createHash('sha256')
    .update(JSON.stringify([summary, ledger]))
    .digest('hex');
  switch (ledger.outcome) {
    case 'found':
      return { bytes: Buffer.from(ledger.base64, 'base64'), etag };
    case 'unreadable':
      return { bytes: null, etag, lost: ledger.why };
    case 'none':
      if (summary === null || isPlaceholder(summary)) return { bytes: null, etag };
      return { bytes: null, etag, lost: 'the summary comment holds no ledger' };
    default:
      return ledger satisfies never;
  }
}

/** The comment is the store: where the host fails, the ledger can't be reached. */
async function asLedgerFault<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof HostFault)) throw error;
    const fault = error.missingPermission === null ? LedgerUnavailable : LedgerForbidden;
    throw new fault(error.message, { cause: error });
  }
}
