/** What people can ask for in a comment. */
export type Command =
  | { command: 'review' | 'full' | 'pause' | 'resume' | 'help' }
  | { command: 'dismiss'; finding: number; why: string }
  | { command: 'reopen' | 'explain'; finding: number };

export type CommandName = Command['command'];

export type ParsedCommand =
  | { outcome: 'none' }
  | { outcome: 'command'; command: Command }
  /** It begins like one; `why` says what is wrong with it. */
  | { outcome: 'misspelt'; why: string };

const WORD = '/pushback';
const MAX_WHY = 500;
/** Of a comment: commands stand at its beginning of a line, not after pages of text. */
const MAX_LOOKED_AT = 20_000;

/**
 * The first command in a comment: a line that begins with `/pushback`. Code, quotes and hidden comments hold none: there
 * people show commands, and others' words are repeated.
 */
export function parseCommand(comment: string): ParsedCommand {
  const line = plainLines(comment).find((one) => one === WORD || one.startsWith(`${WORD} `));
  if (line === undefined) return { outcome: 'none' };
  const [name = 'help', ...rest] = line
    .slice(WORD.length)
    .trim()
    .split(/\s+/u)
    .filter((word) => word !== '');
  return commandOf(name.toLowerCase(), rest);
}

function commandOf(name: string, rest: readonly string[]): ParsedCommand {
  switch (name) {
    case 'review':
    case 'full':
    case 'pause':
    case 'resume':
    case 'help':
      return rest.length === 0
        ? { outcome: 'command', command: { command: name } }
        : { outcome: 'misspelt', why: `${name} takes nothing after it` };
    case 'dismiss':
    case 'reopen':
    case 'explain': {
      const finding = /^F([1-9]\d{0,6})$/iu.exec(rest[0] ?? '')?.[1];
      if (finding === undefined) return { outcome: 'misspelt', why: `${name} takes a finding such as F3` };
      const words = rest.slice(1).join(' ');
      if (name === 'dismiss') {
        const why = words.slice(0, MAX_WHY).toWellFormed();
        return { outcome: 'command', command: { command: name, finding: Number(finding), why } };
      }
      return words === ''
        ? { outcome: 'command', command: { command: name, finding: Number(finding) } }
        : { outcome: 'misspelt', why: `${name} takes nothing after the finding` };
    }
    default:
      return { outcome: 'misspelt', why: 'there is no such command' };
  }
}

/** The lines that are plain text: outside fences, indented code, quotes, HTML comments and raw HTML that folds. */
function plainLines(comment: string): string[] {
  const lines = comment
    .slice(0, MAX_LOOKED_AT)
    .replace(/<!--[\s\S]*?(?:-->|$)/gu, '')
    .split(/\r\n?|\n/u);
  const plain: string[] = [];
  let fence: string | null = null;
  let quoted = false;
  for (const line of lines) {
    const marks = /^ {0,3}(`{3,}|~{3,})(.*)$/u.exec(line);
    if (fence !== null) {
      const closing = marks?.[1]?.startsWith(fence) === true && (marks[2] ?? '').trim() === '';
      if (closing) fence = null;
      continue;
    }
    if (marks !== null) {
      fence = marks[1] ?? null;
      quoted = false;
      continue;
    }
    if (line.trim() === '') quoted = false;
    // What follows a quote without a blank line is still of it.
    if (/^\s*>/u.test(line)) quoted = true;
    if (quoted || /^(?: {4}|\t)/u.test(line)) continue;
    plain.push(line.trim());
  }
  return plain;
}
