import type { Mode, Reason } from '../mode.ts';
import { PUSH_KINDS, type PushKind } from './past.ts';

/** o200k tokens that each way of reviewing a push has to read. Nothing is capped: a method that costs more says so. */
export type Cost = {
  /** The PR's whole diff, merge base to head. */
  full: number;
  /** `git diff` of the previous head and this one. */
  prevHead: number;
  /** The same, of the files that the PR itself changes. */
  prevHeadOwn: number;
  /** What the push changed of the PR itself. */
  interdiff: number;
  /** What a reviewer is given: the interdiff with its context, without what is not reviewed. */
  reviewable: number;
};

/** One push of a replay, as `pushback replay --json` prints it. DESIGN 13. */
export type PushCost = {
  pull: string;
  /** Counted from 1 within its pull request. */
  push: number;
  kind: PushKind;
  mode: Mode;
  reason: Reason;
  head: string;
} & Cost;

const MEASURES = ['full', 'prevHead', 'prevHeadOwn', 'interdiff', 'reviewable'] as const;

export type Sum = { pushes: number } & Cost;

type ByKind = Record<PushKind, Sum>;

export type Sums = { pulls: number } & Sum & {
    byKind: ByKind;
    /** Every push but the first of its pull request, at which all methods read everything. */
    followUps: Sum & { byKind: ByKind };
    /** How many pushes took which way: `incremental/new-commits` and the like. */
    modes: Record<string, number>;
  };

export function sumOf(pushes: readonly PushCost[]): Sum {
  const sum: Sum = { pushes: pushes.length, full: 0, prevHead: 0, prevHeadOwn: 0, interdiff: 0, reviewable: 0 };
  for (const push of pushes) for (const measure of MEASURES) sum[measure] += push[measure];
  return sum;
}

export function sumsOf(pushes: readonly PushCost[]): Sums {
  const modes: Record<string, number> = {};
  for (const { mode, reason } of pushes) modes[`${mode}/${reason}`] = (modes[`${mode}/${reason}`] ?? 0) + 1;
  const later = pushes.filter(({ push }) => push > 1);
  return {
    pulls: new Set(pushes.map(({ pull }) => pull)).size,
    ...sumOf(pushes),
    byKind: byKindOf(pushes),
    followUps: { ...sumOf(later), byKind: byKindOf(later) },
    modes,
  };
}

function byKindOf(pushes: readonly PushCost[]): ByKind {
  const sums = PUSH_KINDS.map((kind) => [kind, sumOf(pushes.filter((push) => push.kind === kind))] as const);
  return Object.fromEntries(sums) as ByKind;
}

/** What became of real rebases onto a later main. */
export type Rebases = {
  tried: number;
  /** Went through without conflict: each is a push of kind `rebased`. */
  clean: number;
  /** Of those, how many the product would answer with none/unchanged. */
  unchanged: number;
  conflicted: number;
  /** Nothing of the pull request was left: by then the main branch had it all. */
  emptied: number;
  /** Pull requests whose main had not moved before they were merged. */
  notMoved: number;
  /** The clean ones that were not unchanged. */
  others: { pull: string; mode: Mode; reason: Reason; reviewable: number }[];
};

export const NO_REBASES: Rebases = {
  tried: 0,
  clean: 0,
  unchanged: 0,
  conflicted: 0,
  emptied: 0,
  notMoved: 0,
  others: [],
};

/** Pull requests that were drawn and could not be replayed. */
export type LeftOut = { pull: string; why: string };

export type ReplayTotals = Sums & {
  /** The same pull requests with commits that came within ten minutes taken for one push; null where pushes were given. */
  grouped: Sums | null;
  rebases: Rebases;
  leftOut: LeftOut[];
};
