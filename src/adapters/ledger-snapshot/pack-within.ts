import type { EpochSeconds } from '../../core/ids.ts';
import {
  PullRequestItem,
  RunItem,
  type DataRef,
  type PreviousReview,
  type StoredRecord,
} from '../../core/ledger/items.ts';
import { dataSk, PULL_REQUEST_PREFIX, runPrefix, runSk } from '../../ledger/keys.ts';
import { keyOf, type LedgerTable } from '../../ledger/table-store.ts';
import { LedgerUnavailable } from '../../ports/ledger.ts';
import { packDocument } from './document.ts';

/**
 * The document in at most `maxBytes`. What it can best do without goes first: runs that nothing rests on with their
 * data, oldest first; then what never became a review; last the reviews themselves, whose loss the next claim meets as
 * history that is unavailable. Who holds a pull request, and its dismissals, are never given up.
 */
export async function packWithin(table: LedgerTable, maxBytes: number, now: EpochSeconds): Promise<Uint8Array> {
  let bytes = await packDocument(table);
  for (const giveUp of sacrifices(table, now)) {
    if (bytes.length <= maxBytes) return bytes;
    giveUp();
    bytes = await packDocument(table);
  }
  if (bytes.length <= maxBytes) return bytes;
  throw new LedgerUnavailable(
    `What the ledger must keep takes ${bytes.length} bytes, and ${maxBytes} fit here: use an endpoint or a table.`,
  );
}

type Place = { pk: string; key: string };

/** Each looks at the table as the ones before it left it. */
function* sacrifices(table: LedgerTable, now: EpochSeconds): Generator<() => void> {
  const places = [...table.items.keys()]
    .map((key) => ({ key, pk: key.slice(0, key.indexOf('\n')), sk: key.slice(key.indexOf('\n') + 1) }))
    .filter(({ sk }) => sk.startsWith(PULL_REQUEST_PREFIX));
  for (const place of places) {
    for (const run of oldRuns(table, place)) yield () => dropRun(table, place, run);
    yield () => dropUnlistedRecords(table, place, now);
  }
  for (const place of places) {
    const { sources } = read(table, place);
    for (let left = sources.length; left > 0; left -= 1) yield () => dropOldestSource(table, place);
  }
  for (const place of places) {
    for (const review of reviewsOf(read(table, place))) yield () => dropReview(table, place, review, now);
    yield () => dropCheckpoint(table, place);
  }
}

function read(table: LedgerTable, { key }: Place): PullRequestItem {
  return PullRequestItem.parse(JSON.parse(table.items.get(key) ?? ''));
}

function write(table: LedgerTable, { key }: Place, item: PullRequestItem): void {
  table.items.set(key, JSON.stringify(item));
}

/** The reviews that claims may build on, oldest first. */
function reviewsOf({ previous }: PullRequestItem): PreviousReview[] {
  return [previous.contributor, previous.protected, previous.pinned]
    .filter((review) => review !== null)
    .toSorted((a, b) => a.generation - b.generation);
}

function runsOf(table: LedgerTable, place: Place): RunItem[] {
  const prefix = keyOf({ pk: place.pk, sk: runPrefix(read(table, place).pullRequest) });
  return [...table.items].flatMap(([key, text]) => (key.startsWith(prefix) ? [RunItem.parse(JSON.parse(text))] : []));
}

/** Runs that are neither the current one nor the one of a review that claims may build on, oldest first. */
function oldRuns(table: LedgerTable, place: Place): RunItem[] {
  const item = read(table, place);
  const needed = new Set([item.run?.runId, ...reviewsOf(item).map(({ runId }) => runId)]);
  return runsOf(table, place)
    .filter(({ runId }) => !needed.has(runId))
    .toSorted((a, b) => a.generation - b.generation);
}

function dropRun(table: LedgerTable, place: Place, run: RunItem): void {
  const listed = listedData(read(table, place));
  for (const data of dataOf(run)) if (!listed.has(data.sha256)) dropData(table, place, data);
  table.items.delete(keyOf({ pk: place.pk, sk: runSk(run.runId) }));
}

/** What earlier attempts of the runs that stay had recorded. */
function dropUnlistedRecords(table: LedgerTable, place: Place, now: EpochSeconds): void {
  const listed = listedData(read(table, place));
  for (const run of runsOf(table, place)) {
    const gone = new Set(dataOf(run).filter(({ sha256 }) => !listed.has(sha256)));
    gone.forEach((data) => dropData(table, place, data));
    forget(table, place, run, (data) => gone.has(data), now);
  }
}

function dropOldestSource(table: LedgerTable, place: Place): void {
  const item = read(table, place);
  const [oldest, ...sources] = item.sources.toSorted((a, b) => a.generation - b.generation);
  if (oldest === undefined) return;
  const next = { ...item, sources };
  write(table, place, next);
  if (!listedData(next).has(oldest.data.sha256)) dropData(table, place, oldest.data);
}

/** A review without data reads as unavailable; marked as expired, nobody tries to publish it. */
function dropReview(table: LedgerTable, place: Place, review: PreviousReview, now: EpochSeconds): void {
  const item = read(table, place);
  const { contributor, protected: byProtected, pinned } = item.previous;
  const without = <T extends StoredRecord>(record: T | null): T | null =>
    record?.data.sha256 === review.data.sha256 ? { ...record, data: { ...record.data, expiresAt: now } } : record;
  const previous = { contributor: without(contributor), protected: without(byProtected), pinned: without(pinned) };
  write(table, place, { ...item, previous });
  dropData(table, place, review.data);
  for (const run of runsOf(table, place)) {
    forget(table, place, run, ({ sha256 }) => sha256 === review.data.sha256, now);
  }
}

function dropCheckpoint(table: LedgerTable, place: Place): void {
  const item = read(table, place);
  if (item.run === null || item.run.checkpoint === null) return;
  dropData(table, place, item.run.checkpoint);
  write(table, place, { ...item, run: { ...item.run, checkpoint: null } });
}

function dataOf({ attempts }: RunItem): DataRef[] {
  return attempts
    .flatMap(({ record, late }) => [record?.data, late])
    .filter((data) => data !== null && data !== undefined);
}

/** By digest: everything that the PR's own item points at. */
function listedData(item: PullRequestItem): Set<string> {
  const checkpoint = item.run?.checkpoint ?? null;
  const listed = [...reviewsOf(item), ...item.sources].map(({ data }) => data.sha256);
  return new Set(checkpoint === null ? listed : [...listed, checkpoint.sha256]);
}

function forget(
  table: LedgerTable,
  { pk }: Place,
  run: RunItem,
  isGone: (data: DataRef) => boolean,
  now: EpochSeconds,
): void {
  const attempts = run.attempts.map((attempt) => {
    const { record, late } = attempt;
    return {
      ...attempt,
      record: record !== null && isGone(record.data) ? { ...record, data: { ...record.data, expiresAt: now } } : record,
      late: late !== null && isGone(late) ? { ...late, expiresAt: now } : late,
    };
  });
  table.items.set(keyOf({ pk, sk: runSk(run.runId) }), JSON.stringify({ ...run, attempts }));
}

function dropData(table: LedgerTable, { pk }: Place, data: DataRef): void {
  for (let chunk = 0; chunk < data.chunks; chunk += 1) table.data.delete(keyOf({ pk, sk: dataSk(data, chunk) }));
}
