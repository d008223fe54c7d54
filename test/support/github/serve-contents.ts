import { type Answer, type Exchange, type Handler, notFound, Refusal, repositoryOf } from './exchange.ts';
import { api, type Json } from './present-repository.ts';
import { fullName, type Repo } from './state.ts';

type Entry = { mode: string; type: string; sha: string; size: number; path: string };

export const contentHandlers: Record<string, Handler> = {
  'repos/get-content': async (exchange) => {
    const repository = repositoryOf(exchange);
    const revision = String(exchange.query['ref'] ?? repository.defaultBranch);
    const commit = await repository.git.commitSha(revision);
    if (commit === null) throw new Refusal(404, `No commit found for the ref ${revision}`);
    const path = String(exchange.path['path']).replace(/\/+$/, '');
    const entry = await entryAt(repository, commit, path);
    if (entry === null) throw notFound();
    if (entry.type === 'tree') {
      const entries = await list(repository, `${commit}:${path}`);
      const body = entries.map((each) => present(exchange, repository, { ...each, path: `${path}/${each.path}` }));
      return { status: 200, body };
    }
    if (entry.type !== 'blob') return { status: 200, body: present(exchange, repository, entry) };
    return fileAnswer(exchange, repository, await followLink(repository, commit, entry));
  },
};

async function fileAnswer(exchange: Exchange, repository: Repo, entry: Entry): Promise<Answer> {
  const content = await repository.git.run(['cat-file', 'blob', entry.sha]);
  const raw = /application\/vnd\.github\.(?:v3\.)?raw/.test(exchange.accept);
  if (raw) return { status: 200, text: { type: 'application/vnd.github.raw+json; charset=utf-8', content } };
  const encoded = { encoding: 'base64', content: Buffer.from(content).toString('base64') };
  return { status: 200, body: { ...present(exchange, repository, entry), ...encoded } };
}

/** A link to a file of the same tree is answered as that file. */
async function followLink(repository: Repo, commit: string, entry: Entry): Promise<Entry> {
  if (entry.mode !== '120000') return entry;
  const target = await repository.git.run(['cat-file', 'blob', entry.sha]);
  const path = new URL(target, `file:///${entry.path}`).pathname.slice(1);
  const linked = await entryAt(repository, commit, path);
  return linked?.type === 'blob' ? linked : entry;
}

async function entryAt(repository: Repo, commit: string, path: string): Promise<Entry | null> {
  const found = await list(repository, commit, path);
  return found.find((entry) => entry.path === path) ?? null;
}

async function list(repository: Repo, tree: string, path?: string): Promise<Entry[]> {
  const only = path === undefined ? [] : ['--', path];
  const listing = await repository.git.run(['ls-tree', '-z', '--long', '--full-tree', tree, ...only]);
  return [...listing.matchAll(/(\d+) (\w+) ([0-9a-f]+)\s+(\d+|-)\t([^\0]+)\0/g)].map(
    ([, mode = '', type = '', sha = '', size = '', name = '']) => ({
      mode,
      type,
      sha,
      size: size === '-' ? 0 : Number(size),
      path: name,
    }),
  );
}

const TYPES: Record<string, string> = { tree: 'dir', commit: 'submodule', blob: 'file' };

function present({ world }: Exchange, repository: Repo, { path, type, sha, size }: Entry): Json {
  const name = fullName(repository);
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const self = api(world, `/repos/${name}/contents/${encoded}?ref=${repository.defaultBranch}`);
  const git = api(world, `/repos/${name}/git/${type}s/${sha}`);
  const html = `${world.url}/${name}/${type}/${repository.defaultBranch}/${encoded}`;
  return {
    type: TYPES[type] ?? 'file',
    size,
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    sha,
    url: self,
    git_url: git,
    html_url: html,
    download_url: null,
    _links: { self, git, html },
    ...(type === 'commit' ? { submodule_git_url: html } : {}),
  };
}
