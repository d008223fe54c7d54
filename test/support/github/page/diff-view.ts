import type { DiffLine } from '../diff.ts';
import type { Thread } from '../state.ts';
import { highlight, languageOf } from './highlight.ts';
import { html, type Html } from './html.ts';

const LINES_ABOVE = 3;

/** The lines above a thread and those it is about, as a conversation shows them. */
export function threadSnippet(thread: Thread): Html {
  const end = thread.context.findIndex((line) => line.position === thread.position);
  const first = thread.startLine === null ? end : thread.context.findIndex((line) => startsThread(thread, line));
  const from = Math.max(Math.min(first < 0 ? end : first, end) - LINES_ABOVE, 0);
  const lines = thread.context.slice(from, end + 1);
  const rows = lines.map((line) => row(line, languageOf(thread.path)));
  return html`<table class="diff" aria-label="Diff of ${thread.path}">
    <tbody>
      ${hunkRow(thread, from)}${rows}
    </tbody>
  </table>`;
}

function hunkRow(thread: Thread, from: number): Html {
  const header = thread.diffHunk.split('\n')[0] ?? '';
  return from > 0
    ? html``
    : html`<tr class="hunk">
        <td class="num"></td>
        <td class="num"></td>
        <td class="code">${header}</td>
      </tr>`;
}

function startsThread(thread: Thread, line: DiffLine): boolean {
  return (thread.startSide === 'LEFT' ? line.oldLine : line.newLine) === thread.startLine;
}

function row(line: DiffLine, language: string): Html {
  const kind = line.kind === '+' ? 'add' : line.kind === '-' ? 'del' : 'ctx';
  const end = line.noNewline ? html`<span class="no-newline" title="No newline at end of file">⊖</span>` : null;
  return html`<tr class="${kind}">
    <td class="num">${line.oldLine}</td>
    <td class="num">${line.newLine}</td>
    <td class="code"><span class="mark">${line.kind}</span>${highlight(line.text, language)}${end}</td>
  </tr>`;
}

/** The lines that a comment on this thread would replace: those it is about, as they stand in the new version. */
export function replacedLines(thread: Thread): { number: number; text: string }[] {
  const first = thread.startLine ?? thread.line;
  return thread.context
    .filter((line) => line.newLine !== null && line.newLine >= first && line.newLine <= thread.line)
    .map((line) => ({ number: line.newLine ?? 0, text: line.text }));
}
