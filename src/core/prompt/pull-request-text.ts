import { cut, nameText, type Fence } from './fence.ts';
import type { RequestFinding, RequestPullRequest } from './request.ts';

/** What a pull request's own words may take of a prompt, in characters. */
const MAX = { title: 500, body: 8000, message: 1000, messages: 8000, summary: 6000, claim: 1000, quote: 2000 };
/** Of the findings that the push did not touch. */
const MAX_UNTOUCHED = 200;
const MAX_PATHS = 300;

/** What is to be done, what the pull request says of itself, and what is known of it from before. */
export function aboutPullRequest(pull: RequestPullRequest, fence: Fence): string {
  const about = [`title: ${cut(pull.title, MAX.title)}`, `author: ${pull.author}`, `base: ${pull.baseRef}`];
  const parts = [
    `# Pull request ${pull.pullRequest}\n${assignment(pull)}`,
    fence('description', `${about.join('\n')}\n\n${cut(pull.body, MAX.body)}`.trim()),
    commitsText(pull, fence),
    previousText(pull, fence),
    openFindings(pull.findings, fence),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function assignment(pull: RequestPullRequest): string {
  const head = short(pull.headSha);
  if (pull.mode !== 'incremental') return `The whole pull request is to be reviewed, as it is at ${head}.`;
  const { previous } = pull;
  const before =
    previous === null ? 'Parts of it were reviewed before' : `It was reviewed at ${short(previous.headSha)}`;
  if (pull.reason === 'resumed-partial') {
    return `${before}, and some files were left over. Those are listed below, and only they are to be reviewed, as they are at
${head}. ${UPDATE}`;
  }
  return `${before}; the head is now ${head}. Only what is new since then is listed, net of what came in from the base
branch${pull.reason === 'history-rewritten' ? ' (the commits were rewritten in between)' : ''}, and only that is to be reviewed:
1. Review the marked lines.
2. Look once more at each listed file as a whole: whether what stands around still holds with what is new. Report lines
   without a mark only where what is new breaks them, at the marked line that does.
3. Judge the open findings.
4. ${UPDATE.replaceAll('\n', '\n   ')}`;
}

const UPDATE = `Bring the summary up to date: it stays one of the pull request as a whole. Keep of the previous one what still
holds, drop what no longer does, add what is new, and say nothing of pushes or of reviews.`;

/** Those since the previous review stand apart, where they can be told. */
function commitsText(pull: RequestPullRequest, fence: Fence): string {
  const { commits, commitCount, previous } = pull;
  if (commits.length === 0) return '';
  const reviewed = previous === null ? -1 : commits.findIndex(({ sha }) => sha === previous.headSha);
  let left = MAX.messages;
  const lines = commits.map(({ sha, message }, index) => {
    const isNew = reviewed >= 0 && index > reviewed ? ' (new)' : '';
    const text = cut(message.trim(), Math.min(MAX.message, Math.max(72, left)));
    left -= text.length;
    return `- ${short(sha)}${isNew} ${text.replaceAll('\n', '\n  ')}`;
  });
  const more = commitCount > commits.length ? [`… ${commits.length} of ${commitCount} commits are listed`] : [];
  return fence('commits', [...lines, ...more].join('\n'));
}

function previousText({ mode, previous }: RequestPullRequest, fence: Fence): string {
  if (previous === null || previous.summary.trim() === '') return '';
  const use = mode === 'incremental' ? 'to be brought up to date' : 'of an earlier state; write a new one';
  return `The summary of the review at ${short(previous.headSha)}, ${use}:
${fence('previous summary', cut(previous.summary.trim(), MAX.summary))}`;
}

function openFindings(findings: readonly RequestFinding[], fence: Fence): string {
  if (findings.length === 0) return '';
  const touched = findings.filter((finding) => finding.touched);
  const untouched = findings.filter((finding) => !finding.touched);
  const listed = [...touched, ...untouched.slice(0, MAX_UNTOUCHED)].map((finding) => `- ${oneLine(finding)}`);
  const more = untouched.length - MAX_UNTOUCHED;
  return `Already found and still open. Do not report them again.
${fence('open findings', [...listed, ...(more > 0 ? [`… and ${more} more, untouched`] : [])].join('\n'))}`;
}

function oneLine({ id, severity, touched, path, line, title }: RequestFinding): string {
  const where = line === null ? path : `${path}:${line}`;
  return `${id} (${severity}${touched ? ', its code was touched' : ''}) ${where}: ${title.replaceAll(/\s+/g, ' ')}`;
}

/** Those whose code the push touched, with what was said of them and their code then. */
export function findingsToJudge(findings: readonly RequestFinding[], fence: Fence): string {
  const touched = findings.filter((finding) => finding.touched);
  if (touched.length === 0) return '';
  const list = touched.map((finding) => {
    const said = finding.body.trim() === '' ? [] : ['said:', cut(finding.body.trim(), MAX.claim)];
    const code = finding.quote === '' ? [] : ['code then:', cut(finding.quote, MAX.quote)];
    return [
      `- ${oneLine(finding)}`,
      ...[...said, ...code].map((text) => `    ${text.replaceAll('\n', '\n    ')}`),
    ].join('\n');
  });
  return `Their code was touched: judge each of them by the code as it is now.
${fence('findings to judge', list.join('\n'))}`;
}

/** The names of files that are not in this call, or not in this review at all. */
export function pathList(name: string, lines: readonly string[], fence: Fence): string {
  const listed = lines.slice(0, MAX_PATHS);
  const more = lines.length > listed.length ? [`… and ${lines.length - listed.length} more`] : [];
  return fence(name, [...listed, ...more].join('\n'));
}

/** The pull requests that are looked at together: one may break what another relies on. */
export function queueText(
  session: string,
  pulls: readonly RequestPullRequest[],
  { asked, fence }: { asked: RequestPullRequest | null; fence: Fence },
): string {
  if (pulls.length < 2) return '';
  const intro =
    asked === null
      ? `You review ${pulls.length} pull requests of one session together`
      : `${pulls.length} pull requests of one session are reviewed together, and here ${asked.pullRequest} is asked for`;
  const lines = pulls.map((pull) => {
    const seen = pull.previous === null ? 'never reviewed' : `reviewed at ${short(pull.previous.headSha)}`;
    const line = `- ${pull.pullRequest}: head ${short(pull.headSha)}, ${pull.mode} review of ${pull.files.length} files, ${seen}`;
    if (asked === null || pull === asked) return line;
    const paths = pull.files.slice(0, MAX_QUEUE_PATHS).map(({ path }) => nameText(path));
    const more = pull.files.length > paths.length ? [`and ${pull.files.length - paths.length} more`] : [];
    const files = paths.length === 0 ? '' : `\n  changes ${[...paths, ...more].join(', ')}`;
    return `${line}\n  title: ${cut(pull.title, MAX.title)}${files}`;
  });
  return `# The queue
${intro}. One may change what another relies on: say so
at the line of the change that breaks the other.
${fence('queue', [`session ${session}`, ...lines].join('\n'))}`;
}

const MAX_QUEUE_PATHS = 40;

export function short(sha: string): string {
  return sha.slice(0, 7);
}
