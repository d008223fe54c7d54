import { readable } from '../neutralise.ts';
import { PUSH_KINDS } from './past.ts';
import type { Rebases, ReplayTotals, Sum } from './totals.ts';

const WIDTHS = [24, 8, 15, 19, 19, 19];
const LISTED = 20;

/** The totals for people: plain text, safe for a terminal. */
export function replayTable(totals: ReplayTotals): string {
  const { followUps, grouped } = totals;
  const rows: (readonly [string, Sum])[] = [
    ['all pushes', totals],
    ['after the first', followUps],
    ...PUSH_KINDS.filter((kind) => followUps.byKind[kind].pushes > 0).map(
      (kind) => [`  ${kind}`, followUps.byKind[kind]] as const,
    ),
    ...(grouped === null
      ? []
      : [['grouped by pauses', grouped] as const, ['  after the first', grouped.followUps] as const]),
  ];
  return [
    `${count(totals.pulls)} pull requests, ${count(totals.pushes)} pushes; o200k tokens to read, and their share of the full diff`,
    '',
    row(['', 'pushes', 'full PR diff', 'prev..head', 'interdiff', 'reviewable']),
    ...rows.map(([name, sum]) => row([name, count(sum.pushes), count(sum.full), ...shares(sum)])),
    '',
    'reviewable: the interdiff with its context, without what is not reviewed',
    ...modesText(totals.modes),
    ...rebasesText(totals.rebases),
    ...leftOutText(totals),
    '',
  ].join('\n');
}

function shares(sum: Sum): string[] {
  return [sum.prevHead, sum.interdiff, sum.reviewable].map((tokens) => `${count(tokens)} ${share(tokens, sum.full)}`);
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, index) => (index === 0 ? cell.padEnd(WIDTHS[0] ?? 0) : cell.padStart(WIDTHS[index] ?? 0)))
    .join('')
    .trimEnd();
}

function modesText(modes: Record<string, number>): string[] {
  const ordered = Object.entries(modes).toSorted(([, a], [, b]) => b - a);
  return [
    `What Pushback would do: ${ordered.map(([mode, pushes]) => `${count(pushes)} ${mode}`).join(', ') || 'nothing'}`,
  ];
}

function rebasesText(rebases: Rebases): string[] {
  if (rebases.tried === 0 && rebases.notMoved === 0) return [];
  const { tried, clean, unchanged, conflicted, emptied, notMoved, others } = rebases;
  return [
    `Rebases: ${tried} tried, ${conflicted} conflicted, ${emptied} left nothing, ${clean} clean, of which ${unchanged} none/unchanged; main had not moved for ${notMoved}`,
    ...others
      .slice(0, LISTED)
      .map((other) => `  ${readable(other.pull)}: ${other.mode}/${other.reason}, ${count(other.reviewable)} tokens`),
  ];
}

function leftOutText({ leftOut }: ReplayTotals): string[] {
  if (leftOut.length === 0) return [];
  const reasons = new Map<string, number>();
  for (const { why } of leftOut) {
    const reason = why.replaceAll(/[0-9a-f]{40,64}/g, '(commit)');
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return [`Drawn and left out: ${[...reasons].map(([why, pulls]) => `${pulls} (${readable(why)})`).join(', ')}`];
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

export function share(part: number, whole: number): string {
  if (whole === 0) return '-';
  const percent = (100 * part) / whole;
  return `${percent.toFixed(percent > 0 && percent < 9.95 ? 1 : 0)} %`;
}
