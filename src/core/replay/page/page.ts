import { PUSH_KINDS } from '../past.ts';
import { share } from '../table.ts';
import type { PushCost, Rebases, ReplayTotals } from '../totals.ts';
import { costByKind } from './cost-by-kind.ts';
import { distribution } from './distribution.ts';
import { inShort, KIND_TITLES, METHODS } from './figures.ts';
import { growth } from './growth.ts';
import { escaped, rect, svg } from './html.ts';
import { shareByKind } from './share-by-kind.ts';
import { STYLE } from './style.ts';
import { worstPulls } from './worst.ts';

export type ReplayReport = {
  /** What people call the repository. */
  repository: string;
  main: { ref: string; sha: string };
  pushes: readonly PushCost[];
  totals: ReplayTotals;
};

/** One page, complete in itself: no script, and nothing fetched from anywhere. */
export function replayPage(report: ReplayReport): string {
  const { repository, totals, pushes } = report;
  const sections = [
    card(
      'Cost per push, by method',
      'Average o200k tokens that a reviewer has to read for one push after the first. Each group of bars has its own scale.',
      legend(METHODS.map(({ name, title }) => ({ name, title }))) + costByKind(totals),
    ),
    card(
      'Where the pushes and the tokens are',
      'The share of each kind of push among the pushes, and among the tokens that they make a reviewer read.',
      legend(PUSH_KINDS.map((kind) => ({ name: kind, title: KIND_TITLES[kind] }))) + shareByKind(totals),
    ),
    card(
      'How much of a pull request has to be read again',
      'Number of pushes after the first, by the share of the whole diff that each method reads.',
      legend(METHODS.filter(({ name }) => name !== 'full')) + distribution(pushes),
    ),
    card(
      'The bill as pull requests grow',
      'Tokens read so far by all pull requests together, up to their n-th push.',
      growth(pushes),
    ),
    card(
      'The worst pull requests',
      'Those whose pushes after the first cost most with Pushback. Grey: the whole diff; in front of it: what Pushback reads.',
      worstPulls(pushes),
    ),
    card('What Pushback would have done', '', modesTable(totals.modes) + rebasesText(totals.rebases)),
    card('How this was counted', '', method(totals)),
  ];
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>What every push costs to review: ${escaped(repository)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    '<main>',
    ...headOf(report),
    ...sections,
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function headOf({ repository, main, totals }: ReplayReport): string[] {
  const { followUps } = totals;
  const branch = main.ref.replace(/^refs\/(?:heads|remotes)\//, '');
  return [
    `<h1>What every push to ${escaped(repository)} costs to review</h1>`,
    `<p class="muted">${count(totals.pulls)} past pull requests with ${count(totals.pushes)} pushes, ${count(followUps.pushes)} of them after the first; ` +
      `<code>${escaped(branch)}</code> at <code>${escaped(main.sha.slice(0, 10))}</code>. The figures below are of the pushes after the first.</p>`,
    '<div class="tiles">',
    tile('', '100 %', 'Reading the whole PR diff again', `${inShort(followUps.full)} tokens`),
    tile(
      'prev',
      share(followUps.prevHead, followUps.full),
      'Reading git diff prev..head',
      `${inShort(followUps.prevHead)} tokens`,
    ),
    tile(
      'ours',
      share(followUps.reviewable, followUps.full),
      'Reading what the push changed, with its context: Pushback',
      `${inShort(followUps.reviewable)} tokens`,
    ),
    '</div>',
  ];
}

function tile(name: string, figure: string, title: string, detail: string): string {
  return `<div class="tile ${name}"><b>${figure}</b>${title}<br><span class="muted">${detail}</span></div>`;
}

function card(title: string, text: string, body: string): string {
  if (body === '') return '';
  return `<section><h2>${title}</h2>${text === '' ? '' : `<p class="muted">${text}</p>`}${body}</section>`;
}

function legend(entries: readonly { name: string; title: string }[]): string {
  const items = entries.map(
    ({ name, title }) =>
      `<li>${svg(12, 12, title, rect({ x: 0, y: 0, width: 12, height: 12 }, name, title))}${escaped(title)}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}

function modesTable(modes: Record<string, number>): string {
  const rows = Object.entries(modes)
    .toSorted(([, a], [, b]) => b - a)
    .map(
      ([mode, pushes]) =>
        `<tr><th scope="row"><code>${escaped(mode)}</code></th><td class="number">${count(pushes)}</td></tr>`,
    );
  return `<table><thead><tr><th scope="col">Mode and reason</th><th scope="col" class="number">Pushes</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function rebasesText({ tried, conflicted, emptied, clean, unchanged }: Rebases): string {
  if (tried === 0) return '';
  return (
    `<p style="margin-top:14px">${count(tried)} pull requests were rebased for real, commit by commit, onto a later main: ${count(conflicted)} conflicted, ` +
    `${count(emptied)} had nothing left, ${count(clean)} went through. Of those, <b>${count(unchanged)}</b> (${share(unchanged, clean)}) cost nothing at all.</p>`
  );
}

function method({ grouped, leftOut }: ReplayTotals): string {
  const pauses =
    grouped === null
      ? 'The pushes are those that were recorded.'
      : `Every commit on a pull request's own line counts as a push. Taken together where less than ten minutes lie between them, ` +
        `they are ${count(grouped.followUps.pushes)} pushes after the first, and Pushback reads ${share(grouped.followUps.reviewable, grouped.followUps.full)} of the whole diff.`;
  const missing = leftOut.length === 0 ? '' : ` ${count(leftOut.length)} more were drawn and could not be replayed.`;
  return (
    `<p>Tokens are o200k, of diffs with three lines of context; nothing is capped, so a method that reads more than the whole diff says so. ` +
    `What Pushback reads is without files that are not reviewed, and with context: the functions around what is new, other changes of the same file, an outline. ` +
    `The base of a merged pull request is the first parent of its merge or squash. ${pauses}${missing}</p>` +
    `<p class="muted">Made by <code>pushback replay</code>.</p>`
  );
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
