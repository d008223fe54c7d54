import type { ModelRequest } from './exchange.ts';

/** What a model can read off one of Pushback's prompts, wherever in a conversation it stands. */
export type ReadPrompt = {
  /** Pull requests that are to be reviewed, in order. */
  asked: string[];
  files: PromptFile[];
  /** Findings whose code was touched, to be judged. */
  toJudge: { id: string; path: string; code: string; pullRequest: string }[];
  /** What a second look is to refute; null in any other prompt. */
  claim: string | null;
  /** All data of the prompt, by the names of its fences. */
  data: { name: string; text: string }[];
};

export type PromptFile = { pullRequest: string; path: string; lines: PromptLine[] };
export type PromptLine = { mark: 'new' | 'context' | 'removed'; line: number | null; text: string };

const FENCE = /<<<(?<boundary>[A-Za-z0-9]{16,128}) (?<name>[^\n]*)\n(?<text>[\s\S]*?)\n\k<boundary>>>>/g;
const LINE = /^ *(?<line>\d*) (?<mark>[-+ ]) (?<text>.*)$/;
const MARKS = { '+': 'new', ' ': 'context', '-': 'removed' } as const;

export function readPrompt(request: Pick<ModelRequest, 'system' | 'messages'>): ReadPrompt {
  const said = request.messages.filter(({ role }) => role === 'user').map(({ text }) => text);
  return readPromptText([request.system, ...said].join('\n'));
}

export function readPromptText(text: string): ReadPrompt {
  const fences = [...text.matchAll(FENCE)].map((match) => ({
    at: match.index,
    name: match.groups?.['name'] ?? '',
    text: match.groups?.['text'] ?? '',
  }));
  const instructions = text.replaceAll(FENCE, (fence) => ' '.repeat(fence.length));
  const asked = [...instructions.matchAll(/^Review (?<names>[^\s,]+#\d+(?:, [^\s,]+#\d+)*)/gm)].at(-1);
  const names = asked?.groups?.['names']?.split(', ') ?? [];
  const headings = [...instructions.matchAll(/^# Files of (?<name>\S+)$/gm)];
  const pullAt = (at: number): string =>
    headings.findLast(({ index }) => index < at)?.groups?.['name'] ?? names[0] ?? '';
  return {
    asked: names,
    files: fences
      .filter(({ name }) => name.startsWith('file "'))
      .map(({ at, name, text: shown }) => ({
        pullRequest: pullAt(at),
        path: JSON.parse(name.slice('file '.length)) as string,
        lines: shown.split('\n').flatMap(lineOf),
      })),
    toJudge: fences
      .filter(({ name }) => name === 'findings to judge')
      .flatMap(({ at, text: list }) => judgedIn(list).map((finding) => ({ ...finding, pullRequest: pullAt(at) }))),
    claim: fences.find(({ name }) => name === 'claim')?.text ?? null,
    data: fences.map(({ name, text: shown }) => ({ name, text: shown })),
  };
}

function lineOf(shown: string): PromptLine[] {
  if (shown.startsWith('@@')) return [];
  const { line = '', mark = ' ', text = '' } = LINE.exec(shown)?.groups ?? {};
  const number = line === '' ? null : Number(line);
  if (number === null && mark !== '-') return [];
  return [{ mark: MARKS[mark as keyof typeof MARKS], line: number, text }];
}

function judgedIn(list: string): { id: string; path: string; code: string }[] {
  return list.split(/^- /m).flatMap((item) => {
    const head = /^(?<id>[a-z0-9]+) \([^)]*\) (?<path>.+?)(?::\d+)?: /.exec(item)?.groups;
    if (head === undefined) return [];
    const code = item.split(/^ {4}code then:\n/m)[1] ?? '';
    const lines = code.split('\n').map((line) => line.replace(/^ {4}/, ''));
    return [{ id: head['id'] ?? '', path: head['path'] ?? '', code: lines.join('\n').trimEnd() }];
  });
}
