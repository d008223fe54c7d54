import { conclude, type Conclusion } from '../core/conclude.ts';
import { pathsOf } from '../core/diff.ts';
import { versionMapOf, type VersionMap } from '../core/findings/version-map.ts';
import { placesToRead } from '../core/findings/list-open.ts';
import { NOTHING_SAID, type Said, type Today } from '../core/findings/today.ts';
import type { RawFinding } from '../core/finding.ts';
import type { CommitSha, RunId } from '../core/ids.ts';
import type { ReviewerIdentity } from '../core/review-record.ts';
import { plus, spentBefore } from '../core/reviewing/spent.ts';
import type { Scope } from '../core/scope.ts';
import type { PullRequestReview } from '../ports/reviewer.ts';
import type { ReviewPorts } from './ports.ts';
import type { Prepared } from './prepared.ts';
import type { Reviewed } from './review.ts';

type Answered = Extract<Reviewed, { outcome: 'reviewed' | 'unasked' }>;

/** Reads the files that findings stand in, and draws the conclusion. */
export async function concludeRun(
  ports: ReviewPorts,
  runId: RunId,
  pr: Prepared,
  reviewed: Answered,
): Promise<Conclusion> {
  const { pullRequest, fullDiff, recorded, scope, decision } = pr;
  const review = reviewed.outcome === 'reviewed' ? reviewed.review : null;
  const previous = recorded.previous.outcome === 'found' ? recorded.previous.record : null;
  const used =
    reviewed.outcome === 'reviewed' ? reviewed.usage : { inputTokens: null, outputTokens: null, costUsd: null };
  const beforeLines: Omit<Today, 'lines'> = {
    headSha: pullRequest.version.headSha,
    fullDiff: pr.inReview,
    earlier: pr.earlier,
    ...(pr.commented === undefined ? {} : { commented: pr.commented }),
    dismissals: recorded.dismissals,
  };
  const said = review === null ? NOTHING_SAID : await saidBy(ports, pr, review);
  const places = placesToRead(beforeLines, placesSaid(said));
  const lines = await pr.readLines(places);
  return conclude({
    runId,
    version: pullRequest.version,
    decision,
    fullDiff,
    scope,
    today: { ...beforeLines, lines },
    said,
    notReviewed: review === null ? [] : notReviewedBy(pr, review),
    summary: review?.summary ?? null,
    reviewer: identityOf(ports, pr, reviewed),
    previous,
    nextShortId: pr.claimed.answer.nextShortId,
    usage: {
      ...used,
      ...(review?.refuted === undefined ? {} : { refuted: review.refuted }),
      spent: plus(spentBefore(previous, recorded.sources), used),
      scopeTokens: scope.tokens,
      fullTokens: scope.fullTokens,
      scopeFiles: scope.files.length,
      scopeLines: linesIn(scope),
      fullFiles: scope.fullFiles,
      durationMs: reviewed.outcome === 'reviewed' ? reviewed.durationMs : 0,
    },
    hash: (text) => ports.sha256Hex(text),
  });
}

/** Under today's names: upstream may have renamed a file in the tree that an analyser looked at. */
function placesSaid(said: Said): Pick<RawFinding, 'path' | 'side'>[] {
  const map = said.kind === 'tree' ? said.map : null;
  return said.findings.map(({ path, side }) => ({ path: map?.path(path, 'RIGHT') ?? path, side }));
}

/** Where nobody was asked, the reviewer's conversation of the previous review is still the one to go on with. */
function identityOf({ reviewer }: ReviewPorts, pr: Prepared, reviewed: Answered): ReviewerIdentity {
  const { previous } = pr.recorded;
  const earlier = previous.outcome === 'found' ? previous.record.result.reviewer.sessionId : null;
  const sessionId = reviewed.outcome === 'reviewed' ? reviewed.sessionId : earlier;
  const begunAnew = reviewed.outcome === 'reviewed' ? reviewed.begunAnew?.slice(0, 500) : undefined;
  const why = begunAnew === undefined ? {} : { begunAnew };
  return { name: reviewer.name, model: reviewer.model, fingerprint: pr.fingerprint, sessionId, ...why };
}

async function saidBy(ports: ReviewPorts, pr: Prepared, review: PullRequestReview): Promise<Said> {
  if (ports.reviewer.kind === 'scope')
    return { kind: 'scope', findings: review.findings, judgements: review.judgements };
  return {
    kind: 'tree',
    findings: review.findings,
    map: await mapFromAnalysed(pr, review, review.analysed?.revision ?? ports.checkedOut),
    complete: review.analysed?.complete ?? false,
    notReviewed: review.notReviewed.map(({ path }) => path),
  };
}

/**
 * An analyser that looked at another commit (on `pull_request` the checkout is the merge with the base) counts lines in
 * that one. Where it can't be had, the results are read as the head's, and quotes find what moved.
 */
async function mapFromAnalysed(
  { repository, pullRequest, fullDiff }: Prepared,
  review: PullRequestReview,
  revision: CommitSha | null,
): Promise<VersionMap | null> {
  const { headSha } = pullRequest.version;
  if (revision === null || revision === headSha) return null;
  const fetched = await repository.fetch([revision]);
  if (fetched.outcome === 'unavailable') return null;
  const paths = [...new Set([...review.findings.map(({ path }) => path), ...pathsOf(fullDiff)])];
  return versionMapOf([await repository.diff(revision, headSha, { paths })], [], fullDiff);
}

function notReviewedBy({ scope }: Prepared, review: PullRequestReview): { path: string; reason: string }[] {
  const failed = review.analysed?.complete === false;
  if (!failed) return review.notReviewed;
  return scope.files.map(({ path }) => ({ path, reason: "the analyser's run did not succeed" }));
}

/** Lines that were added, and places where something was removed. */
function linesIn(scope: Scope): number {
  const inFile = (file: Scope['files'][number]): number =>
    file.added.reduce((sum, range) => sum + range.end - range.start + 1, file.removedAfter.length);
  return scope.files.reduce((sum, file) => sum + inFile(file), 0);
}
