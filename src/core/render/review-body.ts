import { belonging, printMarker } from './marker.ts';
import { commitLink, type ReviewView } from './view.ts';
import { count } from './words.ts';

/** The line above a review's comments. `findingIds`: those that get a comment in it. */
export function renderReviewBody(view: ReviewView, findingIds: readonly string[]): string {
  const { record } = view;
  const marker = printMarker({
    kind: 'review',
    ...belonging(view.context.session, record.pullRequest, record),
    findingIds,
  });
  return `${marker}\n${count(findingIds.length, 'new finding')} in ${commitLink(view, record.version.headSha)}`;
}
