import type { CommitSha } from '../../src/core/ids.ts';
import { NO_COMMITS, type PullRequestKey } from '../../src/core/pull-request.ts';
import type { Conversation, PublishPlan } from '../../src/core/publish/plan.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type {
  HeadRelation,
  PublishOutcome,
  PullRequestRef,
  PullRequests,
  PullRequestSnapshot,
  ReadOutcome,
} from '../../src/ports/pull-requests.ts';
import { carryOut, NO_CONVERSATION } from '../support/carry-out.ts';
import type { Heads } from '../support/git/git-repository.ts';

type Pull = { key: PullRequestKey; branch: string; base: string; conversation: Conversation } & Pick<
  PullRequestSnapshot,
  'state' | 'draft'
>;

/** Pull requests over branches of a real repository: heads move with them, what is published stays. */
export class FakeHost implements PullRequests {
  /** Every plan that was carried out. */
  readonly published: PublishPlan[] = [];
  /** Called once before the next plan is carried out; throw to make that fail. */
  beforePublish: (() => void | Promise<void>) | null = null;
  /** Called before each read. */
  onRead: (() => void | Promise<void>) | null = null;
  /** Logins of people with write access. */
  readonly writers = new Set<string>();
  /** Finding ids whose comments are refused. */
  refuses: string[] = [];
  readonly #git: Heads;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #pulls = new Map<number, Pull>();

  constructor(git: Heads, clock: Pick<Clock, 'now'>) {
    this.#git = git;
    this.#clock = clock;
  }

  open(key: PullRequestKey, branch: string): void {
    const conversation = NO_CONVERSATION;
    this.#pulls.set(key.number, { key, branch, base: 'main', conversation, state: 'open', draft: false });
  }

  pull(number: number): Pull {
    const pull = this.#pulls.get(number);
    if (pull === undefined) throw new Error(`there is no pull request ${number}`);
    return pull;
  }

  async read({ number }: PullRequestRef): Promise<ReadOutcome> {
    await this.onRead?.();
    const pull = this.#pulls.get(number);
    if (pull === undefined) return { outcome: 'not-found', why: 'there is no such pull request' };
    const headSha = await this.#git.head(pull.branch);
    const baseSha = await this.#git.head(pull.base);
    const mergeBaseSha = await this.#git.mergeBase(pull.base, pull.branch);
    return {
      outcome: 'read',
      pullRequest: {
        key: pull.key,
        version: { headSha, baseRef: pull.base, baseSha, mergeBaseSha },
        seenAt: this.#clock.now(),
        state: pull.state,
        draft: pull.draft,
        title: `Change ${number}`,
        body: '',
        author: 'ada',
        labels: [],
        fromFork: false,
        trustedSha: await this.#git.head('main'),
        commits: NO_COMMITS,
        url: `https://github.example/acme/shop/pull/${number}`,
        cloneUrl: '',
      },
    };
  }

  async relation(_repository: string, previousHead: CommitSha, head: CommitSha): Promise<HeadRelation> {
    switch (await this.#git.isAncestor(previousHead, head)) {
      case true:
        return 'ahead';
      case false:
        return 'rewritten';
      case null:
        return 'unknown';
    }
  }

  async conversation({ number }: PullRequestKey): Promise<Conversation> {
    return structuredClone(this.pull(number).conversation);
  }

  async mayWrite(_repository: string, login: string): Promise<boolean> {
    return this.writers.has(login);
  }

  async publish(plan: PublishPlan, stillHeld: () => Promise<boolean>): Promise<PublishOutcome> {
    const before = this.beforePublish;
    this.beforePublish = null;
    await before?.();
    const pull = this.pull(plan.pullRequest.number);
    const nothing = { commentId: null, reviewId: null, refused: [] };
    if ((await this.#git.head(pull.branch)) !== plan.headSha) return { outcome: 'overtaken', published: nothing };
    if (!(await stillHeld())) return { outcome: 'overtaken', published: nothing };
    this.published.push(plan);
    pull.conversation = carryOut(plan, pull.conversation);
    const { reviews, summary } = pull.conversation;
    const reviewId = plan.review.action === 'create' ? (reviews.at(-1)?.reviewId ?? null) : null;
    return {
      outcome: 'published',
      published: { commentId: summary?.commentId ?? null, reviewId, refused: this.refuses },
    };
  }
}
