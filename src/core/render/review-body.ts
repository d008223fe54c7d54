import type { ReviewEvent } from '../publish/plan.ts';
import { belonging, printMarker } from './marker.ts';
import { commitLink, type ReviewView } from './view.ts';
import { count } from './words.ts';

/** The line above a review's comments. `findingIds`: those that get a comment in it. */
export function renderReviewBody(view: ReviewView, findingIds: readonly string[], event: ReviewEvent): string {
  const { record, context } = view;
  const belongsTo = belonging(context.session, record.pullRequest, record);
  const marker = printMarker({ kind: 'review', ...belongsTo, findingIds }, context.sign);
  const commit = commitLink(view, record.version.headSha);
  const words =
    findingIds.length === 0 && event === 'REQUEST_CHANGES'
      ? `What is open in ${commit} asks for changes: see the summary`
      : `${count(findingIds.length, 'new finding')} in ${commit}`;
  return `${marker}\n${words}`;
}
