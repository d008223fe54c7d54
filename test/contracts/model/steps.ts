import * as fc from 'fast-check';

/** What the callers do, as data: it shrinks, and a failing history prints as it is. */
export type Step =
  | { do: 'pass'; seconds: number }
  | { do: 'push'; pull: number; head: number }
  | { do: 'retarget' | 'close'; pull: number }
  /** `paused`: by what the caller saw at its last look. `ahead`: by a clock that runs fast by so many seconds. */
  | {
      do: 'claim';
      who: number;
      job: number;
      pulls: number[];
      paused: boolean;
      ahead: number;
      force: Force;
      lease: number;
    }
  /** The same claim again, as after a lost answer. */
  | { do: 'claim again'; ago: number }
  | { do: 'beat'; ago: number; by: By; words: Words | null }
  /** `again`: what the turn submitted before, once more. `with`: another turn's result in the same call. */
  | { do: 'submit'; ago: number; by: By; words: Words; again: boolean; with: number | null }
  | { do: 'deliver'; ago: number; by: By }
  | { do: 'release'; ago: number; by: By; status: 'failed' | 'cancelled' }
  | { do: 'dismiss'; who: number; pull: number; dismissed: boolean }
  | { do: 'pause'; who: number; pull: number; paused: boolean }
  | { do: 'read'; who: number; pull: number };

type Force = null | 'full' | 'rerun';

/** `stranger`: with a token of its own. The others have the holder's token, and are somebody else. */
export type By = 'holder' | 'stranger' | 'other owner' | 'other caller';

/** Which of a few results: number of findings, whether files are left over, and a text. */
export type Words = { text: number; findings: number; pending: boolean };

const who = fc.nat({ max: 3 });
const pull = fc.nat({ max: 1 });
const ago = fc.nat({ max: 4 });
const by: fc.Arbitrary<By> = fc.oneof(
  { weight: 20, arbitrary: fc.constant('holder' as const) },
  { weight: 1, arbitrary: fc.constantFrom<By>('stranger', 'other owner', 'other caller') },
);
const words: fc.Arbitrary<Words> = fc.record({
  text: fc.nat({ max: 2 }),
  findings: fc.nat({ max: 1 }),
  pending: fc.boolean(),
});
const seldom = <T>(usual: T, unusual: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: unusual });

const YEAR_QUARTER = 91 * 24 * 60 * 60;

const weighted: [number, fc.Arbitrary<Step>][] = [
  [6, fc.record({ do: fc.constant('pass'), seconds: seldom(1, fc.constantFrom(15, 59, 119, 121), 2) })],
  [1, fc.record({ do: fc.constant('pass'), seconds: seldom(31, fc.constant(YEAR_QUARTER), 6) })],
  [5, fc.record({ do: fc.constant('push'), pull, head: fc.nat({ max: 3 }) })],
  [1, fc.record({ do: fc.constantFrom('retarget', 'close'), pull })],
  [
    14,
    fc.record({
      do: fc.constant('claim'),
      who,
      job: seldom(0, fc.constant(1), 4),
      pulls: fc.oneof(
        { weight: 4, arbitrary: pull.map((one) => [one]) },
        { weight: 1, arbitrary: fc.constant<number[]>([0, 1]) },
      ),
      paused: seldom(false, fc.constant(true), 5),
      ahead: seldom(0, fc.constantFrom(2, 60, 61), 12),
      force: seldom<Force>(null, fc.constantFrom('full', 'rerun'), 12),
      lease: fc.constantFrom(30, 120),
    }),
  ],
  [2, fc.record({ do: fc.constant('claim again'), ago })],
  [5, fc.record({ do: fc.constant('beat'), ago, by, words: fc.option(words, { nil: null }) })],
  [
    9,
    fc.record({
      do: fc.constant('submit'),
      ago,
      by,
      words,
      again: seldom(false, fc.constant(true), 5),
      with: seldom<number | null>(null, ago, 5),
    }),
  ],
  [6, fc.record({ do: fc.constant('deliver'), ago, by })],
  [3, fc.record({ do: fc.constant('release'), ago, by, status: fc.constantFrom('failed', 'cancelled') })],
  [1, fc.record({ do: fc.constant('dismiss'), who, pull, dismissed: fc.boolean() })],
  [1, fc.record({ do: fc.constant('pause'), who, pull, paused: seldom(false, fc.constant(true), 1) })],
  [2, fc.record({ do: fc.constant('read'), who, pull })],
];

export const step: fc.Arbitrary<Step> = fc.oneof(
  ...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary: arbitrary })),
);
