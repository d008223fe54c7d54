import type { CheckRun, Review } from '../state.ts';
import { html, type Html } from './html.ts';
import { icon } from './icons.ts';
import { face, markdownBody, type View } from './remark-box.ts';
import { counted } from './words.ts';
import { actionsBot } from '../state.ts';

/** The box at the conversation's end: reviews, checks of the head, whether it can be merged. */
export function mergeBox(view: View): Html {
  const { pull } = view;
  if (pull.state !== 'open') return html``;
  const checks = latestChecks(view);
  const reviews = latestVerdicts(view);
  const requested = reviews.filter((review) => review.state === 'CHANGES_REQUESTED');
  const verdict =
    requested.length === 0
      ? null
      : section(
          'file-diff',
          'failed',
          'Changes requested',
          `${counted(requested.length, 'reviewer')} requested changes`,
        );
  const merge =
    pull.mergeCommitSha === null
      ? section(
          'alert',
          'pending',
          'This branch has conflicts that must be resolved',
          'Use the command line to resolve conflicts.',
        )
      : section('check', 'passed', 'No conflicts with base branch', 'Merging can be performed automatically.');
  const button = html`<div class="merge-foot">
    <span class="button primary${pull.mergeCommitSha === null || pull.draft ? ' off' : ''}">Merge pull request</span>
  </div>`;
  return html`<div class="timeline-comment merge-row">
    <div class="side-face"><span class="merge-icon ${toneOf(checks)}">${icon('git-merge', '', 24)}</span></div>
    <div class="box merge-box">
      ${verdict}${checks.length === 0 ? null : checksSection(view, checks)}${merge}${button}
    </div>
  </div>`;
}

/** Of each name the last run on the head. */
export function latestChecks({ pull }: View): CheckRun[] {
  const onHead = pull.repository.checks.filter((check) => check.headSha === pull.head.sha);
  return onHead.filter((check, at) => !onHead.slice(at + 1).some((later) => later.name === check.name));
}

/** Of each reviewer the last review that approved or asked for changes. */
export function latestVerdicts({ pull }: View): Review[] {
  const deciding = pull.reviews.filter((review) => review.state === 'APPROVED' || review.state === 'CHANGES_REQUESTED');
  return deciding.filter((review, at) => !deciding.slice(at + 1).some((later) => later.author === review.author));
}

const failing = ['failure', 'timed_out', 'cancelled', 'action_required', 'startup_failure'];

function toneOf(checks: CheckRun[]): 'passed' | 'failed' | 'pending' {
  if (checks.some((check) => failing.includes(check.conclusion ?? ''))) return 'failed';
  return checks.some((check) => check.status !== 'completed') ? 'pending' : 'passed';
}

function checksSection(view: View, checks: CheckRun[]): Html {
  const tone = toneOf(checks);
  const titles = {
    failed: 'Some checks were not successful',
    pending: "Some checks haven't completed yet",
    passed: 'All checks have passed',
  };
  const count = (words: string, of: (check: CheckRun) => boolean): string[] => {
    const number = checks.filter(of).length;
    return number === 0 ? [] : [`${number} ${words}`];
  };
  const counts = [
    ...count('failing', (check) => failing.includes(check.conclusion ?? '')),
    ...count('in progress', (check) => check.status !== 'completed'),
    ...count('neutral', (check) => check.conclusion === 'neutral'),
    ...count('skipped', (check) => check.conclusion === 'skipped'),
    ...count('successful', (check) => check.conclusion === 'success'),
  ];
  const icons = { failed: 'x', pending: 'dot-fill', passed: 'check' };
  return html`${section(icons[tone], tone, titles[tone], `${counts.join(', ')} ${checks.length === 1 ? 'check' : 'checks'}`)}
    <div class="checks">${checks.map((check) => checkRow(view, check))}</div>`;
}

function checkRow(view: View, check: CheckRun): Html {
  const annotations = check.output.annotations;
  const summary =
    check.output.summary === null ? html`<p class="muted">No output.</p>` : markdownBody(view, check.output.summary);
  const notes = annotations.map(
    (each) =>
      html`<li>
        <span class="mono">${each.path}:${each.start_line}</span>
        <span class="label ${each.annotation_level}">${each.annotation_level}</span> ${each.title ?? ''}
        <span class="muted">${each.message}</span>
      </li>`,
  );
  return html`<details class="check">
    <summary>
      ${checkIcon(check)}${face(actionsBot, 20)}<span class="check-name">${check.name}</span
      ><span class="muted check-title">${check.output.title ?? words(check)}</span><span class="grow"></span
      ><span class="muted">Details</span>
    </summary>
    <div class="check-body">
      ${summary}${
        annotations.length === 0
          ? null
          : html`<p><strong>${counted(annotations.length, 'annotation')}</strong></p>
              <ul class="annotations">
                ${notes}
              </ul>`
      }
    </div>
  </details>`;
}

function checkIcon(check: CheckRun): Html {
  if (check.status !== 'completed') return icon('dot-fill', 'pending');
  if (check.conclusion === 'success') return icon('check', 'passed');
  if (failing.includes(check.conclusion ?? '')) return icon('x', 'failed');
  return icon(check.conclusion === 'skipped' ? 'skip' : 'square-fill', 'muted');
}

function words(check: CheckRun): string {
  return check.status === 'completed' ? `Completed: ${check.conclusion ?? ''}` : 'In progress';
}

function section(iconName: string, tone: string, title: string, text: string): Html {
  return html`<div class="merge-section">
    <span class="disc ${tone}">${icon(iconName)}</span>
    <div>
      <strong>${title}</strong>
      <div class="muted">${text}</div>
    </div>
  </div>`;
}
