import { isOpen, type Finding } from '../../../src/core/finding.ts';
import type { PublishPlan } from '../../../src/core/publish/plan.ts';
import type { ReviewRecord } from '../../../src/core/review-record.ts';
import type { MarkedLine } from './marked-code.ts';

/** `a.txt:3: BUG one`, in order. */
export function placesOf(lines: readonly { path: string; line: number | null; text: string }[]): string[] {
  return lines.map(({ path, line, text }) => `${path}:${line}: ${text}`).toSorted();
}

export function openPlaces(record: ReviewRecord): string[] {
  return placesOf(
    record.result.findings.filter(isOpen).map(({ path, line, quote }) => ({ path, line, text: quote.trimEnd() })),
  );
}

/**
 * How many of a text's lines are new at least: what the head has more than the base, wherever. Where equal lines are many,
 * which of them a diff shows as added is the diff's choice: one that the base had as well may be shown, and was never news
 * to somebody who read from push to push. Null: every line that a diff adds is new.
 */
export type SurelyNew = ((text: string) => number) | null;

/** The open findings are the marked lines that the pull request adds. */
export function expectOpenAreAdded(record: ReviewRecord, added: readonly MarkedLine[], surelyNew: SurelyNew): void {
  const wanted = placesOf(added.map((one) => ({ ...one, text: one.text.trimEnd() })));
  expectSameOpen(openPlaces(record), wanted, surelyNew, 'the pull request adds');
}

export function expectSameOpen(
  open: readonly string[],
  wanted: readonly string[],
  surelyNew: SurelyNew,
  who: string,
): void {
  const foreign = open.some((place, index) => !wanted.includes(place) || open.indexOf(place) !== index);
  const missing = wanted.filter((place) => !open.includes(place));
  const textOf = (place: string): string => place.replace(/^.*?:\d+: /u, '');
  const isLost = (place: string): boolean =>
    surelyNew === null || open.filter((one) => textOf(one) === textOf(place)).length < surelyNew(textOf(place));
  if (foreign || missing.some(isLost)) {
    throw new Error(`open are ${JSON.stringify(open)}; ${who} ${JSON.stringify(wanted)}`);
  }
}

/** Nothing is posted twice, nothing that is open was never posted, and every comment stands where its code does. */
export function expectPostedOnce(
  record: ReviewRecord,
  plans: readonly PublishPlan[],
  tree: ReadonlyMap<string, readonly string[]>,
): void {
  const posted = plans.flatMap(({ review }) => (review.action === 'create' ? review.comments : []));
  const ids = posted.map(({ findingId }) => findingId);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (twice.length > 0) throw new Error(`posted twice: ${twice.join(', ')}`);
  const open = record.result.findings.filter(isOpen);
  const never = open.filter(({ id }) => !ids.includes(id));
  if (never.length > 0) throw new Error(`open and never posted: ${JSON.stringify(never.map(inShort))}`);
  const last = plans.at(-1);
  if (last?.review.action !== 'create' || last.headSha !== record.version.headSha) return;
  for (const { findingId, path, line } of last.review.comments) {
    const finding = record.result.findings.find(({ id }) => id === findingId);
    const stands = tree.get(path)?.[line - 1];
    if (finding?.quote !== stands) {
      throw new Error(`the comment of ${finding?.quote} stands at ${path}:${line}: ${stands}`);
    }
  }
}

/**
 * What comes up is new only as far as no finding of the same text (and rule) in the same file is known already: open, fixed, gone or
 * remembered, each stands for one.
 * @param overtaken a run before was superseded: what it found, and what is put away by now, comes up closed
 */
export function expectNoneBornTwice(record: ReviewRecord, before: ReviewRecord | null, overtaken = false): void {
  const known = new Set(before === null ? [] : allOf(before).map(({ id }) => id));
  const born = allOf(record).filter((one) => !known.has(one.id) && (isOpen(one) || !overtaken));
  for (const { path, quote, rule } of born) {
    const same = (one: Finding): boolean => one.path === path && one.quote === quote && one.rule === rule;
    const now = record.result.findings.filter((finding) => isOpen(finding) && same(finding)).length;
    const then = before === null ? 0 : allOf(before).filter(same).length;
    const fresh = born.filter(same).length;
    if (fresh > Math.max(0, now - then)) {
      throw new Error(`${fresh} of ${now} findings on ${path}: ${quote} are new, though ${then} were known`);
    }
  }
}

function allOf({ result }: ReviewRecord): Finding[] {
  return [...result.findings, ...(result.remembered ?? [])];
}

function inShort({ shortId, status, path, line, quote }: Finding): string {
  return `F${shortId} ${status} ${path}:${line}: ${quote}`;
}
