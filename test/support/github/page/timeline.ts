import type { Account, Review, TimelineEvent } from '../state.ts';
import { html, type Html } from './html.ts';
import { icon } from './icons.ts';
import { authorName, commentBox, face, reviewAnchor, type View, when } from './remark-box.ts';
import { threadBox } from './thread-box.ts';
import { counted, shortSha } from './words.ts';

/** Everything that happened, oldest first, as the conversation tells it. */
export async function timeline(view: View): Promise<Html[]> {
  const { pull } = view;
  const description = {
    author: pull.author,
    body: pull.body ?? '',
    createdAt: pull.createdAt,
    updatedAt: pull.createdAt,
    reactions: [],
    minimized: null,
  };
  const items = await Promise.all(pull.timeline.map((event) => timelineItem(view, event)));
  return [commentBox(view, description, `issue-${pull.id}`), ...items.filter((item) => item !== null)];
}

async function timelineItem(view: View, event: TimelineEvent): Promise<Html | null> {
  switch (event.kind) {
    case 'opened':
      return null;
    case 'comment':
      return commentBox(view, event.comment, `issuecomment-${event.comment.id}`);
    case 'review':
      return reviewItem(view, event.review);
    case 'pushed':
      return pushItem(view, event);
    case 'merged':
      return line(view, 'git-merge', 'done', event.by, html`merged this pull request`, event.at);
    case 'closed':
      return line(view, 'git-pull-request-closed', 'closed', event.by, html`closed this`, event.at);
    case 'reopened':
      return line(view, 'git-pull-request', 'open', event.by, html`reopened this`, event.at);
    case 'ready':
      return line(view, 'eye', 'muted', event.by, html`marked this pull request as ready for review`, event.at);
    case 'retargeted':
      return line(
        view,
        'git-branch',
        'muted',
        event.by,
        html`changed the base branch from ${ref(event.from)} to ${ref(event.to)}`,
        event.at,
      );
    case 'renamed':
      return line(
        view,
        'pencil',
        'muted',
        event.by,
        html`changed the title <del>${event.from}</del> <ins>${event.to}</ins>`,
        event.at,
      );
    default:
      return event satisfies never;
  }
}

function pushItem(view: View, push: Extract<TimelineEvent, { kind: 'pushed' }>): Html {
  if (push.forced) {
    const branch = ref(view.pull.head.ref);
    return line(
      view,
      'repo-push',
      'muted',
      push.by,
      html`force-pushed the ${branch} branch from ${sha(push.before ?? '')} to ${sha(push.after)}`,
      push.at,
    );
  }
  const rows = push.commits.map(
    (commit) =>
      html`<div class="commit">
        <span class="commit-icon">${icon('git-commit', 'muted')}</span>${face(push.by, 20)}<span
          class="commit-title mono"
          >${commit.title}</span
        ><span class="grow"></span><span class="mono muted">${shortSha(commit.sha)}</span>
      </div>`,
  );
  const head =
    push.commits.length > 1
      ? html`<div class="event">
          <span class="event-icon">${icon('repo-push', 'muted')}</span
          ><span
            >${face(push.by, 20)} ${authorName(push.by)} added ${counted(push.commits.length, 'commit')}
            ${when(view, push.at)}</span
          >
        </div>`
      : null;
  return html`<div class="push">${head}${rows}</div>`;
}

const verdicts: Record<Review['state'], { icon: string; tone: string; words: string }> = {
  APPROVED: { icon: 'check', tone: 'approved', words: 'approved these changes' },
  CHANGES_REQUESTED: { icon: 'file-diff', tone: 'requested', words: 'requested changes' },
  COMMENTED: { icon: 'eye', tone: 'muted', words: 'reviewed' },
  DISMISSED: { icon: 'eye', tone: 'muted', words: 'reviewed (dismissed)' },
  PENDING: { icon: 'eye', tone: 'muted', words: 'started a review' },
};

async function reviewItem(view: View, review: Review): Promise<Html | null> {
  const own = view.pull.threads.filter((thread) => thread.comments[0]?.review === review);
  const replies = view.pull.threads.some((thread) => thread.comments.some((comment) => comment.review === review));
  // A reply shows in its thread; the review that carries it shows nowhere.
  if (own.length === 0 && review.body === '' && replies) return null;
  const verdict = verdicts[review.state];
  const boxes = await Promise.all(own.map((thread) => threadBox(view, thread)));
  const said =
    review.body.trim() === '' ? null : commentBox(view, review, `${reviewAnchor(review)}-body`, 'left a comment');
  return html`<div class="review" id="${reviewAnchor(review)}">
    <div class="review-head">
      <div class="side-face">${face(review.author, 40)}</div>
      <span class="event-icon ${verdict.tone}">${icon(verdict.icon)}</span
      ><span>${authorName(review.author)} ${verdict.words} ${when(view, review.createdAt)}</span
      ><span class="grow"></span><span class="muted">View reviewed changes</span>
    </div>
    ${said}${boxes}
  </div>`;
}

function line(view: View, iconName: string, tone: string, by: Account, words: Html, at: Date): Html {
  return html`<div class="event">
    <span class="event-icon ${tone}">${icon(iconName)}</span
    ><span>${face(by, 20)} ${authorName(by)} ${words} ${when(view, at)}</span>
  </div>`;
}

function ref(name: string): Html {
  return html`<span class="ref mono">${name}</span>`;
}

function sha(value: string): Html {
  return html`<span class="mono sha">${shortSha(value)}</span>`;
}
