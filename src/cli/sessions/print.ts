import type { EpochSeconds } from '../../core/ids.ts';
import type { RunView } from '../../core/ledger/commands.ts';
import { pullRequestName } from '../../core/pull-request.ts';
import { shortSha } from '../../core/render/view.ts';
import { cost, count, tokenCount } from '../../core/render/words.ts';
import { terminalLine } from '../terminal-line.ts';
import type { PullRequestRuns, SessionList, SessionView } from './gather.ts';

/** Texts that others wrote are cut here: the whole of them is in `--json`. */
const MAX_TEXT = 200;

/** What the ledger holds, with the seconds that leases have left. */
export function sessionsJson({ sessions, left }: SessionList, now: EpochSeconds): object {
  return {
    sessions: sessions.map(({ pullRequests, ...session }) => ({
      ...session,
      pullRequests: pullRequests.map(({ runs, ...pullRequest }) => ({
        ...pullRequest,
        runs: runs.map((run) => ({ ...run, leaseSecondsLeft: leaseLeft(run, now) })),
      })),
    })),
    left,
  };
}

/** The same for people: plain text, safe for a terminal. */
export function sessionsText({ sessions, left }: SessionList, now: EpochSeconds): string {
  if (sessions.length === 0) return 'no session\n';
  const more = left === 0 ? [] : [`and ${count(left, 'older session')} (--limit)`, ''];
  return [...sessions.flatMap((session) => sessionLines(session, now)), ...more].join('\n');
}

function sessionLines({ session, createdAt, pullRequests }: SessionView, now: EpochSeconds): string[] {
  const since = createdAt === null ? '' : `, since ${time(createdAt)} UTC`;
  const head = `${terminalLine(session)}: ${count(pullRequests.length, 'pull request')}${since}`;
  return [head, ...pullRequests.flatMap((pullRequest) => pullRequestLines(pullRequest, now)), ''];
}

function pullRequestLines(pullRequest: PullRequestRuns, now: EpochSeconds): string[] {
  const { state, detail, version, runs, moreRuns } = pullRequest;
  const name = terminalLine(pullRequestName(pullRequest.pullRequest));
  const base = terminalLine(version.baseRef, 60);
  const table = tableLines(runs.map((run) => ({ cells: cellsOf(run, now), note: noteOf(run) })));
  return [
    `  ${name}: ${words(state)} (${terminalLine(detail, MAX_TEXT)}); head ${shortSha(version.headSha)} into ${base}`,
    ...(runs.length === 0 ? ['    no runs'] : table.map((line) => `    ${line}`)),
    ...(moreRuns ? ['    and older runs (--runs)'] : []),
  ];
}

type Column = { title: string; right?: boolean };
const COLUMNS: readonly Column[] = [
  { title: 'head' },
  { title: 'status' },
  { title: 'mode' },
  { title: 'verdict' },
  { title: 'attempts', right: true },
  { title: 'started (UTC)' },
  { title: 'took', right: true },
  { title: 'read', right: true },
  { title: 'tokens', right: true },
  { title: 'cost', right: true },
  { title: 'lease', right: true },
];

function cellsOf(run: RunView, now: EpochSeconds): string[] {
  const { usage } = run;
  const left = leaseLeft(run, now);
  const tokens = [usage?.inputTokens, usage?.outputTokens].map((number) => orDash(number, tokenCount));
  return [
    shortSha(run.version.headSha),
    run.status,
    orDash(run.mode, (mode) => `${mode}, ${run.reason ?? '-'}`),
    orDash(run.verdict, words),
    String(run.attempt),
    time(run.startedAt),
    tookOf(run, now),
    orDash(usage, ({ scopeTokens, fullTokens }) => `${tokenCount(scopeTokens)} of ${tokenCount(fullTokens)}`),
    tokens.every((each) => each === '-') ? '-' : `${tokens.join(' in, ')} out`,
    orDash(usage?.costUsd, cost),
    orDash(left, (seconds) => `${seconds} s left`),
  ];
}

function orDash<T>(value: T | null | undefined, text: (value: T) => string): string {
  return value === null || value === undefined ? '-' : text(value);
}

/** From its start until its result was stored; so far, while it runs. */
function tookOf(run: RunView, now: EpochSeconds): string {
  const end = run.completedAt ?? (run.leaseEndsAt === null ? null : now);
  // A stored result that is published anew was completed before this attempt began.
  return end === null || end < run.startedAt ? '-' : seconds(end - run.startedAt);
}

function noteOf(run: RunView): string | null {
  if (run.why === '') return null;
  const why = terminalLine(run.why, MAX_TEXT);
  return why.startsWith(run.status) ? why : `${run.status}: ${why}`;
}

function leaseLeft(run: RunView, now: EpochSeconds): number | null {
  return run.leaseEndsAt === null ? null : Math.max(0, run.leaseEndsAt - now);
}

/** Columns as wide as their widest cell; a note stands under its row. */
function tableLines(rows: readonly { cells: readonly string[]; note: string | null }[]): string[] {
  const titles = COLUMNS.map(({ title }) => title);
  const widths = titles.map((title, index) =>
    Math.max(title.length, ...rows.map(({ cells }) => cells[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        return COLUMNS[index]?.right === true ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(titles), ...rows.flatMap(({ cells, note }) => [line(cells), ...(note === null ? [] : [`  ${note}`])])];
}

function words(name: string): string {
  return name.replaceAll('_', ' ');
}

function time(at: number): string {
  return new Date(at * 1000).toISOString().slice(0, 16).replace('T', ' ');
}

function seconds(duration: number): string {
  if (duration < 120) return `${duration} s`;
  const minutes = Math.floor(duration / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
