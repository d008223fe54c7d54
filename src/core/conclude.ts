import { coverageAfter } from './interdiff.ts';
import { pathOf, type FileDiff } from './diff.ts';
import { reconcile } from './findings/reconcile.ts';
import type { Ignored } from './findings/place-raw.ts';
import type { Said, Today } from './findings/today.ts';
import type { RunId } from './ids.ts';
import type { ModeDecision } from './mode.ts';
import { patchDigest } from './patch-digest.ts';
import type { PullRequestVersion } from './pull-request.ts';
import type { ReviewerIdentity, ReviewRecord, ReviewResult } from './review-record.ts';
import type { Scope } from './scope.ts';
import type { Usage } from './usage.ts';
import { verdictOf } from './verdict.ts';

export type ConclusionInput = {
  runId: RunId;
  version: PullRequestVersion;
  decision: ModeDecision;
  fullDiff: readonly FileDiff[];
  scope: Scope;
  /** The PR and its earlier findings as they stand today. */
  today: Today;
  /** What the reviewer said; `NOTHING_SAID` where none was asked. */
  said: Said;
  /** Paths that it did not review, and why: in scope, or for an analyser, which looks at all, anywhere in the PR. */
  notReviewed: readonly { path: string; reason: string }[];
  /** Its words on the whole; null where none was asked: then the earlier ones stand. */
  summary: string | null;
  reviewer: ReviewerIdentity;
  previous: ReviewRecord | null;
  nextShortId: number;
  usage: Usage;
  /** SHA-256 in hexadecimal. */
  hash: (text: string) => string;
};

export type Conclusion = { result: ReviewResult; ignored: Ignored[] };

function filesLookedAt({ said, scope, fullDiff }: ConclusionInput): readonly { path: string }[] {
  return said.kind === 'tree' ? fullDiff.map((file) => ({ path: pathOf(file) })) : scope.files;
}

/** What a run came to: findings with their identities, coverage, and the verdict that follows from both. */
export function conclude(input: ConclusionInput): Conclusion {
  const { decision, previous, version } = input;
  const reconciled = reconcile({
    today: input.today,
    said: input.said,
    idSeed: input.runId,
    nextShortId: input.nextShortId,
    hash: input.hash,
  });
  const coverage = coverageAfter({
    today: { mergeBaseSha: version.mergeBaseSha, headSha: version.headSha },
    fullDiff: input.fullDiff,
    scope: { excluded: input.scope.excluded, files: filesLookedAt(input) },
    notReviewed: input.notReviewed,
    digestOf: (file) => patchDigest(file, input.hash),
  });
  return {
    result: {
      mode: decision.mode,
      reason: decision.reason,
      verdict: verdictOf(reconciled.findings, coverage),
      summary: input.summary ?? previous?.result.summary ?? '',
      findings: reconciled.findings,
      remembered: reconciled.remembered,
      coverage,
      usage: input.usage,
      reviewer: input.reviewer,
      previousSha: previous?.version.headSha ?? null,
    },
    ignored: reconciled.ignored,
  };
}
