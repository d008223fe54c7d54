import { NO_LINKS } from '../../src/core/neutralise.ts';
import { SessionName } from '../../src/core/ids.ts';
import type { PublicationOptions } from '../../src/core/publish/plan-publication.ts';
import type { ReviewView, ViewContext } from '../../src/core/render/view.ts';
import { aRecord, sha } from './builders.ts';

/** A review as people are shown it; the record's result is given in parts, the rest is sensible. */
export function aContext(overrides: Partial<ViewContext> = {}): ViewContext {
  return {
    session: SessionName.parse('acme/shop#12'),
    serverUrl: 'https://github.example',
    runUrl: 'https://github.example/acme/shop/actions/runs/42',
    detail: '',
    companions: [],
    relation: null,
    movedUpstream: 0,
    sign: null,
    linkHosts: NO_LINKS,
    ...overrides,
  };
}

export const somePublicationOptions: PublicationOptions = {
  minSeverity: 'warning',
  maxComments: 10,
  calmAfter: 5,
  resolveThreads: 'auto',
  requestChangesAt: null,
};

export function aView(
  overrides: Omit<Partial<ReviewView>, 'record' | 'context'> & {
    result?: NonNullable<Parameters<typeof aRecord>[0]>['result'];
    context?: Partial<ViewContext>;
  } = {},
): ReviewView {
  const { result, context, ...rest } = overrides;
  return {
    record: aRecord({ result: { previousSha: sha('2'), ...result } }),
    context: aContext(context),
    inline: new Set(),
    reviewRefused: false,
    told: 0,
    trend: [],
    ...rest,
  };
}
