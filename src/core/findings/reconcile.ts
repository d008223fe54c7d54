import { foldBlanks } from '../anchor.ts';
import type { Finding, Judgement } from '../finding.ts';
import { bySeverity } from '../severity.ts';
import { carryFindings, type Carried } from './carry.ts';
import { dismissalWords } from './dismiss.ts';
import { matchEditedCode, matchSameCode, matchSamePlace, type Pair } from './match.ts';
import { byPlace, placeRaws, type Ignored, type PlacedRaw } from './place-raw.ts';
import type { Said, Today } from './today.ts';

export type Reconciliation = {
  today: Today;
  said: Said;
  /** Goes into the ids of new findings, so that they are unlike those of any other run: the run id. */
  idSeed: string;
  /** The number that the next new finding takes, as the claim's answer says. Raised past those that earlier findings have. */
  nextShortId: number;
  /** SHA-256 of a text in lower-case hexadecimal; the core has none of its own. */
  hash: (text: string) => string;
};

export type Reconciled = {
  /** The story of this run: what is new, open, fixed, gone and dismissed. What people are told, and what is counted. */
  findings: Finding[];
  /**
   * Findings that ended before this run, all with status `gone`, kept so that one that comes back has its old id.
   * They are stored beside the findings, given to the next run together with them, and shown to nobody.
   */
  remembered: Finding[];
  /** What was said and does not count. */
  ignored: Ignored[];
  nextShortId: number;
};

/** Within what the record's schema allows, with room to spare. */
export const MAX_FINDINGS = 19_500;
export const MAX_REMEMBERED = 500;

/**
 * What is known of a PR's findings before, and what this run's reviewer said, become the findings of the new record:
 * lines are today's, and every finding keeps `id`, `shortId`, `fingerprint` and `firstSeenSha` for life. DESIGN 8.
 *
 * - A `scope` reviewer: what it did not mention stays as it is; `fixed` only where it judged so.
 * - A `tree` reviewer: the open set is exactly its results on lines that `b1..h1` adds, but for the dismissed. What it
 *   did not report is fixed where its run was complete and covered the path, and carried over elsewhere.
 * - File or line left the PR: `gone`; nobody asked (`unchanged`) and its lines are taken out: the same. Dismissed: stays so while its code does; raised again on changed code, it is a new
 *   finding.
 *
 * Pure: the same input gives the same output, ids included, whatever the order of what was said.
 */
export function reconcile(input: Reconciliation): Reconciled {
  const { today, said } = input;
  const { carried, nextShortId } = withUniqueNumbers(carryFindings(today), input.nextShortId);
  const judged = judgementsOf(said);
  const groups = groupByState(carried, today, judged);
  const { raws, ignored } = placeRaws(said, today);

  const same = matchSameCode(groups.active, raws);
  // Before edited code is asked for: what was dismissed must not come back as an edit of something else.
  const dismissed = matchSameCode(groups.dismissed, same.raws);
  const edited = matchEditedCode(same.carried, dismissed.raws, said.kind === 'scope');
  const active = { ...edited, pairs: [...same.pairs, ...edited.pairs] };
  const contested = matchSamePlace(groups.judgedFixed, active.raws);
  const ended = matchSameCode(groups.ended, contested.raws);

  const outcomes: Outcome[] = [
    ...[...active.pairs, ...contested.pairs].map((pair) => heard(pair, said, judged)),
    ...[...active.carried, ...contested.carried].map((one) => unheard(one, input, judged)),
    ...[...dismissed.carried, ...dismissed.pairs.map((pair) => pair.carried)].map((one) => dismissal(one, today)),
    ...ended.pairs.map((pair) => cameBack(pair, today)),
    ...ended.carried.map(stillEnded),
  ];
  const room = MAX_FINDINGS - outcomes.filter((outcome) => !outcome.remembered).length;
  const { admitted, refused } = admit(ended.raws, room);
  const born = giveBirth(admitted, carried, input, nextShortId);
  const findings = [...outcomes.filter((outcome) => !outcome.remembered).map((outcome) => outcome.finding), ...born];
  const remembered = outcomes.filter((outcome) => outcome.remembered).map((outcome) => outcome.finding);
  return {
    findings: findings.toSorted(byShortId),
    remembered: remembered.toSorted(byShortId).slice(-MAX_REMEMBERED),
    ignored: [...ignored, ...refused],
    nextShortId: nextShortId + born.length,
  };
}

type Outcome = { finding: Finding; remembered: boolean };

function byShortId(a: Finding, b: Finding): number {
  return a.shortId - b.shortId;
}

/** Two runs that did not know of each other may have given one number twice: the later finding takes a fresh one. */
function withUniqueNumbers(carried: readonly Carried[], next: number): { carried: Carried[]; nextShortId: number } {
  let nextShortId = carried.reduce((highest, one) => Math.max(highest, one.finding.shortId + 1), next);
  const taken = new Set<number>();
  const unique = carried
    .toSorted((a, b) => Number(b.announced) - Number(a.announced))
    .map((one) => {
      const shortId = taken.has(one.finding.shortId) ? nextShortId : one.finding.shortId;
      if (shortId === nextShortId) nextShortId += 1;
      taken.add(shortId);
      return { ...one, finding: { ...one.finding, shortId } };
    });
  return { carried: unique, nextShortId };
}

type Judged = ReadonlyMap<string, Judgement>;

/** Where a reviewer contradicts itself, the finding stays open. */
function judgementsOf(said: Said): Judged {
  const judged = new Map<string, Judgement>();
  if (said.kind === 'tree') return judged;
  for (const judgement of said.judgements) {
    if (judgement.status === 'open' || !judged.has(judgement.findingId)) judged.set(judgement.findingId, judgement);
  }
  return judged;
}

type Groups = Record<'active' | 'judgedFixed' | 'dismissed' | 'ended', Carried[]>;

function groupByState(carried: readonly Carried[], today: Today, judged: Judged): Groups {
  const dismissedIds = new Set(today.dismissals.map((dismissal) => dismissal.findingId));
  const groups: Groups = { active: [], judgedFixed: [], dismissed: [], ended: [] };
  for (const one of carried) {
    const { id, status } = one.finding;
    if (status === 'fixed' || status === 'gone') groups.ended.push(one);
    else if (dismissedIds.has(id)) groups.dismissed.push(one);
    else if (one.state !== 'left' && judged.get(id)?.status === 'fixed') groups.judgedFixed.push(one);
    else groups.active.push(one);
  }
  return groups;
}

/** Said again: open, whatever it is called this time. A reader's first words and place stay as long as the code does. */
function heard({ carried, raw }: Pair, said: Said, judged: Judged): Outcome {
  const { finding, state } = carried;
  const retold = said.kind === 'scope' && state === 'here' ? {} : { ...placeOf(raw), ...wordsOf(raw) };
  const why = judged.get(finding.id)?.why ?? '';
  return stays({ ...finding, ...retold, status: openStatus(carried), fixedSha: null, why });
}

function unheard(one: Carried, { today, said }: Reconciliation, judged: Judged): Outcome {
  const { finding, state } = one;
  const judgement = judged.get(finding.id);
  if (state === 'left' || (one.removed && isUnasked(said)))
    return stays({ ...finding, status: 'gone', why: 'Its code is no longer part of the change.' });
  const fixedByTool = said.kind === 'tree' && said.complete && !said.notReviewed.includes(finding.path);
  if (judgement?.status === 'fixed' || fixedByTool) {
    return stays({ ...finding, status: 'fixed', fixedSha: today.headSha, why: judgement?.why ?? '' });
  }
  return stays({ ...finding, status: openStatus(one), why: judgement?.why ?? finding.why });
}

/** Then nobody can say of code that was taken out whether that mended anything. */
function isUnasked(said: Said): boolean {
  return said.kind === 'scope' && said.unasked === true;
}

/** What nobody was told of is still news. */
function openStatus({ finding, announced }: Carried): 'new' | 'open' {
  return finding.status === 'new' && !announced ? 'new' : 'open';
}

function dismissal({ finding, state }: Carried, today: Today): Outcome {
  if (state === 'left') return { finding: { ...finding, status: 'gone' }, remembered: true };
  return stays({ ...finding, status: 'dismissed', why: whyDismissed(finding, today) ?? finding.why });
}

function cameBack({ carried, raw }: Pair, today: Today): Outcome {
  const finding = { ...carried.finding, ...placeOf(raw), fixedSha: null };
  const why = whyDismissed(finding, today);
  if (why !== null) return stays({ ...finding, status: 'dismissed', why });
  return stays({ ...finding, ...wordsOf(raw), status: 'open', why: 'It came back.' });
}

function whyDismissed(finding: Finding, today: Today): string | null {
  const dismissal = today.dismissals.find(({ findingId }) => findingId === finding.id);
  return dismissal === undefined ? null : dismissalWords(dismissal).slice(0, 2000);
}

function stillEnded({ finding, announced }: Carried): Outcome {
  if (finding.status === 'fixed' && !announced) return stays(finding);
  return { finding: { ...finding, status: 'gone' }, remembered: true };
}

function stays(finding: Finding): Outcome {
  return { finding, remembered: false };
}

function placeOf(raw: PlacedRaw): Pick<Finding, 'path' | 'line' | 'endLine' | 'side' | 'quote' | 'ownLine'> {
  const { path, line, endLine, side, quote, ownLine } = raw;
  return { path, line, endLine, side, quote, ownLine };
}

function wordsOf(raw: PlacedRaw): Pick<Finding, 'severity' | 'category' | 'rule' | 'title' | 'body' | 'suggestion'> {
  const { severity, category, rule, title, body, suggestion } = raw;
  return { severity, category, rule, title, body, suggestion };
}

/** The gravest are let in where there is no room for all. */
function admit(raws: readonly PlacedRaw[], room: number): { admitted: PlacedRaw[]; refused: Ignored[] } {
  const ranked = raws.toSorted((a, b) => bySeverity(a.severity, b.severity) || byPlace(a, b));
  const why = `a review holds at most ${MAX_FINDINGS} findings`;
  return {
    admitted: ranked.slice(0, Math.max(0, room)).toSorted(byPlace),
    refused: ranked.slice(Math.max(0, room)).map(({ path, title }) => ({ path, title, why })),
  };
}

/** New identities. They come from what is found and from the run alone, so that a run done again gives the same ones. */
function giveBirth(
  raws: readonly PlacedRaw[],
  carried: readonly Carried[],
  { idSeed, hash, today }: Reconciliation,
  nextShortId: number,
): Finding[] {
  const fingerprints = new Set(carried.map((one) => one.finding.fingerprint));
  const ordinals = new Map<string, number>();
  return raws.map((raw, index) => {
    const kind = raw.rule ?? raw.category;
    const base = hash(JSON.stringify([kind, raw.path, foldBlanks(raw.quote) || raw.title])).slice(0, 32);
    let ordinal = (ordinals.get(base) ?? 0) + 1;
    while (fingerprints.has(`${base}:${ordinal}`)) ordinal += 1;
    ordinals.set(base, ordinal);
    const fingerprint = `${base}:${ordinal}`;
    return {
      ...placeOf(raw),
      ...wordsOf(raw),
      id: `f${hash(JSON.stringify([idSeed, fingerprint])).slice(0, 23)}`,
      shortId: nextShortId + index,
      status: 'new',
      fingerprint,
      firstSeenSha: today.headSha,
      fixedSha: null,
      why: '',
    };
  });
}
