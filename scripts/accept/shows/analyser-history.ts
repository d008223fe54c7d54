import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createSarifReviewer } from '../../../src/adapters/reviewers/sarif/sarif-reviewer.ts';
import { standsAt } from '../../../src/core/anchor.ts';
import { isOpen } from '../../../src/core/finding.ts';
import { CommitSha } from '../../../src/core/ids.ts';
import type { ReviewRecord } from '../../../src/core/review-record.ts';
import { expectNoneBornTwice } from '../../../test/pipeline/findings/laws.ts';
import { Scene } from '../../../test/pipeline/scene.ts';
import { GitRepository } from '../../../test/support/git/git-repository.ts';
import { TreeReader } from '../../../test/support/git/tree-reader.ts';
import { somePublicationOptions } from '../../../test/support/views.ts';
import { runCommand } from './commands.ts';

const PUBLIC_REPOSITORY = 'https://github.com/fastify/fastify';
const PUSHES = 20;
const COMMITS_PER_PUSH = 8;
/** Everything becomes a comment, so that every anchor is looked at. */
const publication = { ...somePublicationOptions, minSeverity: 'suggestion', maxComments: 5000, calmAfter: 0 } as const;
const RULES = ['correctness', 'suspicious', 'perf'].flatMap((category) => ['-W', category]);
const run = promisify(execFile);

/**
 * The latest commits of a public repository's main line as one pull request of twenty pushes. After every fifth the base
 * takes in what was pushed up to two pushes before; the thirteenth is squashed into one commit and forced.
 */
export async function analyserOverPushes(repository: string | null): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pushback-analyser-'));
  try {
    await using git = await GitRepository.create();
    const source = repository ?? (await cloneOf(PUBLIC_REPOSITORY, folder));
    await borrowObjects(git, source);
    return `${repository ?? PUBLIC_REPOSITORY}: ${await goThrough(git, await mainLine(source), folder)}`;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function goThrough(git: GitRepository, commits: readonly string[], folder: string): Promise<string> {
  const at = (push: number): string => commits[Math.max(0, push) * COMMITS_PER_PUSH] ?? '';
  await git.git('update-ref', 'refs/heads/main', at(0));
  await using scene = await Scene.over(git, 'topic');
  const figures = { raised: 0, fixed: 0, gone: 0, comments: 0, open: [] as number[] };
  let before: ReviewRecord | null = null;
  for (let push = 1; push <= PUSHES; push += 1) {
    if (push % 5 === 0) await git.git('update-ref', 'refs/heads/main', at(push - 2));
    const head = push === 13 ? await squashed(git, at(push)) : at(push);
    await git.git('update-ref', 'refs/heads/topic', head);
    await git.git('checkout', '-q', '-f', '--detach', head);
    await writeFile(join(folder, 'oxlint.sarif'), await oxlint(git.folder));

    const record = await review(scene, folder, git.folder, head);
    await using fresh = await Scene.over(git, 'topic');
    const full = await review(fresh, folder, git.folder, head);
    assert.deepEqual(openIn(record), openIn(full), `push ${push}: the open set is a full run's`);
    expectNoneBornTwice(record, before);
    await using reader = new TreeReader(join(git.folder, '.git'));
    const tree = await reader.lines(head);
    figures.comments += anchorsChecked(scene, record, tree);
    const count = (status: string): number => record.result.findings.filter((one) => one.status === status).length;
    figures.raised += count('new');
    figures.fixed += count('fixed');
    figures.gone += count('gone');
    figures.open.push(openIn(record).length);
    before = record;
  }
  const posted = scene.plans().flatMap(({ review: { ...plan } }) => (plan.action === 'create' ? plan.comments : []));
  assert.equal(new Set(posted.map(({ findingId }) => findingId)).size, posted.length, 'a finding was posted twice');
  assert.equal(figures.comments, posted.length);
  assert.ok(figures.raised >= 50 && figures.fixed + figures.gone > 0, `too little happens: ${JSON.stringify(figures)}`);
  return (
    `${PUSHES} pushes of ${COMMITS_PER_PUSH} commits; ${figures.raised} findings raised, ${figures.fixed} fixed, ` +
    `${figures.gone} gone; ${posted.length} comments, 0 duplicates, 0 wrong anchors; the open set equals a full run's ` +
    `at each push (${figures.open.join(', ')})`
  );
}

async function review(scene: Scene, folder: string, root: string, head: string): Promise<ReviewRecord> {
  scene.clock.advance(60);
  const read = createSarifReviewer({ files: [join(folder, 'oxlint.sarif')], root, fingerprintParts: [] });
  const { record, outcome, detail } = await scene.reviewOne({
    reviewer: read,
    checkedOut: CommitSha.parse(head),
    settings: { publication },
  });
  assert.ok(outcome === 'reviewed' && record !== null, `${outcome}: ${detail}`);
  return record;
}

function openIn({ result }: ReviewRecord): string[] {
  return result.findings
    .filter(isOpen)
    .map(({ path, line, endLine, rule, title, quote }) => JSON.stringify([path, line, endLine, rule, title, quote]))
    .toSorted();
}

/** Every comment of this push and every open finding stands on the code that it quotes. The number of comments. */
function anchorsChecked(scene: Scene, record: ReviewRecord, tree: ReadonlyMap<string, readonly string[]>): number {
  const open = record.result.findings.filter(isOpen);
  for (const { shortId, path, line, quote } of open) {
    if (line === null) continue;
    assert.ok(standsAt(tree.get(path) ?? [], line, quote), `F${shortId} is not at ${path}:${line}: ${quote}`);
  }
  const plan = scene.plans().at(-1);
  if (plan?.headSha !== record.version.headSha || plan.review.action !== 'create') return 0;
  for (const { findingId, path, line, startLine } of plan.review.comments) {
    const finding = open.find(({ id }) => id === findingId);
    const [from, to] = [finding?.line ?? 0, finding?.endLine ?? finding?.line ?? 0];
    const holds = finding?.path === path && from <= (startLine ?? line) && line <= to;
    assert.ok(holds, `the comment at ${path}:${startLine ?? line}-${line} is not on ${JSON.stringify(finding)}`);
  }
  return plan.review.comments.length;
}

async function oxlint(folder: string): Promise<string> {
  const program = join(dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin', 'oxlint');
  const { stdout } = await run(process.execPath, [program, ...RULES, '--format', 'sarif', '.'], {
    cwd: folder,
    maxBuffer: 256 * 1024 * 1024,
  });
  return stdout;
}

async function squashed(git: GitRepository, head: string): Promise<string> {
  return git.git('commit-tree', `${head}^{tree}`, '-p', await git.head('main'), '-m', 'All of it');
}

async function borrowObjects(git: GitRepository, source: string): Promise<void> {
  const { stdout } = await runCommand('git', ['rev-parse', '--path-format=absolute', '--git-path', 'objects'], source);
  await writeFile(join(git.folder, '.git', 'objects', 'info', 'alternates'), stdout);
}

async function mainLine(source: string): Promise<string[]> {
  const wanted = PUSHES * COMMITS_PER_PUSH + 1;
  const args = ['rev-list', '--first-parent', '--reverse', `--max-count=${wanted}`, 'HEAD'];
  const commits = (await runCommand('git', args, source)).stdout.trim().split('\n');
  assert.equal(commits.length, wanted, `${source} has too few commits`);
  return commits;
}

async function cloneOf(url: string, folder: string): Promise<string> {
  const clone = join(folder, 'clone');
  await runCommand('git', ['clone', '-q', '--bare', '--single-branch', url, clone], folder);
  return clone;
}
