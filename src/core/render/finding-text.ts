import type { Finding } from '../finding.ts';
import { blockTextWithin, codeSpan, inlineText, shorten } from '../neutralise.ts';
import { commitLink, placeText, placeUrl, type ReviewView } from './view.ts';
import { SEVERITY_ICON, stateWords } from './words.ts';

const MAX_TITLE = 200;
const MAX_PLACE = 36;

export function titleText(finding: Finding): string {
  const title = inlineText(shorten(finding.title, MAX_TITLE));
  return title === '' ? inlineText(finding.rule ?? finding.category) : title;
}

/** The place, linked. Of a long path only its end shows; the link knows the rest. */
export function placeLink(view: ReviewView, finding: Finding): string {
  const place = placeText(finding);
  const shown = place.length <= MAX_PLACE ? place : endOfPath(place);
  return `[${codeSpan(shown)}](${placeUrl(view, finding)})`;
}

function endOfPath(place: string): string {
  const end = place.slice(-MAX_PLACE);
  const slash = end.indexOf('/');
  return `…${slash === -1 ? end : end.slice(slash)}`.toWellFormed();
}

/** One row of the table of findings. */
export function findingRow(view: ReviewView, finding: Finding): string {
  const settled = finding.status !== 'new' && finding.status !== 'open';
  const name = settled ? `F${finding.shortId}` : `**F${finding.shortId}**`;
  const icon = settled ? '⚪' : SEVERITY_ICON[finding.severity];
  const title = settled ? `~~${titleText(finding)}~~` : titleText(finding);
  const state = finding.status === 'new' ? '**new**' : stateWords(finding, (sha) => commitLink(view, sha));
  return `| ${icon}&nbsp;${name} | ${title} | ${placeLink(view, finding)} | ${state} |`;
}

/** A finding in full, for places where no comment stands at its line. */
export function findingInFull(view: ReviewView, finding: Finding, maxBody: number): string {
  const head = `${SEVERITY_ICON[finding.severity]} **F${finding.shortId}** ${titleText(finding)} · ${placeLink(view, finding)}`;
  const body = blockTextWithin(finding.body, maxBody, view.context.linkHosts);
  return body === '' ? head : `${head}\n\n${body}`;
}
