import { timestamp } from './clock.ts';
import type { DiffFile } from './diff.ts';
import type { Commit } from './git.ts';
import { type Account, accountOf, fullName, nodeIdOf, type Repo, type World } from './state.ts';

export type Json = Record<string, unknown>;

export function api(world: World, path = ''): string {
  return `${world.url}/api/v3${path}`;
}

export function presentAccount(world: World, account: Account): Json {
  const self = api(world, `/users/${encodeURIComponent(account.login)}`);
  const slug = account.login.replace(/\[bot\]$/, '');
  return {
    login: account.login,
    id: account.id,
    node_id: nodeIdOf(account.type === 'Bot' ? 'BOT' : 'U', account.id),
    avatar_url: `${world.url}/avatars/${encodeURIComponent(account.login)}`,
    gravatar_id: '',
    url: self,
    html_url: account.type === 'Bot' ? `${world.url}/apps/${slug}` : `${world.url}/${slug}`,
    followers_url: `${self}/followers`,
    following_url: `${self}/following{/other_user}`,
    gists_url: `${self}/gists{/gist_id}`,
    starred_url: `${self}/starred{/owner}{/repo}`,
    subscriptions_url: `${self}/subscriptions`,
    organizations_url: `${self}/orgs`,
    repos_url: `${self}/repos`,
    events_url: `${self}/events{/privacy}`,
    received_events_url: `${self}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

/** Links of a repository that are its own address and something behind it. */
const links: Record<string, string> = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

export function presentRepository(world: World, repository: Repo): Json {
  const name = fullName(repository);
  const url = api(world, `/repos/${name}`);
  const html = `${world.url}/${name}`;
  const open = [...repository.pulls.values()].filter((pull) => pull.state === 'open').length;
  return {
    id: repository.id,
    node_id: nodeIdOf('R', repository.id),
    name: repository.name,
    full_name: name,
    private: repository.private,
    owner: presentAccount(world, repository.owner),
    html_url: html,
    description: null,
    fork: false,
    url,
    ...Object.fromEntries(Object.entries(links).map(([key, tail]) => [key, url + tail])),
    created_at: timestamp(repository.createdAt),
    updated_at: timestamp(repository.createdAt),
    pushed_at: timestamp(repository.createdAt),
    git_url: `git:${html.slice(html.indexOf(':') + 1)}.git`,
    ssh_url: `git@${new URL(world.url).hostname}:${name}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: false,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: open,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.private ? 'private' : 'public',
    forks: 0,
    open_issues: open,
    watchers: 0,
    default_branch: repository.defaultBranch,
  };
}

export function presentFullRepository(world: World, repository: Repo): Json {
  return { ...presentRepository(world, repository), network_count: 0, subscribers_count: 0 };
}

export function presentCommit(world: World, repository: Repo, commit: Commit): Json {
  const name = fullName(repository);
  const url = api(world, `/repos/${name}/commits/${commit.sha}`);
  return {
    sha: commit.sha,
    node_id: `C_kwDO${commit.sha.slice(0, 12)}`,
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.treeSha, url: api(world, `/repos/${name}/git/trees/${commit.treeSha}`) },
      url: api(world, `/repos/${name}/git/commits/${commit.sha}`),
      comment_count: 0,
      verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
    },
    url,
    html_url: `${world.url}/${name}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: authorOf(world, commit.author.email),
    committer: authorOf(world, commit.committer.email),
    parents: commit.parents.map((sha) => ({
      sha,
      url: api(world, `/repos/${name}/commits/${sha}`),
      html_url: `${world.url}/${name}/commit/${sha}`,
    })),
  };
}

/** Only an account's no-reply address ties a commit to it; GitHub knows no other address of the people here. */
function authorOf(world: World, email: string): Json | null {
  const login = /^(?:\d+\+)?(.+)@users\.noreply\.github\.com$/.exec(email)?.[1];
  return login === undefined ? null : presentAccount(world, accountOf(world, login));
}

export function presentFile(world: World, repository: Repo, headSha: string, file: DiffFile): Json {
  const name = fullName(repository);
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: /^0+$/.test(file.blobSha) ? null : file.blobSha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${world.url}/${name}/blob/${headSha}/${path}`,
    raw_url: `${world.url}/${name}/raw/${headSha}/${path}`,
    contents_url: api(world, `/repos/${name}/contents/${path}?ref=${headSha}`),
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  };
}
