import { oracle, type Detector } from '../../test/support/models/oracle.ts';
import { startModelServer } from '../../test/support/models/server.ts';
import { checkoutAndLint } from './analyse.ts';

/** Runs before Pushback, as a step of the workflow. */
export const ANALYSER: DemoReviewer = {
  inputs: { reviewer: 'sarif', 'sarif-file': 'oxlint.sarif' },
  prepare: checkoutAndLint,
};

export const REVIEWERS = ['sarif', 'model'] as const;
export type ReviewerName = (typeof REVIEWERS)[number];

/** Who reviews in the demo: what the action is told, and what the workflow does before it. */
export type DemoReviewer = {
  inputs: Record<string, string>;
  prepare(repository: string, ref: string, workspace: string): Promise<void>;
};

/** What the analyser finds, too, for a model that looks for nothing else. */
const SLIPS: readonly Detector[] = [
  { pattern: /=== NaN/, severity: 'warning', rule: 'use-isnan', title: 'Nothing equals NaN, so this is never true' },
  { pattern: /^ *spring: 20,/m, severity: 'warning', rule: 'no-dupe-keys', title: 'The coupon spring is there twice' },
  { pattern: /index >= 0; index\+\+/, severity: 'warning', rule: 'for-direction', title: 'The loop never ends' },
];

export async function startReviewer(name: ReviewerName): Promise<DemoReviewer & AsyncDisposable> {
  switch (name) {
    case 'sarif':
      return { ...ANALYSER, [Symbol.asyncDispose]: async () => undefined };
    case 'model': {
      const models = await startModelServer(oracle({ detectors: SLIPS }));
      return {
        inputs: {
          reviewer: 'model',
          model: 'openai-compatible/oracle',
          'base-url': models.baseUrl('openai'),
          'api-key': 'key-of-the-demo',
        },
        // A model reads git's objects: the workflow checks nothing out.
        prepare: async () => undefined,
        [Symbol.asyncDispose]: () => models.close(),
      };
    }
    default:
      return name satisfies never;
  }
}
