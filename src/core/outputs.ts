import { countFindings, gravest, savedTokens, sumCounts, type PullReport, type RunReports } from './report.ts';
import type { Usage } from './usage.ts';

/**
 * The action's outputs (DESIGN 11). For several PRs counts and tokens are summed, the verdict is the gravest, and
 * `mode`, `reason`, `head-sha` and `previous-sha` list one value per PR, in the order asked for, separated by commas;
 * `session` and `batch-id` one per run, where there were several one after another.
 * Unknown values are empty strings.
 */
export function outputsOf({ runs, failures }: Omit<RunReports, 'notes'>): Record<string, string> {
  const pulls = runs.flatMap((run) => run.pulls);
  const spent = pulls.filter((pull) => pull.outcome === 'reviewed').flatMap(usageOf);
  const counts = sumCounts(pulls.map((pull) => countFindings(pull.record?.result.findings ?? [])));
  return {
    verdict: failures.length > 0 ? '' : verdictOutput(pulls),
    mode: listed(pulls, (pull) => pull.mode ?? ''),
    reason: listed(pulls, (pull) => pull.reason ?? ''),
    session: runs.map(({ session }) => session).join(','),
    'batch-id': runs.map(({ batchId }) => batchId).join(','),
    'run-ids': listed(pulls, (pull) => pull.runId ?? ''),
    'head-sha': listed(pulls, (pull) => pull.headSha),
    'previous-sha': listed(pulls, (pull) => pull.record?.result.previousSha ?? ''),
    new: String(counts.new),
    open: String(counts.open),
    fixed: String(counts.fixed),
    carried: String(counts.carried),
    'input-tokens': total(spent, (usage) => usage.inputTokens),
    'output-tokens': total(spent, (usage) => usage.outputTokens),
    'saved-tokens': String(spent.reduce((sum, usage) => sum + savedTokens(usage), 0)),
    cost: total(spent, (usage) => usage.costUsd),
  };
}

/** Empty unless every PR has a verdict on the head that was looked at: a partial one would be taken for the whole. */
function verdictOutput(pulls: readonly PullReport[]): string {
  const standing = pulls.filter((pull) => pull.outcome !== 'failed' && pull.outcome !== 'overtaken');
  const verdicts = standing.flatMap((pull) => (pull.record === null ? [] : [pull.record.result.verdict]));
  return verdicts.length === pulls.length ? (gravest(verdicts) ?? '') : '';
}

function usageOf(pull: PullReport): Usage[] {
  return pull.record === null ? [] : [pull.record.result.usage];
}

function listed(pulls: readonly PullReport[], value: (pull: PullReport) => string): string {
  return pulls.map(value).join(',');
}

function total(usages: readonly Usage[], value: (usage: Usage) => number | null): string {
  const known = usages.map(value).filter((amount) => amount !== null);
  // Sums of fractions come out with a tail that is nobody's money.
  return known.length === 0 ? '' : String(Number(known.reduce((sum, amount) => sum + amount, 0).toFixed(6)));
}
