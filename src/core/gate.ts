import { isOpen } from './finding.ts';
import { pullRequestName } from './pull-request.ts';
import type { FailedPull, PullReport } from './report.ts';
import { reaches, type Severity } from './severity.ts';

export type GatePolicy = {
  /** From which severity on an open finding fails the step; `never`: none does. */
  failOn: Severity | 'never';
  /** What a fault of ours (no review could be made) does to the step. */
  onError: 'warn' | 'fail';
};

export type GateDecision = { conclusion: 'pass' } | { conclusion: 'warn' | 'fail'; messages: string[] };

/** What the step does after all. With `fail-on` set, whatever is not known to be good fails: a gate that guesses is none. */
export function gate(
  pulls: readonly PullReport[],
  policy: GatePolicy,
  failed: readonly FailedPull[] = [],
): GateDecision {
  const failures: string[] = [];
  const warnings: string[] = [];
  const broken = policy.failOn !== 'never' || policy.onError === 'fail' ? failures : warnings;
  for (const { pullRequest, why } of failed) broken.push(`${pullRequest} was NOT reviewed: ${why}`);
  for (const pull of pulls) {
    const name = pullRequestName(pull.pullRequest);
    const objection = objectionTo(pull, policy.failOn);
    if (objection !== null) failures.push(`${name}: ${objection}`);
    else if (pull.outcome === 'failed') {
      const list = policy.onError === 'fail' ? failures : warnings;
      list.push(`${name} was NOT reviewed: ${pull.detail}`);
    }
  }
  if (failures.length > 0) return { conclusion: 'fail', messages: [...failures, ...warnings] };
  if (warnings.length > 0) return { conclusion: 'warn', messages: warnings };
  return { conclusion: 'pass' };
}

function objectionTo(pull: PullReport, failOn: Severity | 'never'): string | null {
  if (failOn === 'never' || pull.reason === 'ineligible') return null;
  if (pull.outcome === 'failed') return `NOT reviewed: ${pull.detail}`;
  if (pull.record === null || pull.outcome === 'overtaken') return `no verdict on this head: ${pull.detail}`;
  const { findings, verdict } = pull.record.result;
  const grave = findings.filter((finding) => isOpen(finding) && reaches(finding.severity, failOn));
  if (grave.length > 0) {
    const which = grave.map((finding) => `F${finding.shortId}`).slice(0, 20);
    return `${grave.length} open at ${failOn} or above (${which.join(', ')})`;
  }
  return verdict === 'inconclusive' ? 'the review is not complete' : null;
}
