import type { Pull, Repo, TimelineEvent, World } from './state.ts';

const busy = new WeakMap<Repo, Promise<void>>();

/** Brings every open pull request of the repository in line with what its branches are now. One at a time. */
export function follow(world: World, repository: Repo): Promise<void> {
  const next = (busy.get(repository) ?? Promise.resolve()).then(() => followNow(world, repository));
  const settled = next.catch(() => {}); // the caller below sees the fault; the queue goes on
  busy.set(repository, settled);
  return next;
}

async function followNow(world: World, repository: Repo): Promise<void> {
  const open = [...repository.pulls.values()].filter((pull) => pull.state === 'open');
  if (open.length === 0) return;
  const branches = await repository.git.branches();
  for (const pull of open) {
    const headBranches = pull.head.repository === repository ? branches : await pull.head.repository.git.branches();
    await followPull(world, pull, branches.get(pull.base.ref), headBranches.get(pull.head.ref));
  }
}

async function followPull(
  world: World,
  pull: Pull,
  baseTip: string | undefined,
  head: string | undefined,
): Promise<void> {
  // A deleted branch leaves the pull request as it was.
  if (baseTip === undefined || head === undefined) return;
  if (pull.head.sha === head && pull.base.tip === baseTip) return;
  const { git } = pull.repository;
  const before = pull.head.sha === '' ? null : pull.head.sha;
  if (before !== head) {
    if (pull.head.repository !== pull.repository) await git.run(['fetch', '-q', pull.head.repository.git.folder, head]);
    await git.run(['update-ref', `refs/pull/${pull.number}/head`, head]);
  }
  const mergeBase = await git.mergeBase(baseTip, head);
  if (mergeBase === null) throw new Error(`${pull.head.ref} and ${pull.base.ref} have no commit in common`);
  const merge = await git.testMerge(baseTip, head, `Merge ${head} into ${baseTip}`);
  if (merge === null) await git.run(['update-ref', '-d', `refs/pull/${pull.number}/merge`]);
  else await git.run(['update-ref', `refs/pull/${pull.number}/merge`, merge]);
  const event = before === head ? null : await pushEvent(world, pull, before, head, mergeBase);

  pull.mergeBaseSha = mergeBase;
  pull.mergeCommitSha = merge;
  pull.base.tip = baseTip;
  if (event === null) return;
  pull.base.sha = baseTip;
  pull.head.sha = head;
  pull.updatedAt = event.at;
  pull.timeline.push(event);
}

async function pushEvent(
  world: World,
  pull: Pull,
  before: string | null,
  after: string,
  mergeBase: string,
): Promise<TimelineEvent> {
  const { git } = pull.repository;
  const forced = before !== null && !(await git.isAncestor(before, after));
  const commits = forced ? [] : await git.commits(before ?? mergeBase, after);
  return {
    kind: 'pushed',
    at: world.clock.now(),
    by: pull.author,
    before,
    after,
    forced,
    commits: commits.map((commit) => ({ sha: commit.sha, title: commit.message.split('\n')[0] ?? '' })),
  };
}
