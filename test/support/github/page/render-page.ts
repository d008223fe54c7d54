import { fullName, type Pull, type Repo, reviewCommentsOf, type World } from '../state.ts';
import { pullDiff } from '../placement.ts';
import { html, type Html, raw } from './html.ts';
import { icon } from './icons.ts';
import { latestChecks, latestVerdicts, mergeBox } from './merge-box.ts';
import { authorName, face, type View } from './remark-box.ts';
import { styles } from './styles.ts';
import { timeline } from './timeline.ts';
import { counted } from './words.ts';

export type Theme = 'light' | 'dark' | 'auto';

/** The pull request's page as a person sees it: one file that needs nothing else. `auto` follows the reader's system. */
export async function renderPage(
  world: World,
  repository: Repo,
  number: number,
  options: { theme: Theme },
): Promise<string> {
  const pull = repository.pulls.get(number);
  if (pull === undefined) throw new Error(`${fullName(repository)} has no pull request ${number}`);
  const view: View = { world, pull };
  const files = await pullDiff(pull);
  const commits = await repository.git.commits(pull.mergeBaseSha, pull.head.sha);
  const added = files.reduce((sum, file) => sum + file.additions, 0);
  const removed = files.reduce((sum, file) => sum + file.deletions, 0);
  const said = pull.comments.length + reviewCommentsOf(pull).length;
  const tabs = [
    tab('comment-discussion', 'Conversation', said, true),
    tab('git-commit', 'Commits', commits.length),
    tab('checklist', 'Checks', latestChecks(view).length),
    tab('file-diff', 'Files changed', files.length),
  ];
  const theme = options.theme === 'auto' ? null : raw(` data-theme="${options.theme}"`);
  const page = html`<!doctype html>
    <html lang="en" ${theme}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${pull.title} by ${pull.author.login} · Pull Request #${pull.number} · ${fullName(repository)}</title>
        <style>
          ${raw(styles(options.theme))}
        </style>
      </head>
      <body>
        <header class="top">
          <div class="wide">
            <span class="mark-github">${icon('mark-github', '', 32)}</span><span>${repository.owner.login}</span
            ><span class="muted">/</span><strong>${repository.name}</strong
            ><span class="label">${repository.private ? 'Private' : 'Public'}</span>
          </div>
          <nav class="wide">
            ${[tab('code', 'Code'), tab('issue-opened', 'Issues'), tab('git-pull-request', 'Pull requests', repository.pulls.size, true), tab('play', 'Actions')]}
          </nav>
        </header>
        <main class="wide">
          <div class="title">
            <h1>${pull.title} <span class="muted light">#${pull.number}</span></h1>
            <div class="state-row">
              ${stateBadge(pull)}<span class="muted"
                >${authorName(pull.author)} wants to merge ${counted(commits.length, 'commit')} into
                <span class="ref mono">${pull.base.ref}</span> from <span class="ref mono">${pull.head.ref}</span></span
              >
            </div>
          </div>
          <nav class="tabs">
            ${tabs}<span class="grow"></span
            ><span class="diffstat"
              ><b class="plus">+${added}</b> <b class="minus">−${removed}</b>${squares(added, removed)}</span
            >
          </nav>
          <div class="columns">
            <div class="conversation">${await timeline(view)}${mergeBox(view)}</div>
            <aside>${sidebar(view)}</aside>
          </div>
        </main>
      </body>
    </html>`;
  return page.html;
}

function tab(iconName: string, name: string, count: number | null = null, selected = false): Html {
  const counter = count === null || count === 0 ? null : html`<span class="counter">${count}</span>`;
  return html`<span class="tab${selected ? ' selected' : ''}">${icon(iconName, 'muted')} ${name}${counter}</span>`;
}

function stateBadge(pull: Pull): Html {
  if (pull.mergedAt !== null) return html`<span class="state merged">${icon('git-merge')} Merged</span>`;
  if (pull.state === 'closed') return html`<span class="state closed">${icon('git-pull-request-closed')} Closed</span>`;
  if (pull.draft) return html`<span class="state draft">${icon('git-pull-request-draft')} Draft</span>`;
  return html`<span class="state open">${icon('git-pull-request')} Open</span>`;
}

function squares(added: number, removed: number): Html {
  const green = added + removed === 0 ? 0 : Math.round((added / (added + removed)) * 5);
  const tones = Array.from({ length: 5 }, (_, at) => (added + removed === 0 ? '' : at < green ? 'plus' : 'minus'));
  return html`<span class="squares">${tones.map((tone) => html`<i class="${tone}"></i>`)}</span>`;
}

function sidebar(view: View): Html {
  const { pull } = view;
  const reviewers = [
    ...new Set(pull.reviews.filter((review) => review.author !== pull.author).map((review) => review.author)),
  ];
  const verdicts = latestVerdicts(view);
  const remarks = [...pull.comments, ...pull.reviews, ...reviewCommentsOf(pull)];
  const people = [...new Set([pull.author, ...remarks.map((remark) => remark.author)])];
  const reviewerRows = reviewers.map((account) => {
    const state = verdicts.find((review) => review.author === account)?.state;
    const mark =
      state === 'APPROVED'
        ? icon('check', 'passed')
        : state === 'CHANGES_REQUESTED'
          ? icon('file-diff', 'failed')
          : icon('comment', 'muted');
    return html`<div class="person">${face(account, 20)} ${authorName(account)}<span class="grow"></span>${mark}</div>`;
  });
  const labels = pull.labels.map((label) => html`<span class="label">${label.name}</span> `);
  return html`${part('Reviewers', reviewerRows, 'No reviews')}${part('Assignees', [], 'No one assigned')}${part('Labels', labels, 'None yet')}${part('Milestone', [], 'No milestone')}${part(counted(people.length, 'participant'), [html`<div class="faces">${people.map((account) => face(account, 26))}</div>`], '')}`;
}

function part(title: string, content: Html[], otherwise: string): Html {
  return html`<section>
    <h2>${title}</h2>
    ${content.length === 0 ? html`<span>${otherwise}</span>` : content}
  </section>`;
}
