import type { CommitSha, RunId, SessionName } from '../ids.ts';
import type { PullRequestKey } from '../pull-request.ts';
import { belonging, parseMarker, printMarker } from './marker.ts';
import { shortSha } from './view.ts';

/** What stands in the summary's place while there is no review to show. */
export type Placeholder = {
  session: SessionName | string;
  pullRequest: PullRequestKey;
  runId: RunId;
  headSha: CommitSha;
  /** Page of the workflow run, where there is one. */
  runUrl: string | null;
  /** Highest number of a finding that a summary before it told of. */
  told: number;
};

/** `begun`: a run is at it. `ended`: it ended, and there was no review. */
export function renderPlaceholder(placeholder: Placeholder, state: 'begun' | 'ended'): string {
  const { session, pullRequest, runId, headSha, runUrl, told } = placeholder;
  const marker = printMarker({
    kind: 'summary',
    ...belonging(session, pullRequest, { runId, attempt: 1 }),
    reviewRefused: false,
    told,
    placeholder: true,
  });
  const run = runUrl === null ? 'run' : `[run](${runUrl})`;
  const commit = `\`${shortSha(headSha)}\``;
  const words =
    state === 'begun'
      ? `### ⏳ Review in progress\n\nPushback is looking at ${commit}. Its findings will stand here. Where the ${run} is over and they do not, it was interrupted: the next push starts anew.`
      : `### ⚪ No review yet\n\nThe ${run} that looked at ${commit} ended without a review. The next push, or running the job again, starts one.`;
  return `${marker}\n${words}`;
}

export function isPlaceholder(summary: string): boolean {
  const marker = parseMarker(summary);
  return marker?.kind === 'summary' && marker.placeholder === true;
}

/** Highest number of a finding that a summary, or one before it, told of; 0 for anything that is no summary. */
export function toldIn(summary: string): number {
  const marker = parseMarker(summary);
  return marker?.kind === 'summary' ? marker.told : 0;
}
