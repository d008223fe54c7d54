import type { RawFinding } from '../../src/core/finding.ts';
import { pullRequestName } from '../../src/core/pull-request.ts';
import type {
  PullRequestRequest,
  PullRequestReview,
  Reviewer,
  ReviewerOutcome,
  ReviewRequest,
} from '../../src/ports/reviewer.ts';

export type RecordingReviewer = Reviewer & { requests: ReviewRequest[] };

type Scripted = Partial<Pick<Reviewer, 'fingerprint' | 'model' | 'name'>> & {
  usage?: Extract<ReviewerOutcome, { outcome: 'reviewed' }>['usage'];
  sessionId?: string;
  /** Takes the place of the whole answer. */
  instead?: (request: ReviewRequest, signal: AbortSignal) => Promise<ReviewerOutcome>;
  each?: (pull: PullRequestRequest) => Partial<PullRequestReview>;
};

/** Says of each added line in scope that holds BUG that it is one. */
export function scopeReviewer(script: Scripted = {}): RecordingReviewer {
  return scripted('scope', script, (pull) => ({ findings: bugsInScope(pull), analysed: null }));
}

/** Reports every line that holds BUG of the files that the pull request changes, at the head. */
export function treeReviewer(script: Scripted = {}): RecordingReviewer {
  return scripted('tree', script, (pull) => ({
    findings: bugsInTree(pull),
    analysed: { revision: pull.version.headSha, complete: true },
  }));
}

function scripted(
  kind: Reviewer['kind'],
  script: Scripted,
  answer: (pull: PullRequestRequest) => Partial<PullRequestReview>,
): RecordingReviewer {
  const requests: ReviewRequest[] = [];
  return {
    name: script.name ?? kind,
    model: script.model ?? null,
    kind,
    fingerprint: script.fingerprint ?? kind,
    requests,
    async review(request, signal) {
      requests.push(request);
      if (script.instead !== undefined) return script.instead(request, signal);
      return {
        outcome: 'reviewed',
        reviews: request.pullRequests.map((pull) => ({
          pullRequest: pullRequestName(pull.pullRequest),
          summary: `${pull.scope.files.length} files read`,
          findings: [],
          judgements: [],
          notReviewed: [],
          analysed: null,
          ...answer(pull),
          ...script.each?.(pull),
        })),
        usage: script.usage ?? { inputTokens: null, outputTokens: null, costUsd: null },
        sessionId: script.sessionId ?? null,
      };
    },
  };
}

function bugsInScope(pull: PullRequestRequest): RawFinding[] {
  return pull.scope.files.flatMap((file) =>
    file.hunks
      .flatMap((hunk) => hunk.lines)
      .filter(({ kind, newLine }) => {
        const line = newLine ?? 0;
        return kind === 'added' && file.added.some(({ start, end }) => start <= line && line <= end);
      })
      .flatMap(({ text, newLine }) => bugAt(file.path, text, newLine)),
  );
}

function bugsInTree(pull: PullRequestRequest): RawFinding[] {
  return pull.fullDiff.flatMap((file) =>
    file.hunks.flatMap((hunk) => hunk.lines).flatMap(({ text, newLine }) => bugAt(file.new?.path ?? '', text, newLine)),
  );
}

function bugAt(path: string, text: string, line: number | null): RawFinding[] {
  if (line === null || !text.includes('BUG')) return [];
  const common = { severity: 'warning', category: 'correctness', side: 'RIGHT', body: '' } as const;
  return [{ ...common, path, line, endLine: line, quote: text, title: `A bug: ${text.trim()}` }];
}

/** Waits until it is told to stop, and says so. */
export function untilAborted(begun?: () => void | Promise<void>) {
  return async (_request: ReviewRequest, signal: AbortSignal): Promise<ReviewerOutcome> => {
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await begun?.();
    await aborted;
    return { outcome: 'aborted' };
  };
}
