import type { Finding } from '../finding.ts';
import {
  blockTextWithin,
  codeBlock,
  htmlText,
  inlineText,
  isReadable,
  shorten,
  type LinkHosts,
} from '../neutralise.ts';
import type { CommitSha } from '../ids.ts';
import { titleText } from './finding-text.ts';
import { folded } from './fitting.ts';
import { printMarker, type CommentState, type FindingMarker, type Sign } from './marker.ts';
import { MAX_BODY_LENGTH } from './view.ts';
import { SEVERITY_ICON } from './words.ts';

const WORDS_ROOM = 30_000;

/** What a comment on a line takes besides its finding. */
export type CommentFrame = {
  belongsTo: Omit<FindingMarker, 'kind' | 'findingId' | 'state' | 'byCommandOnly'>;
  sign: Sign | null;
  linkHosts: LinkHosts;
  /** How a commit is named. */
  commit: (sha: CommitSha) => string;
};

/**
 * The comment on a finding's line. `standing`: the lines that the comment is anchored to, as they stand at the head;
 * null where that is unknown or they are of the left side. Only where they are exactly the quoted code is the
 * replacement offered to be applied; else it shows as code.
 */
export function renderInlineComment(finding: Finding, frame: CommentFrame, standing: readonly string[] | null): string {
  return openComment(finding, frame, standing, false);
}

/** The same comment later on: what became of the finding first, its own words folded. What came back shows as at first. */
export function renderStandingComment(
  finding: Finding,
  frame: CommentFrame,
  state: CommentState,
  byCommandOnly: boolean,
): string {
  if (state === 'open') return openComment(finding, frame, null, byCommandOnly);
  const marker = printMarker({ kind: 'finding', ...frame.belongsTo, findingId: finding.id, state }, frame.sign);
  const words = [blockTextWithin(finding.body, WORDS_ROOM, frame.linkHosts), replacement(finding, null)].filter(
    (part) => part !== '',
  );
  const head = `${marker}\n${ended(finding, state, frame)} · ~~${titleText(finding)}~~`;
  const name = (shown: ShownAs): string =>
    `F${finding.shortId} · ${[finding.severity, ...names(finding, shown)].join(' · ')}`;
  return words.length === 0
    ? `${head}\n\n<sub>${name(inlineText)}</sub>`
    : `${head}\n\n${folded(name(htmlText), words.join('\n\n'))}`;
}

function openComment(
  finding: Finding,
  { belongsTo, sign, linkHosts }: CommentFrame,
  standing: readonly string[] | null,
  byCommandOnly: boolean,
): string {
  const marker = printMarker(
    {
      kind: 'finding',
      ...belongsTo,
      findingId: finding.id,
      state: 'open',
      ...(byCommandOnly ? { byCommandOnly: true as const } : {}),
    },
    sign,
  );
  const parts = [
    `${marker}\n${SEVERITY_ICON[finding.severity]} **${titleText(finding)}**`,
    blockTextWithin(finding.body, WORDS_ROOM, linkHosts),
    replacement(finding, standing),
    `<sub>F${finding.shortId} · ${[finding.severity, ...names(finding, inlineText)].join(' · ')}${wayOut(finding)}</sub>`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** People's word takes effect with the next event of the workflow, a command with its own. */
function wayOut({ shortId }: Finding): string {
  return ` · not so? Resolve this for the next push, or \`/pushback dismiss F${shortId}\` at once`;
}

function ended(finding: Finding, state: Exclude<CommentState, 'open'>, { commit }: CommentFrame): string {
  switch (state) {
    case 'fixed':
      return finding.fixedSha === null ? '✅ **Fixed**' : `✅ **Fixed** in ${commit(finding.fixedSha)}`;
    case 'gone':
      return '⚪ **No longer part of this pull request**';
    case 'dismissed': {
      const why = inlineText(shorten(finding.why, 200));
      return why === '' ? '⚪ **Dismissed**' : `⚪ **Dismissed** (${why})`;
    }
    default:
      return state satisfies never;
  }
}

function replacement(finding: Finding, standing: readonly string[] | null): string {
  if (finding.suggestion === null) return '';
  const applies = standing !== null && canReplace(finding, standing);
  const block = codeBlock(finding.suggestion, applies ? 'suggestion' : '');
  if (block.length > MAX_BODY_LENGTH - WORDS_ROOM - 5_000) return '';
  if (!applies && finding.suggestion.trim() === '') return 'Suggested: take these lines away.';
  return applies ? block : `Suggested instead:\n\n${block}`;
}

/** What can't be shown as it is, a carriage return among it, is not offered: people would apply what they don't see. */
function canReplace(finding: Finding, standing: readonly string[]): boolean {
  const stands = standing.join('\n');
  if (finding.quote === '') return false;
  return stands === finding.quote.replace(/\n$/u, '') && isReadable(stands) && isReadable(finding.suggestion ?? '');
}

type ShownAs = (text: string) => string;

function names({ rule, category }: Finding, shown: ShownAs): string[] {
  if (rule !== null) return [shown(shorten(rule, 100))];
  return category === 'general' || category === '' ? [] : [shown(category)];
}
