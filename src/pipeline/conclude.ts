import { conclude, type Conclusion } from '../core/conclude.ts';
import { placesToRead } from '../core/findings/list-open.ts';
import { NOTHING_SAID, type Said, type Today } from '../core/findings/today.ts';
import type { RawFinding } from '../core/finding.ts';
import type { RunId } from '../core/ids.ts';
import type { ReviewerIdentity } from '../core/review-record.ts';
import { plus, spentBefore } from '../core/reviewing/spent.ts';
import type { Scope } from '../core/scope.ts';
import type { PullRequestReview } from '../ports/reviewer.ts';
import { analysedBy } from './analysed.ts';
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
  const { said, notReviewed } = await answerOf(ports, pr, review);
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
    notReviewed,
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

type Answer = { said: Said; notReviewed: readonly { path: string; reason: string }[] };

async function answerOf(ports: ReviewPorts, pr: Prepared, review: PullRequestReview | null): Promise<Answer> {
  if (review === null) return { said: NOTHING_SAID, notReviewed: [] };
  const { findings, judgements, notReviewed } = review;
  if (ports.reviewer.kind === 'scope') return { said: { kind: 'scope', findings, judgements }, notReviewed };
  const analysed = await analysedBy(ports, pr, review);
  return {
    said: {
      kind: 'tree',
      findings,
      map: analysed.map,
      complete: review.analysed?.complete ?? false,
      notReviewed: analysed.notReviewed.map(({ path }) => path),
    },
    notReviewed: analysed.notReviewed,
  };
}

/** Lines that were added, and places where something was removed. */
function linesIn(scope: Scope): number {
  const inFile = (file: Scope['files'][number]): number =>
    file.added.reduce((sum, range) => sum + range.end - range.start + 1, file.removedAfter.length);
  return scope.files.reduce((sum, file) => sum + inFile(file), 0);
}
