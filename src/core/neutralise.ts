/**
 * Makes text from outside (a reviewer's words, code, file names) safe to stand in a comment of ours on GitHub. What is
 * neutralised renders as the text that it is: it mentions and refers to nobody, loads nothing, links nowhere, and can
 * not break out of the place it stands in. Code spans and code blocks keep their look.
 */

const ZERO_WIDTH_SPACE = '\u200b';

// Overrides and isolates of writing direction: they make code read as something else, so they are shown, not dropped.
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
// Control characters but tab and line feed, zero-width and tag characters, noncharacters: nothing anyone can read.
const UNREADABLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u180e\u200b-\u200d\u2028\u2029\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\uffff\u{e0000}-\u{e0fff}]/gu;

/** Without what people can't see; direction marks as `U+202E`. Line feeds and tabs stay, other line ends become line feeds. */
export function readable(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029\u0085]/gu, '\n')
    .replace(DIRECTION, (mark) => `U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)
    .replace(UNREADABLE, '');
}

/** True where `text` holds nothing that `readable` would take away or show differently. Carriage returns count. */
export function isReadable(text: string): boolean {
  return readable(text) === text;
}

/** At most `max` UTF-16 units, cut at a character, with an ellipsis where something was cut. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text
    .slice(0, Math.max(0, max - 1))
    .toWellFormed()
    .replace(/\ufffd$/u, '')
    .trimEnd()}…`;
}

/** One line of text: for titles, reasons, names. Code spans in it stay code; all other markdown shows as typed. */
export function inlineText(text: string): string {
  return inline(oneLine(text), { escape: escapeMarkdown, code: codeSpan, hosts: NO_LINKS });
}

/** One line of text inside of HTML, where no markdown is read: a code span would be none there. */
export function htmlText(text: string): string {
  return defuse(oneLine(text));
}

/** A code span holding `code`, on one line, fit for a table's cell as well. */
export function codeSpan(code: string): string {
  const line = oneLine(code);
  // A bar would end a table's cell even inside a code span, and its escape shows outside tables.
  return line.includes('|') ? `<code>${escapeMarkdown(line)}</code>` : tickedSpan(line);
}

/** A code span where no table can be. */
function tickedSpan(line: string): string {
  if (line === '') return '` `';
  const fence = '`'.repeat(longestRun(line) + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** A fenced block holding `code` as it stands, its fence longer than any inside. */
export function codeBlock(code: string, language = ''): string {
  const body = readable(code);
  const fence = '`'.repeat(Math.max(3, longestRun(body) + 1));
  return `${fence}${language}\n${body}${body === '' || body.endsWith('\n') ? '' : '\n'}${fence}`;
}

/**
 * Markdown of several paragraphs. Emphasis, lists, quotes, code spans and fenced code keep their form; HTML, images,
 * tables, headings, mentions and references become text, and so do links to other than the named hosts. Every fence is
 * closed.
 */
export function blockText(markdown: string, hosts: LinkHosts = NO_LINKS): string {
  const out: string[] = [];
  const lines = readable(markdown).split('\n');
  let fence: Fence | null = null;
  for (const line of lines) {
    if (fence === null) {
      fence = openingFence(line);
      if (fence === null) out.push(textLine(line.replaceAll('\t', '    '), hosts));
    } else if (closes(line, fence)) {
      out.push(...fencedCode(fence));
      fence = null;
    } else {
      fence.code.push(line);
    }
  }
  if (fence !== null) out.push(...fencedCode(fence));
  return out
    .join('\n')
    .replace(/\n{3,}/gu, '\n\n')
    .trim();
}

/** Hosts, lower case, that links in text from outside may lead to. */
export type LinkHosts = ReadonlySet<string>;

export const NO_LINKS: LinkHosts = new Set();

/** `blockText` of as much of the text as comes out at most `max` long: escapes make text longer, some by much. */
export function blockTextWithin(markdown: string, max: number, hosts: LinkHosts = NO_LINKS): string {
  for (let length = Math.floor(max); length > 0; length = Math.floor(length / 2)) {
    const text = blockText(shorten(markdown, length), hosts);
    if (text.length <= max) return text;
  }
  return '';
}

type Fence = { indent: number; marks: string; language: string; code: string[] };

function openingFence(line: string): Fence | null {
  const [, indent = '', marks = '', info = ''] = /^( *)(`{3,}|~{3,})([^`]*)$/u.exec(line) ?? [];
  return marks === '' ? null : { indent: indent.length, marks, language: language(info), code: [] };
}

function closes(line: string, { marks }: Fence): boolean {
  const bare = line.trim();
  return bare.length >= marks.length && bare === marks.charAt(0).repeat(bare.length);
}

/** Blank lines and column 0 around: no list, quote or paragraph before it can make anything else of the fence. */
function fencedCode({ indent, language, code }: Fence): string[] {
  const unindented = code.map((line) => line.slice(Math.min(indent, line.length - line.trimStart().length)));
  return ['', codeBlock(unindented.join('\n'), language), ''];
}

/** Languages that GitHub draws, or turns into something to click, lose their name. */
function language(info: string): string {
  const name = info.trim().split(/\s/u)[0] ?? '';
  const drawn = ['mermaid', 'geojson', 'topojson', 'stl', 'math', 'suggestion'];
  return /^[A-Za-z][A-Za-z0-9+#.-]{0,19}$/u.test(name) && !drawn.includes(name.toLowerCase()) ? name : '';
}

/** One line of a paragraph. Spans are closed in the line, so no line's backticks reach into another. */
function textLine(line: string, hosts: LinkHosts): string {
  const [, lead = '', text = ''] = LINE.exec(line) ?? [];
  const kept = indentOf(lead);
  // A dash alone under a paragraph makes a heading of it.
  if (text === '') return lead.includes('>') || lead.trim() === '' ? kept.trimEnd() : escapeMarkdown(lead.trim());
  const heading = /^#{1,6} +(\S.*)$/u.exec(text)?.[1];
  if (heading !== undefined) return `${kept}**${inlineText(heading)}**`;
  // Underlines of headings, delimiter rows of tables, rules, headings without words.
  if (/^[-=:|+*_#][-=:|+*_# ]*$/u.test(text)) return `${kept}${escapeMarkdown(text)}`;
  return `${kept}${inline(text, { escape: escapeDangerous, code: (code) => tickedSpan(oneLine(code)), hosts })}`;
}

/** Marks of quotes and lists, then what they hold. Always matches. */
const LINE = /^( *(?:(?:[-*+]|\d{1,9}[.)]) +|> *)*)(.*)$/su;

/** Indentation deep enough to be code outside a list is none of ours to keep. */
function indentOf(lead: string): string {
  return lead.replace(/^ {6,}/u, '      ');
}

/** How plain text and code come out at some place. */
type Style = { escape: (text: string) => string; code: (code: string) => string; hosts: LinkHosts };

/** Tokens of a line, left to right, as CommonMark reads them: escapes, code spans, links, addresses, and the rest. */
function inline(line: string, style: Style): string {
  let out = '';
  let plain = '';
  const flush = (): void => {
    out += style.escape(plain);
    plain = '';
  };
  for (let at = 0; at < line.length;) {
    const rest = line.slice(at, at + MAX_TOKEN);
    const token = tokenAt(rest, line.charAt(at - 1), style);
    if (token === null) {
      plain += line.charAt(at);
      at += 1;
      continue;
    }
    flush();
    // Two spans that touch would be one, of what they hold.
    out += out.endsWith('`') && token.out.startsWith('`') ? `${ZERO_WIDTH_SPACE}${token.out}` : token.out;
    at += token.length;
  }
  flush();
  return out;
}

/** Bounds the look-ahead, so that a long line costs linear time. */
const MAX_TOKEN = 2_000;

type Token = { length: number; out: string };

function tokenAt(rest: string, before: string, { code, hosts }: Style): Token | null {
  switch (rest[0]) {
    case '\\':
      return isPunctuation(rest.charAt(1))
        ? { length: 2, out: literal(rest.charAt(1)) }
        : { length: 1, out: literal('\\') };
    case '`':
      return codeSpanAt(rest, code);
    case '!':
    case '[':
      return linkAt(rest, { before, code, hosts });
    case 'h':
    case 'H':
    case 'f':
    case 'F':
    case 'w':
    case 'W':
      return /[A-Za-z0-9]/u.test(before) ? null : addressAt(rest, code, hosts);
    default:
      return null;
  }
}

/** A character that the author escaped; nothing that follows may join it to a reference or an address. */
function literal(character: string): string {
  const escaped = escapeMarkdown(character);
  return /[-#:/.]/u.test(character) ? `${escaped}${ZERO_WIDTH_SPACE}` : escaped;
}

function codeSpanAt(rest: string, span: Style['code']): Token {
  const fence = leadingTicks(rest);
  for (let at = fence.length; at < rest.length;) {
    const start = rest.indexOf('`', at);
    if (start === -1) break;
    const run = leadingTicks(rest.slice(start));
    if (run.length === fence.length) {
      const code = rest.slice(fence.length, start).replace(/^ (?=.*\S)(?<code>.*) $/u, '$<code>');
      return { length: start + run.length, out: span(code) };
    }
    at = start + run.length;
  }
  return { length: fence.length, out: escapeMarkdown(fence) };
}

function leadingTicks(text: string): string {
  return /^`*/u.exec(text)?.[0] ?? '';
}

/**
 * `[words](address)` and `![words](address)` as words and the address in a code span. What stands around the brackets was
 * kept apart by them, and stays so: `#[12](x)` refers to nothing.
 */
function linkAt(rest: string, { before, code, hosts }: Omit<Style, 'escape'> & { before: string }): Token | null {
  const link = /^!?\[([^[\]`]{0,500})\]\(([^()\s]{0,1000})(?: "[^"]{0,200}")?\)/u.exec(rest);
  if (link === null) return null;
  const [whole, words = '', address = ''] = link;
  const label = escapeMarkdown(words);
  const isLink = !whole.startsWith('!') && label.trim() !== '' && leadsTo(address, hosts);
  if (isLink) return { length: whole.length, out: `[${label}](${address})` };
  const target = address === '' ? '' : code(address);
  if (label === '') return { length: whole.length, out: target };
  const apart = `${seam(before)}${label}${target === '' ? seam(rest.charAt(whole.length)) : ''}`;
  return { length: whole.length, out: target === '' ? apart : `${apart} (${target})` };
}

/** Nothing where a blank, or the end, keeps two texts apart already. */
function seam(beside: string): string {
  return beside.trim() === '' ? '' : ZERO_WIDTH_SPACE;
}

function addressAt(rest: string, code: Style['code'], hosts: LinkHosts): Token | null {
  const address = /^(?:(?:https?|ftp):\/\/|www\.)[^\s<>`|]+/iu.exec(rest)?.[0].replace(/[.,;:!?)\]}'"*_~]+$/u, '');
  if (address === undefined) return null;
  return { length: address.length, out: leadsTo(address, hosts) ? `<${address}>` : code(address) };
}

/** Plain addresses only: no user, no port, and nothing that could end the link or be read as something else. */
function leadsTo(address: string, hosts: LinkHosts): boolean {
  const host = /^https:\/\/([a-z0-9.-]{1,253})(?:\/[A-Za-z0-9._~/%+=&?#:;,-]*)?$/u.exec(address)?.[1];
  return host !== undefined && hosts.has(host);
}

function isPunctuation(character: string): boolean {
  return /[!-/:-@[-`{-~]/u.test(character);
}

function oneLine(text: string): string {
  return readable(text).replace(/\s+/gu, ' ').trim();
}

/** Shows every character as typed. */
function escapeMarkdown(text: string): string {
  return defuse(text.replace(/[\\`*_[\]~$]/gu, '\\$&').replace(/^(?<mark>[-+=#:]|\d{1,9}(?=[.)]))/u, escapeLead));
}

function escapeLead(mark: string): string {
  return /^\d/u.test(mark) ? `${mark}${ZERO_WIDTH_SPACE}` : `\\${mark}`;
}

/** Leaves emphasis to the author; takes away what reaches beyond the text. */
function escapeDangerous(text: string): string {
  return defuse(text.replace(/[\\`[\]$]|~(?=~~)/gu, '\\$&'));
}

/** HTML, cells, mentions, references to issues and commits, bare mail addresses. */
function defuse(text: string): string {
  return text
    .replace(/&/gu, '&amp;')
    .replace(/</gu, '&lt;')
    .replace(/>/gu, '&gt;')
    .replace(/@/gu, `@${ZERO_WIDTH_SPACE}`)
    .replace(/#(?! |$)/gu, `#${ZERO_WIDTH_SPACE}`)
    .replace(/(?<![0-9a-z])gh-/giu, `$&${ZERO_WIDTH_SPACE}`)
    .replace(/\|/gu, '&#124;')
    .replace(/(?<![0-9a-z])[0-9a-f]{7,}(?![0-9a-z])/giu, (name) => name.replace(/.{6}(?=.)/gu, `$&${ZERO_WIDTH_SPACE}`))
    .replace(/:(?=\/\/)/gu, `:${ZERO_WIDTH_SPACE}`)
    .replace(/(?<![0-9a-z])www(?=\.)/giu, `$&${ZERO_WIDTH_SPACE}`);
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/gu) ?? []).map((run) => run.length));
}
