import type { RunId } from '../core/ids.ts';
import type { Mode, Reason } from '../core/mode.ts';
import type { PullReport } from '../core/report.ts';
import type { ReviewRecord } from '../core/review-record.ts';
import type { PullRequestSnapshot } from '../ports/pull-requests.ts';
import type { Claimed } from './claim.ts';

/** How each PR of the batch ended, in whatever order they end; asked for in the order they were named. */
export class Endings {
  readonly #reports = new Map<Claimed, PullReport>();

  end(claimed: Claimed, ending: Ending): void {
    const { pullRequest, answer } = claimed;
    this.#reports.set(claimed, {
      pullRequest: pullRequest.key,
      url: pullRequest.url,
      headSha: pullRequest.version.headSha,
      mode: ending.mode ?? null,
      reason: ending.reason ?? answer.reason,
      outcome: ending.outcome,
      detail: ending.detail,
      runId: runIdOf(claimed),
      record: ending.record ?? null,
    });
  }

  each(claimed: readonly Claimed[]): { pullRequest: PullRequestSnapshot; report: PullReport }[] {
    const reports = this.inOrder(claimed);
    return claimed.flatMap(({ pullRequest }, index) => {
      const report = reports[index];
      return report === undefined ? [] : [{ pullRequest, report }];
    });
  }

  inOrder(claimed: readonly Claimed[]): PullReport[] {
    return claimed.map((one) => {
      const report = this.#reports.get(one);
      if (report === undefined) throw new Error(`pull request ${one.pullRequest.url} came to no end`);
      return report;
    });
  }
}

export type Ending = {
  outcome: PullReport['outcome'];
  detail: string;
  mode?: Mode;
  reason?: Reason;
  record?: ReviewRecord | null;
};

/** The run of ours; null where the PR was not claimed. */
function runIdOf({ answer }: Claimed): RunId | null {
  return answer.answer === 'review' || answer.answer === 'publish' ? ourRun({ answer }).runId : null;
}

/** The run that a claim gave us. */
export function ourRun({ answer }: Pick<Claimed, 'answer'>): NonNullable<Claimed['answer']['run']> {
  if (answer.run === null) throw new Error('the ledger gave a run to us without saying which');
  return answer.run;
}
