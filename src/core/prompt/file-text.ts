import type { ScopeFile } from '../scope.ts';
import { nameText, type Fence } from './fence.ts';
import { fileOf, type RequestContext, type RequestFile } from './request.ts';
import { visible } from './visible.ts';

/** A file as the prompt shows it, in a fence of its own. */
export function fencedFile(file: RequestFile, fence: Fence): string {
  return fence(`file ${nameText(file.path)}`, fileText(file));
}

/** What a file takes in a prompt, fence aside: to be counted before anything is asked. */
export function shownText(file: ScopeFile): string {
  return visible(`file ${nameText(file.path)}\n${fileText(fileOf(file))}`);
}

function fileText(file: RequestFile): string {
  const renamed =
    file.previousPath === null || file.previousPath === file.path ? '' : `, was ${JSON.stringify(file.previousPath)}`;
  const mode = file.modes === null ? '' : `, mode ${file.modes.before} became ${file.modes.after}`;
  const head = `${file.status}${renamed}${mode}${file.binary ? ', binary: its content is not shown' : ''}`;
  const parts = partsInOrder(file);
  const width = String(parts.reduce((last, part) => Math.max(last, lastLineOf(part)), 0)).length;
  const shown = parts.map(({ title, lines }) => [
    title,
    ...lines.map(({ mark, line, text }) => lineText({ line, mark, text }, width)),
  ]);
  return [head, ...shown.flat()].join('\n');
}

/** A line as a prompt shows it; after an empty one stands nothing. */
export function lineText({ line, mark, text }: Part['lines'][number], width: number): string {
  const shown = `${String(line ?? '').padStart(width)} ${mark} ${text}`;
  return text === '' ? shown.trimEnd() : shown;
}

function lastLineOf({ lines }: Part): number {
  return lines.findLast(({ line }) => line !== null)?.line ?? 0;
}

type Part = { title: string; lines: { mark: string; line: number | null; text: string }[] };

/** Hunks and what is around them as they follow one another in the file; its outline at the end. */
function partsInOrder(file: RequestFile): Part[] {
  const hunks = file.hunks.map(({ section, lines }): Part => ({
    title: section === '' ? '@@' : `@@ ${section}`,
    lines: lines.map(({ kind, line, text }) => ({ mark: MARKS[kind], line, text })),
  }));
  const blocks = file.context.map(({ kind, lines }): Part & { kind: RequestContext['kind'] } => ({
    kind,
    title: CONTEXT_TITLES[kind],
    lines: lines.map(({ line, text }) => ({ mark: ' ', line, text })),
  }));
  const firstLine = ({ lines }: Part): number => lines.find(({ line }) => line !== null)?.line ?? 0;
  return [
    ...[...hunks, ...blocks.filter(({ kind }) => kind !== 'outline')].toSorted((a, b) => firstLine(a) - firstLine(b)),
    ...blocks.filter(({ kind }) => kind === 'outline'),
  ];
}

const CONTEXT_TITLES = {
  enclosing: '@@ (around what is to be reviewed)',
  'pull-request': '@@ (another change of this pull request, not to be reviewed now)',
  outline: '@@ (what else is in the file, by the lines that name it)',
} as const;

const MARKS = { new: '+', context: ' ', removed: '-' } as const;
