import { PullRequestNumber, RepositoryId, RepositoryName, type CommitSha } from '../../src/core/ids.ts';
import type { Conversation, PublishPlan } from '../../src/core/publish/plan.ts';
import { NO_COMMITS } from '../../src/core/pull-request.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { PullRequests, PullRequestSnapshot } from '../../src/ports/pull-requests.ts';
import { carryOut, NO_CONVERSATION } from '../support/carry-out.ts';
import { BASE, headOf } from './code.ts';

const REPOSITORY = { repository: RepositoryName.parse('acme/shop'), repositoryId: RepositoryId.parse(100) };

/** What people see of a pull request, and how often it was written. */
export type Page = {
  pushes: number;
  conversation: Conversation;
  summariesCreated: number;
  lastPublished: CommitSha | null;
};

/** GitHub as far as the soak needs it: heads move, what is published stays, writes take time. */
export function createHost(count: number, clock: Clock) {
  const pages = new Map<number, Page>();
  for (let number = 1; number <= count; number += 1) {
    pages.set(number, { pushes: 1, conversation: NO_CONVERSATION, summariesCreated: 0, lastPublished: null });
  }
  const page = (number: number): Page => {
    const found = pages.get(number);
    if (found === undefined) throw new Error(`there is no pull request ${number}`);
    return found;
  };
  const head = (number: number): CommitSha => headOf(number, page(number).pushes);

  function write(number: number, plan: PublishPlan): void {
    const at = page(number);
    at.conversation = carryOut(plan, at.conversation);
    at.lastPublished = plan.headSha;
    if (plan.summary.action === 'create') at.summariesCreated += 1;
  }

  const pullRequests: PullRequests = {
    read: async ({ number }) => ({ outcome: 'read', pullRequest: snapshot(number, head(number), clock) }),
    relation: async () => 'ahead',
    conversation: async ({ number }) => structuredClone(page(number).conversation),
    mayWrite: async () => false,
    async publish(plan, stillHeld) {
      const { number } = plan.pullRequest;
      const mayWrite = async () => (await stillHeld()) && plan.headSha === head(number);
      const standing = () => ({ commentId: page(number).conversation.summary?.commentId ?? null, reviewId: null });
      if (!(await mayWrite())) return { outcome: 'overtaken', published: { ...standing(), refused: [] } };
      if (plan.review.action === 'create') {
        const before = page(number).conversation;
        page(number).conversation = carryOut(plan, before, { only: 'review' });
        if (!(await mayWrite())) return { outcome: 'overtaken', published: { ...standing(), refused: [] } };
      }
      write(number, { ...plan, review: { action: 'none' } });
      return { outcome: 'published', published: { ...standing(), refused: [] } };
    },
  };
  return {
    pullRequests,
    page,
    head,
    push: (number: number): void => void (page(number).pushes += 1),
  };
}
export type Host = ReturnType<typeof createHost>;

function snapshot(number: number, headSha: CommitSha, clock: Clock): PullRequestSnapshot {
  return {
    key: { ...REPOSITORY, number: PullRequestNumber.parse(number) },
    version: { headSha, baseRef: 'main', baseSha: BASE, mergeBaseSha: BASE },
    seenAt: clock.now(),
    state: 'open',
    draft: false,
    title: `Change ${number}`,
    body: '',
    author: 'ada',
    labels: [],
    fromFork: false,
    trustedSha: BASE,
    commits: NO_COMMITS,
    url: `https://github.example/acme/shop/pull/${number}`,
    cloneUrl: '',
  };
}
