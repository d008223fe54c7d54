import { createHash } from 'node:crypto';
import { parseSarif, type SarifReport } from '../../../core/sarif/parse.ts';
import { withSuggestions } from '../../../core/sarif/suggest.ts';
import { pullRequestName } from '../../../core/pull-request.ts';
import { pathOf } from '../../../core/diff.ts';
import type { PullRequestRequest, PullRequestReview, Reviewer, ReviewerOutcome } from '../../../ports/reviewer.ts';
import { readFiles } from './read-files.ts';

export type SarifReviewerOptions = {
  /** File names or globs, relative to `root` or absolute. */
  files: readonly string[];
  /** Absolute path of the folder that names are relative to, and under which the sources lay when the tool ran. */
  root: string;
  /** Whatever else changes what is reviewed: filters, for example. */
  fingerprintParts: readonly string[];
};

/**
 * Reports what analysers found, from files that they wrote before (SARIF 2.1.0). All results are passed on, with lines
 * of the tree that was analysed: mapping them to the head and choosing those on lines of the PR is `reconcile`'s.
 */
export function createSarifReviewer(options: SarifReviewerOptions): Reviewer {
  const identity = JSON.stringify(['sarif', 1, options.files, options.fingerprintParts]);
  return {
    name: 'sarif',
    model: null,
    kind: 'tree',
    fingerprint: createHash('sha256').update(identity).digest('hex'),
    async review(request, signal): Promise<ReviewerOutcome> {
      const read = await readFiles(options.files, options.root, signal);
      if (read.outcome !== 'read') return read;
      const reports: SarifReport[] = [];
      for (const { name, text } of read.files) {
        const reading = parseSarif(text, [options.root]);
        if (reading.outcome === 'refused') {
          const why = `The SARIF file ${name} can't be used: ${reading.faults[0] ?? 'it is invalid'}.`;
          return { outcome: 'failed', why, output: reading.faults.join('\n') };
        }
        reports.push(reading.report);
      }
      if (signal.aborted) return { outcome: 'aborted' };
      return answer(request.pullRequests, reports);
    },
  };
}

function answer(pulls: readonly PullRequestRequest[], reports: readonly SarifReport[]): ReviewerOutcome {
  const revisions = new Set(reports.flatMap((report) => report.revision ?? []));
  if (revisions.size > 1) {
    return failed(`The SARIF files are about different commits (${[...revisions].join(', ')}): give those of one.`);
  }
  const [revision = null] = revisions;
  if (pulls.length > 1) {
    return failed(`SARIF files are about one tree, and ${pulls.length} pull requests were asked for: name one.`);
  }
  const merged: SarifReport = {
    findings: reports.flatMap((report) => report.findings),
    complete: reports.every((report) => report.complete),
    revision,
    notReviewed: reports.flatMap((report) => report.notReviewed),
    outside: reports.reduce((sum, report) => sum + report.outside, 0),
  };
  const reviews = pulls.map((pull) => reviewOf(pull, merged));
  return {
    outcome: 'reviewed',
    reviews,
    usage: { inputTokens: null, outputTokens: null, costUsd: null },
    sessionId: null,
  };
}

function reviewOf(pull: PullRequestRequest, report: SarifReport): PullRequestReview {
  const paths = new Set(pull.fullDiff.map(pathOf));
  return {
    pullRequest: pullRequestName(pull.pullRequest),
    summary: '',
    findings: withSuggestions(report.findings, pull.fullDiff, report.revision === pull.version.headSha),
    judgements: [],
    notReviewed: report.notReviewed.filter(({ path }) => paths.has(path)),
    analysed: { revision: report.revision, complete: report.complete },
  };
}

function failed(why: string): ReviewerOutcome {
  return { outcome: 'failed', why, output: '' };
}
