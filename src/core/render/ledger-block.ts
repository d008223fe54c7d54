import { parseMarker } from './marker.ts';
import { MAX_BODY_LENGTH } from './view.ts';

/**
 * The ledger of a pull request inside its own summary comment: one hidden line straight after the marker, before
 * anything that a reviewer or the pull request's code could have put there. Base64 holds no dash, so it can't end the
 * line's HTML comment.
 */

const VERSION = 1;
const PREFIX = '<!-- pushback-ledger:';
const SUFFIX = ' -->';

/** Characters of the comment that are kept for the block, whatever the summary would like to say. */
export const LEDGER_ROOM = 40_000;
/** What is left for the summary. */
export const SUMMARY_ROOM = MAX_BODY_LENGTH - LEDGER_ROOM;
/** Of packed bytes, so that the block stays within its room. */
export const MAX_LEDGER_BYTES = Math.floor((LEDGER_ROOM - PREFIX.length - SUFFIX.length - 10) / 4) * 3;

export type LedgerBlock =
  | { outcome: 'none' }
  | { outcome: 'found'; base64: string }
  | { outcome: 'unreadable'; why: string };

/** The summary as it is without the block, and what the block holds. Line ends come back as line feeds. */
export function splitBody(body: string): { summary: string; ledger: LedgerBlock } {
  const text = body.replace(/\r\n?/gu, '\n');
  const [marker = '', ...rest] = text.split('\n');
  const [block = '', ...words] = rest;
  if (parseMarker(marker) === null || !block.startsWith(PREFIX)) return { summary: text, ledger: { outcome: 'none' } };
  return { summary: [marker, ...words].join('\n'), ledger: readBlock(block.trimEnd()) };
}

function readBlock(line: string): LedgerBlock {
  const read = /^(?<version>[1-9]\d{0,3}) (?<base64>[A-Za-z0-9+/]+={0,2}) -->$/u.exec(line.slice(PREFIX.length));
  const version = Number(read?.groups?.['version'] ?? 0);
  const base64 = read?.groups?.['base64'] ?? '';
  if (version > VERSION) {
    const why = `the comment's ledger has version ${version}, and this version of Pushback reads up to ${VERSION}`;
    return { outcome: 'unreadable', why };
  }
  if (version !== VERSION || base64.length % 4 !== 0) {
    return { outcome: 'unreadable', why: "the comment's ledger is damaged" };
  }
  return { outcome: 'found', base64 };
}

/** The body with the block put in. `summary` begins with its marker. */
export function joinBody(summary: string, base64: string): string {
  const end = summary.indexOf('\n');
  const marker = end === -1 ? summary : summary.slice(0, end);
  const words = end === -1 ? '' : summary.slice(end);
  return `${marker}\n${PREFIX}${VERSION} ${base64}${SUFFIX}${words}`;
}
