import { avatar } from '../avatar.ts';
import { associationOf } from '../present-pull.ts';
import type { Account, IssueComment, Pull, Reaction, Review, ReviewComment, Thread, World } from '../state.ts';
import { fullName } from '../state.ts';
import { replacedLines } from './diff-view.ts';
import { languageOf } from './highlight.ts';
import { html, type Html } from './html.ts';
import { icon } from './icons.ts';
import { renderMarkdown } from './markdown.ts';
import { ago } from './words.ts';

/** Faces, names and boxes of text: what every kind of remark has in common. */

export type View = { world: World; pull: Pull };

export function face(account: Account, size: number): Html {
  const source = `data:image/svg+xml;base64,${Buffer.from(avatar(account.login)).toString('base64')}`;
  return html`<img
    class="avatar${account.type === 'User' ? ' round' : ''}"
    src="${source}"
    width="${size}"
    height="${size}"
    alt="@${account.login}"
  />`;
}

export function authorName(account: Account): Html {
  const bot = account.type === 'Bot';
  const shown = account.login.replace(/\[bot\]$/, '');
  return html`<span class="author">${shown}</span>${bot ? html` <span class="label">bot</span>` : null}`;
}

export function when({ world }: View, at: Date): Html {
  return html`<span class="muted" title="${at.toISOString()}">${ago(at, world.clock.now())}</span>`;
}

export function markdownBody(view: View, text: string, thread: Thread | null = null): Html {
  const repositoryUrl = `${view.world.url}/${fullName(view.pull.repository)}`;
  const context = {
    repositoryUrl,
    replaced: thread === null || thread.side === 'LEFT' ? null : replacedLines(thread),
    language: thread === null ? '' : languageOf(thread.path),
  };
  if (text.trim() === '')
    return html`<div class="markdown-body">
      <p><em>No description provided.</em></p>
    </div>`;
  return html`<div class="markdown-body">${renderMarkdown(text, context)}</div>`;
}

type Boxed = Pick<IssueComment, 'author' | 'body' | 'createdAt' | 'updatedAt' | 'reactions' | 'minimized'>;

/** A comment on the conversation: the face beside it, a box with a head. A hidden one folds. */
export function commentBox(view: View, remark: Boxed, anchor: string, verb = 'commented'): Html {
  const box = html`<div class="box comment">
    <div class="box-head">
      ${authorName(remark.author)}
      <span class="muted">${verb}</span> ${when(view, remark.createdAt)}${edited(remark)}<span class="grow"></span
      >${badges(view.pull, remark.author)}${icon('kebab-horizontal', 'muted')}
    </div>
    <div class="box-body">${markdownBody(view, remark.body)}${reactionRow(remark.reactions)}</div>
  </div>`;
  const shown =
    remark.minimized === null
      ? box
      : html`<details class="hidden-remark">
          <summary>
            ${icon('fold', 'muted')} <span class="muted">This comment was marked as ${remark.minimized}.</span
            ><span class="grow"></span><span class="muted">Show comment</span>
          </summary>
          ${box}
        </details>`;
  return html`<div class="timeline-comment" id="${anchor}">
    <div class="side-face">${face(remark.author, 40)}</div>
    ${shown}
  </div>`;
}

/** A comment inside a thread: smaller, without a box of its own. */
export function threadComment(view: View, comment: ReviewComment): Html {
  const body = html`${markdownBody(view, comment.body, comment.thread)}${reactionRow(comment.reactions)}`;
  const shown =
    comment.minimized === null
      ? body
      : html`<details class="hidden-remark inner">
          <summary>
            <span class="muted">This comment was marked as ${comment.minimized}.</span><span class="grow"></span
            ><span class="muted">Show comment</span>
          </summary>
          ${body}
        </details>`;
  return html`<div class="thread-comment" id="discussion_r${comment.id}">
    <div class="thread-face">${face(comment.author, 24)}</div>
    <div class="thread-text">
      <div class="thread-head">
        ${authorName(comment.author)} ${when(view, comment.createdAt)}${edited(comment)}<span class="grow"></span
        >${badges(view.pull, comment.author)}${icon('kebab-horizontal', 'muted')}
      </div>
      ${shown}
    </div>
  </div>`;
}

export function reviewAnchor(review: Review): string {
  return `pullrequestreview-${review.id}`;
}

function edited(remark: Pick<Boxed, 'createdAt' | 'updatedAt'>): Html | null {
  return remark.updatedAt > remark.createdAt ? html`<span class="muted"> • edited</span>` : null;
}

function badges(pull: Pull, account: Account): Html {
  const association = associationOf(pull.repository, account.login);
  const words = [
    ...(account === pull.author ? ['Author'] : []),
    ...(account.type === 'User' && association !== 'CONTRIBUTOR'
      ? [association.charAt(0) + association.slice(1).toLowerCase()]
      : []),
  ];
  return html`${words.map((word) => html`<span class="label">${word}</span>`)}`;
}

const faces: Record<string, string> = {
  '+1': '👍',
  '-1': '👎',
  laugh: '😄',
  confused: '😕',
  heart: '❤️',
  hooray: '🎉',
  eyes: '👀',
  rocket: '🚀',
};

function reactionRow(reactions: readonly Reaction[]): Html {
  const groups = Object.entries(faces).map(([content, emoji]) => ({
    emoji,
    by: reactions.filter((each) => each.content === content),
  }));
  const shown = groups.filter((group) => group.by.length > 0);
  if (shown.length === 0) return html``;
  const chips = shown.map(
    ({ emoji, by }) =>
      html`<span class="reaction" title="${by.map((each) => each.user.login).join(', ')}"
        >${emoji} <span>${by.length}</span></span
      >`,
  );
  return html`<div class="reactions"><span class="reaction add">${icon('smiley', 'muted')}</span>${chips}</div>`;
}
