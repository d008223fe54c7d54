import {
  type Answer,
  type Exchange,
  type Handler,
  notFound,
  pageAnswer,
  pullOf,
  Refusal,
  repositoryOf,
} from './exchange.ts';
import { pullDiff } from './placement.ts';
import { presentPull, presentPullSimply } from './present-pull.ts';
import { presentCommit, presentFile, presentFullRepository } from './present-repository.ts';
import type { Repo } from './state.ts';

const MOST = { listedFiles: 3_000, comparedFiles: 300, diffFiles: 300, diffLines: 20_000, commits: 250 };

export const pullHandlers: Record<string, Handler> = {
  'repos/get': (exchange) => ({ status: 200, body: presentFullRepository(exchange.world, repositoryOf(exchange)) }),

  'pulls/get': async (exchange) => {
    const pull = pullOf(exchange);
    if (wantsDiff(exchange)) return diffAnswer(pull.repository, pull.mergeBaseSha, pull.head.sha, 'PullRequest');
    return { status: 200, body: await presentPull(exchange.world, pull) };
  },

  'pulls/list': (exchange) => {
    const { state, head, base, direction, sort } = exchange.query;
    const found = [...repositoryOf(exchange).pulls.values()]
      .filter((pull) => state === 'all' || pull.state === (state ?? 'open'))
      .filter((pull) => head === undefined || `${pull.head.repository.owner.login}:${pull.head.ref}` === head)
      .filter((pull) => base === undefined || pull.base.ref === base)
      .toSorted((a, b) => (sort === 'updated' ? a.updatedAt.getTime() - b.updatedAt.getTime() : a.number - b.number));
    const ascending = direction === 'asc' || (direction === undefined && sort !== undefined && sort !== 'created');
    return pageAnswer(exchange, ascending ? found : found.toReversed(), (pull) =>
      presentPullSimply(exchange.world, pull),
    );
  },

  'pulls/list-files': async (exchange) => {
    const pull = pullOf(exchange);
    const files = (await pullDiff(pull)).slice(0, MOST.listedFiles);
    return pageAnswer(exchange, files, (file) => presentFile(exchange.world, pull.repository, pull.head.sha, file));
  },

  'pulls/list-commits': async (exchange) => {
    const pull = pullOf(exchange);
    const commits = await pull.repository.git.commits(pull.mergeBaseSha, pull.head.sha);
    return pageAnswer(exchange, commits.slice(0, MOST.commits), (commit) =>
      presentCommit(exchange.world, pull.repository, commit),
    );
  },

  'repos/get-commit': async (exchange) => {
    const repository = repositoryOf(exchange);
    const sha = await namedCommit(repository, String(exchange.path['ref']));
    const commit = await repository.git.commit(sha);
    const parent = commit.parents[0] ?? (await emptyTree(repository));
    if (wantsDiff(exchange)) return diffAnswer(repository, parent, sha, 'Commit');
    const files = await repository.git.diff(parent, sha);
    const additions = files.reduce((sum, file) => sum + file.additions, 0);
    const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
    return pageAnswer(
      exchange,
      files.slice(0, MOST.listedFiles),
      (file) => presentFile(exchange.world, repository, sha, file),
      (list) => ({
        ...presentCommit(exchange.world, repository, commit),
        stats: { additions, deletions, total: additions + deletions },
        files: list,
      }),
    );
  },

  'repos/compare-commits-with-basehead': compare,

  'repos/list-pull-requests-associated-with-commit': async (exchange) => {
    const repository = repositoryOf(exchange);
    const sha = await namedCommit(repository, String(exchange.path['commit_sha']));
    const found = [];
    for (const pull of repository.pulls.values()) {
      const reached = await repository.git.isAncestor(sha, pull.head.sha);
      if (reached && !(await repository.git.isAncestor(sha, pull.mergeBaseSha))) found.push(pull);
    }
    return pageAnswer(exchange, found, (pull) => presentPullSimply(exchange.world, pull));
  },

  'git/get-ref': async (exchange) => {
    const repository = repositoryOf(exchange);
    const ref = `refs/${String(exchange.path['ref'])}`;
    const line = await repository.git.run(['for-each-ref', '--format=%(objectname) %(objecttype) %(refname)', ref]);
    const [sha, type, name] = line.trim().split(' ');
    if (name !== ref) throw notFound();
    const url = new URL(exchange.address);
    return {
      status: 200,
      body: {
        ref,
        node_id: `REF_${sha ?? ''}`,
        url: url.href,
        object: { sha, type, url: url.href.replace(/ref\/.*/, `commits/${sha ?? ''}`) },
      },
    };
  },
};

async function compare(exchange: Exchange): Promise<Answer> {
  const { world } = exchange;
  const repository = repositoryOf(exchange);
  const basehead = String(exchange.path['basehead']);
  const [baseName, headName] = basehead.split('...');
  if (baseName === undefined || headName === undefined) throw notFound();
  const { git } = repository;
  const base = await namedCommit(repository, baseName.replace(/^[^:]*:/, ''), 404);
  const head = await namedCommit(repository, headName.replace(/^[^:]*:/, ''), 404);
  const mergeBase = await git.mergeBase(base, head);
  if (mergeBase === null) throw new Refusal(404, `No common ancestor between ${baseName} and ${headName}.`);
  if (wantsDiff(exchange)) return diffAnswer(repository, mergeBase, head, 'Comparison');
  const [ahead, behind] = await Promise.all([git.commits(base, head), git.commits(head, base)]);
  const files =
    Number(exchange.query['page'] ?? 1) > 1
      ? undefined
      : (await git.diff(mergeBase, head)).slice(0, MOST.comparedFiles);
  const status =
    ahead.length > 0 ? (behind.length > 0 ? 'diverged' : 'ahead') : behind.length > 0 ? 'behind' : 'identical';
  const page = `${world.url}/${String(exchange.path['owner'])}/${repository.name}/compare/${encodeURIComponent(basehead)}`;
  const [baseCommit, mergeBaseCommit] = await Promise.all([git.commit(base), git.commit(mergeBase)]);
  return pageAnswer(
    { ...exchange, query: { ...exchange.query, per_page: exchange.query['per_page'] ?? MOST.commits } },
    ahead,
    (commit) => presentCommit(world, repository, commit),
    (commits) => ({
      url: exchange.address.href,
      html_url: page,
      permalink_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      base_commit: presentCommit(world, repository, baseCommit),
      merge_base_commit: presentCommit(world, repository, mergeBaseCommit),
      status,
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits,
      ...(files === undefined ? {} : { files: files.map((file) => presentFile(world, repository, head, file)) }),
    }),
  );
}

function wantsDiff({ accept }: Exchange): boolean {
  return /^application\/vnd\.github(\.v3)?\.diff$/.test(accept);
}

async function diffAnswer(repository: Repo, from: string, to: string, resource: string): Promise<Answer> {
  const [files, content] = await Promise.all([repository.git.diff(from, to), repository.git.diffText(from, to)]);
  const tooLarge =
    files.length > MOST.diffFiles
      ? `files (${MOST.diffFiles})`
      : content.split('\n').length > MOST.diffLines
        ? `lines (${MOST.diffLines})`
        : null;
  if (tooLarge !== null) {
    const errors = [{ resource, field: 'diff', code: 'too_large' }];
    throw new Refusal(406, `Sorry, the diff exceeded the maximum number of ${tooLarge}.`, { errors });
  }
  return { status: 200, text: { type: 'application/vnd.github.diff; charset=utf-8', content } };
}

export async function namedCommit(repository: Repo, name: string, otherwise: 404 | 422 = 422): Promise<string> {
  const sha = await repository.git.commitSha(name);
  if (sha !== null) return sha;
  throw otherwise === 404 ? notFound() : new Refusal(422, `No commit found for SHA: ${name}`);
}

async function emptyTree(repository: Repo): Promise<string> {
  return (await repository.git.run(['hash-object', '-t', 'tree', '/dev/null'])).trim();
}
