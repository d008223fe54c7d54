import { placementOf } from '../placement.ts';
import type { Thread } from '../state.ts';
import { threadSnippet } from './diff-view.ts';
import { html, type Html } from './html.ts';
import { icon } from './icons.ts';
import { face, threadComment, type View } from './remark-box.ts';

/** One thread under its review: the file, the code, what was said. Resolved ones fold, outdated ones say so. */
export async function threadBox(view: View, thread: Thread): Promise<Html> {
  const outdated = (await placementOf(thread)) === null;
  const resolved = thread.resolvedBy !== null;
  const range =
    thread.startLine === null
      ? null
      : html`<div class="range muted">
          Comment on lines ${sign(thread)}${thread.startLine} to ${sign(thread)}${thread.line}
        </div>`;
  const labels = html`${outdated ? html`<span class="label outdated">Outdated</span>` : null}`;
  const body = html`${threadSnippet(thread)}
    <div class="thread-comments">${range}${thread.comments.map((comment) => threadComment(view, comment))}</div>
    ${foot(view, thread)}`;
  const name = html`<span class="path mono">${thread.path}</span>${labels}`;
  if (!resolved && !outdated)
    return html`<div class="thread box">
      <div class="thread-title">${icon('chevron-down', 'muted')}${name}</div>
      ${body}
    </div>`;
  const fold = html`<span class="grow"></span
    ><span class="muted fold-word"
      ><span class="when-shut">${icon('unfold', 'muted')} Show ${resolved ? 'resolved' : 'outdated'}</span
      ><span class="when-open">${icon('fold', 'muted')} Hide ${resolved ? 'resolved' : 'outdated'}</span></span
    >`;
  return html`<details class="thread box">
    <summary class="thread-title">${name}${fold}</summary>
    ${body}
  </details>`;
}

function sign(thread: Thread): string {
  return thread.side === 'LEFT' ? '-' : '+';
}

function foot(view: View, thread: Thread): Html {
  if (thread.resolvedBy !== null) {
    return html`<div class="thread-foot">
      <span class="button small">Unresolve conversation</span>
      <span class="muted"
        ><span class="author">${thread.resolvedBy.login.replace(/\[bot\]$/, '')}</span> marked this conversation as
        resolved.</span
      >
    </div>`;
  }
  return html`<div class="thread-reply">${face(view.pull.author, 24)}<span class="field muted">Reply...</span></div>
    <div class="thread-foot"><span class="button small">Resolve conversation</span></div>`;
}
