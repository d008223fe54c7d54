import type { Finding } from '../finding.ts';
import { blockTextWithin, codeBlock, inlineText, isReadable, shorten } from '../neutralise.ts';
import { titleText } from './finding-text.ts';
import { printMarker, type FindingMarker } from './marker.ts';
import { MAX_BODY_LENGTH } from './view.ts';
import { SEVERITY_ICON } from './words.ts';

const WORDS_ROOM = 30_000;

/**
 * The comment on a finding's line. `standing`: the lines that the comment is anchored to, as they stand at the head;
 * null where that is unknown or they are of the left side. Only where they are exactly the quoted code is the
 * replacement offered to be applied; else it shows as code.
 */
export function renderInlineComment(
  finding: Finding,
  belongsTo: Omit<FindingMarker, 'kind' | 'findingId'>,
  standing: readonly string[] | null,
): string {
  const parts = [
    `${printMarker({ kind: 'finding', ...belongsTo, findingId: finding.id })}\n${SEVERITY_ICON[finding.severity]} **${titleText(finding)}**`,
    blockTextWithin(finding.body, WORDS_ROOM),
    replacement(finding, standing),
    `<sub>F${finding.shortId} · ${[finding.severity, ...names(finding)].join(' · ')}</sub>`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function replacement(finding: Finding, standing: readonly string[] | null): string {
  if (finding.suggestion === null) return '';
  const applies = standing !== null && canReplace(finding, standing);
  const block = codeBlock(finding.suggestion, applies ? 'suggestion' : '');
  if (block.length > MAX_BODY_LENGTH - WORDS_ROOM - 5_000) return '';
  return applies ? block : `Suggested instead:\n\n${block}`;
}

/** What can't be shown as it is, a carriage return among it, is not offered: people would apply what they don't see. */
function canReplace(finding: Finding, standing: readonly string[]): boolean {
  const stands = standing.join('\n');
  if (finding.quote === '') return false;
  return stands === finding.quote.replace(/\n$/u, '') && isReadable(stands) && isReadable(finding.suggestion ?? '');
}

function names(finding: Finding): string[] {
  if (finding.rule !== null) return [inlineText(shorten(finding.rule, 100))];
  return finding.category === 'general' || finding.category === '' ? [] : [inlineText(finding.category)];
}
