import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openRepository } from '../../src/adapters/git/open-repository.ts';
import { sha256Hex } from '../../src/adapters/system/randomness.ts';
import type { Coverage } from '../../src/core/coverage.ts';
import type { FileDiff } from '../../src/core/diff.ts';
import { incrementalScope } from '../../src/core/scope.ts';
import { CarriedVersions } from '../../src/pipeline/carried-versions.ts';
import { compareWithReviewed } from '../../src/pipeline/interdiff.ts';
import { patchDigests, type PatchDigests } from '../../src/pipeline/patch-digests.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import { startGitServer, type GitRequest } from '../support/git/git-server.ts';
import { GitRepository } from '../support/git/git-repository.ts';
import { countWords, inShort } from '../support/git/scope-of-push.ts';
import { OURS, PullRequest, twenty } from './histories/pull-request.ts';
import type { ReviewPorts } from '../../src/pipeline/ports.ts';

/** What the reviewed commits were made unreachable by, and then collected as any host does in time. */
async function collectGarbage(pr: PullRequest): Promise<void> {
  await pr.git.git('reflog', 'expire', '--expire=now', '--all');
  await pr.git.git('prune', '--expire=now');
}

async function amend(pr: PullRequest, files: Record<string, string>): Promise<void> {
  await pr.git.write(files);
  await pr.git.git('commit', '-q', '-a', '--amend', '--no-edit');
}

/** A ledger whose records are as older runs left them: without digests. */
function withoutDigests(ledger: Ledger): Ledger {
  const plain = (coverage: Coverage): Coverage => ({
    ...coverage,
    covered: coverage.covered.map(({ path, previousPath, version }) => ({ path, previousPath, version })),
  });
  return {
    capabilities: ledger.capabilities,
    claim: (command) => ledger.claim(command),
    heartbeat: (command) => ledger.heartbeat(command),
    submit: (command) =>
      ledger.submit({ ...command, results: command.results.map((one) => ({ ...one, coverage: plain(one.coverage) })) }),
    deliver: (command) => ledger.deliver(command),
    release: (command) => ledger.release(command),
    dismiss: (command) => ledger.dismiss(command),
    list: (session) => ledger.list(session),
    history: (query) => ledger.history(query),
    previous: (query) => ledger.previous(query),
  };
}

describe('a version that was reviewed and is gone from the remote', () => {
  test('costs only the files whose patch is another one now, and says why', async () => {
    await using pr = await PullRequest.open();
    const gone = await pr.git.head();
    await pr.review();
    await amend(pr, { 'b.txt': 'b1\nb2, better\n' });
    await collectGarbage(pr);
    const { report, seen } = await pr.reviewAndReport();
    expect(seen).toEqual(['incremental/history-rewritten', 'b.txt +1-2']);
    expect(report.detail).toContain(`${gone.slice(0, 7)} can't be had`);
    expect(report.detail).toContain('2 files are as reviewed by the digest of the patch, 1 changed');
  });

  test('costs nothing where every patch is the same, though the base moved under it by force', async () => {
    await using pr = await PullRequest.open();
    await pr.review();
    // Another main without any of the old one's commits; the pull request is laid on it unchanged.
    await pr.git.git('checkout', '-q', '--orphan', 'other-main');
    await pr.git.git('rm', '-rfq', '.');
    await pr.git.commit('Another start', { 'a.txt': `top\n${twenty()}end\n`, 'c.txt': 'c\n' });
    await pr.git.git('branch', '-q', '-f', 'main', 'other-main');
    const much = await pr.git.git('show', 'topic:much.txt');
    await pr.git.checkout('topic', 'main');
    await pr.git.git('branch', '-q', '-D', 'other-main');
    await pr.git.commit('Open 1', { 'a.txt': `top\n${OURS}end\n`, 'b.txt': 'b1\nb2\n', 'much.txt': `${much}\n` });
    await collectGarbage(pr);
    const { report, seen } = await pr.reviewAndReport();
    expect(seen).toEqual(['none/unchanged']);
    expect(report.detail).toContain('3 files are as reviewed by the digest of the patch');
  });

  test('is reviewed whole where the record is older than the digests', async () => {
    await using pr = await PullRequest.open();
    await pr.review([], { ledger: withoutDigests(pr.scene.ledger()) });
    await amend(pr, { 'b.txt': 'b1\nb2, better\n' });
    await collectGarbage(pr);
    expect(await pr.review()).toEqual(['full/history-unavailable', 'a.txt +5,10 -4,9', 'b.txt +1-2', 'much.txt +1-60']);
  });

  test('keeps its findings, which are found again in the patch that moved', async () => {
    await using pr = await PullRequest.open();
    await amend(pr, { 'a.txt': twenty({ 5: 'PR BUG', 10: 'PR BUG' }) });
    await pr.review();
    await pr.onMain({ 'a.txt': `top\n${twenty()}` });
    await pr.git.rebase('main');
    await collectGarbage(pr);
    const { report, seen } = await pr.reviewAndReport();
    expect(seen).toEqual(['none/unchanged']);
    const findings = report.record?.result.findings.map(({ status, line, quote }) => [status, line, quote]);
    expect(findings).toEqual([
      ['open', 6, 'PR BUG'],
      ['open', 11, 'PR BUG'],
    ]);
  });
});

test('of more versions than eight, the oldest are told by their digests', async () => {
  await using git = await GitRepository.create();
  const base = await git.commit('base', { 'base.txt': 'base\n' });
  const coverage: Coverage = { versions: [], covered: [], pending: [], excluded: [] };
  const workFolder = await mkdtemp(join(tmpdir(), 'pushback-work-'));
  try {
    const alternates = join(git.folder, '.git', 'objects');
    await using repository = await openRepository({ remoteUrl: null, token: null, workFolder, alternates });
    for (const number of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const path = `${number}.txt`;
      const version = { mergeBaseSha: base, headSha: await git.commit(path, { [path]: `${number}\n` }) };
      await repository.fetch([version.mergeBaseSha, version.headSha]);
      const digest = digestsOf(await repository.diff(version.mergeBaseSha, version.headSha))(path) ?? '';
      coverage.versions.push(version);
      coverage.covered.push({ path, previousPath: null, version: number, digest });
    }
    // One of the two oldest, and one of the eight that are compared with, are changed since.
    const today = { mergeBaseSha: base, headSha: await git.commit('today', { '1.txt': 'new\n', '5.txt': 'new\n' }) };
    await repository.fetch([today.headSha]);
    const fullDiff = await repository.diff(base, today.headSha);
    const versions = new CarriedVersions(repository, base);
    const compared = await compareWithReviewed(repository, versions, coverage, today, fullDiff, digestsOf(fullDiff));
    if (compared.outcome !== 'compared') throw new Error(compared.why);
    expect(inShort(incrementalScope({ ...compared, fullDiff, countTokens: countWords }))).toEqual([
      '1.txt +1',
      '5.txt +1',
    ]);
    expect(compared.note).toBe(
      "an earlier version can't be compared with (it rests on 10 versions, more than 8): 1 file is as reviewed by the digest of the patch, 1 changed",
    );
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
});

function digestsOf(fullDiff: readonly FileDiff[]): PatchDigests {
  return patchDigests(fullDiff, sha256Hex);
}

describe('a remote that gives only some of it', () => {
  async function overHttp(
    pr: PullRequest,
    intercept: (request: GitRequest) => number | undefined,
  ): Promise<AsyncDisposable & { ports: Pick<ReviewPorts, 'openRepository'> }> {
    const server = await startGitServer({ repositories: { 'acme/shop': join(pr.git.folder, '.git') }, intercept });
    const workFolder = await mkdtemp(join(tmpdir(), 'pushback-work-'));
    const remoteUrl = `${server.url}/acme/shop.git`;
    return {
      ports: { openRepository: () => openRepository({ remoteUrl, token: null, workFolder }) },
      async [Symbol.asyncDispose]() {
        await server.close();
        await rm(workFolder, { recursive: true, force: true });
      },
    };
  }

  test('broken over the earlier versions: today is fetched alone, and digests tell the rest', async () => {
    await using pr = await PullRequest.open();
    const first = await pr.git.head();
    await using remote = await overHttp(pr, (request) => (request.wants.includes(first) ? 500 : undefined));
    await pr.review();
    await pr.git.commit('More', { 'b.txt': 'b1\nb2\nb3\n' });
    const { report, seen } = await pr.reviewAndReport([], remote.ports);
    expect(seen).toEqual(['incremental/new-commits', 'b.txt +1-3']);
    expect(report.detail).toMatch(/can't be had: fetching from the remote failed.*500/);
    expect(pr.scene.log.join('\n')).toContain("the pull request's own commits are fetched alone");
  });
});
