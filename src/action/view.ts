import type { ActionContext } from '../adapters/actions/context.ts';
import type { SessionName } from '../core/ids.ts';
import { NO_LINKS } from '../core/neutralise.ts';
import type { PullRequestKey } from '../core/pull-request.ts';
import type { ReviewView } from '../core/render/view.ts';
import type { PullReport } from '../core/report.ts';

/** A report as it is shown beside the comment: every finding in full. Null where there is no review to show. */
export function viewOf(
  pull: PullReport,
  session: SessionName,
  companions: readonly PullRequestKey[],
  context: Pick<ActionContext, 'serverUrl' | 'runUrl'>,
): ReviewView | null {
  if (pull.record === null) return null;
  return {
    record: pull.record,
    context: {
      session,
      serverUrl: context.serverUrl,
      runUrl: context.runUrl,
      detail: pull.detail,
      companions,
      relation: null,
      movedUpstream: 0,
      sign: null,
      linkHosts: NO_LINKS,
    },
    inline: new Set(),
    reviewRefused: false,
    told: 0,
    trend: [],
  };
}
