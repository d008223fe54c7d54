import { once } from 'node:events';
import { join } from 'node:path';
import { parseRunId, RunId } from '../../src/core/ids.ts';
import type { ReviewRecord } from '../../src/core/review-record.ts';
import { runAction, type ActionResult } from '../../test/support/github/runner/run-action.ts';
import { effects } from '../../test/support/github/faults.ts';
import type { Pull } from '../../test/support/github/state.ts';
import type { ReviewedWorld } from '../../test/support/world.ts';
import { ANALYSER, type DemoReviewer } from './reviewers.ts';
import * as shop from './shop.ts';

/** One push and what the action made of it. */
export type Row = {
  push: string;
  mode: string;
  reason: string;
  outcome: 'published' | 'nothing published';
  /** Paths in scope. */
  files: number;
  fullFiles: number;
  tokens: number;
  fullTokens: number;
  new: number;
  open: number;
  fixed: number;
  /** Calls of GitHub's API; git and OIDC apart. */
  gitHubCalls: number;
  /** Comments, of every kind, that stand on the pull request after it. */
  comments: number;
  seconds: number;
  result: ActionResult;
  record: ReviewRecord | null;
};

/** Opens a pull request and pushes to it, running the built action for each event as GitHub's runner would. */
export class Scenario {
  readonly rows: Row[] = [];
  readonly #world: ReviewedWorld;
  readonly #dist: string;
  readonly #reviewer: DemoReviewer;
  readonly #tell: (row: Row) => void;
  #pull: Pull | null = null;
  #runs = 0;

  constructor(world: ReviewedWorld, dist: string, tell: (row: Row) => void, reviewer: DemoReviewer = ANALYSER) {
    this.#world = world;
    this.#dist = dist;
    this.#reviewer = reviewer;
    this.#tell = tell;
  }

  get pull(): Pull {
    if (this.#pull === null) throw new Error('no pull request is open yet');
    return this.#pull;
  }

  async play(): Promise<void> {
    await this.playAlone();
    await this.#race();
  }

  /** All of it that one run after the other does, for ledgers that only a `concurrency` group keeps apart. */
  async playAlone(): Promise<void> {
    const { git, github, repository } = this.#world;
    await git.checkout('discounts', 'main');
    await git.commit('Take discounts off the total', shop.opened);
    this.#pull = await github.people.openPullRequest({
      repository,
      head: 'discounts',
      title: 'Take discounts off the total',
      body: 'Coupons and large carts make it cheaper.',
      author: 'ada',
    });
    await this.#push('opened', 'opened');

    await git.commit('Guard against unknown coupons, print a receipt', shop.fixesOneAddsOne);
    await this.#push('one finding fixed, one added');

    await this.#onMain('Sell tea', shop.mainAddsTea);
    await git.merge('main');
    await this.#push('main merged in, nothing else');

    await this.#onMain('Remove only what has a name', shop.mainGuardsRemove);
    await git.merge('main');
    await git.commit('Say what was saved', shop.ownChangeBesideMerge);
    await this.#push('main merged in, and an own change');

    await this.#onMain('Sell sugar', {
      'src/prices.js': (shop.mainAddsTea['src/prices.js'] ?? '').replace(
        '  tea: 540,\n',
        '  tea: 540,\n  sugar: 190,\n',
      ),
    });
    await git.rebase('main');
    await this.#push('rebased and force-pushed');
  }

  /** A commit on main by somebody else; the branch stays checked out. */
  async #onMain(message: string, files: shop.Files): Promise<void> {
    const { git } = this.#world;
    await git.checkout('main');
    await git.commit(message, files);
    await git.checkout('discounts');
  }

  /** A run that is held up while a newer push is reviewed, and comes too late. */
  async #race(): Promise<void> {
    const { git, github } = this.#world;
    await git.commit('Ask for a test of the receipt', shop.overtaken);
    const release = Promise.withResolvers<void>();
    const slowRun = this.#nextRunId();
    const held = new EventTarget();
    github.faults.add({
      on: (call) => call.run === slowRun && call.operation === 'git',
      effect: effects.hold(release.promise),
    });
    const stopListening = github.onCall((call) => {
      if (call.run === slowRun && call.operation === 'git') held.dispatchEvent(new Event('git'));
    });
    const reached = once(held, 'git');
    const slow = this.#run('synchronize', slowRun);
    try {
      await Promise.race([reached, slow]);
      await git.commit('Count the lines down, not up', shop.overtaking);
      await this.#push('a newer push, reviewed meanwhile');
    } finally {
      release.resolve();
      stopListening();
    }
    this.#note('overtaken by the newer push', await slow, null);
  }

  async #push(name: string, action = 'synchronize'): Promise<void> {
    const result = await this.#run(action, this.#nextRunId());
    this.#note(name, result, await this.#recordOf(result));
  }

  #nextRunId(): string {
    this.#runs += 1;
    return String(7_000_000 + this.#runs);
  }

  #run(action: string, runId: string): Promise<ActionResult> {
    const { github, repository, git, inputs } = this.#world;
    return runAction(github, {
      name: 'pull_request',
      action,
      pull: this.pull,
      repository,
      runId,
      main: join(this.#dist, 'index.js'),
      post: join(this.#dist, 'post.js'),
      inputs: { ...inputs, ...this.#reviewer.inputs },
      prepare: (workspace) => this.#reviewer.prepare(git.folder, `refs/pull/${this.pull.number}/merge`, workspace),
    });
  }

  async #recordOf(result: ActionResult): Promise<ReviewRecord | null> {
    const { session = '', 'run-ids': runIds = '' } = result.outputs;
    const runId = RunId.safeParse(runIds);
    if (!runId.success || session === '') return null;
    const { repositoryId, number } = parseRunId(runId.data);
    const read = await this.#world.ledger.previous({
      session: session as never,
      repositoryId,
      number,
      runId: runId.data,
    });
    return read.outcome === 'found' ? read.record : null;
  }

  #note(push: string, result: ActionResult, record: ReviewRecord | null): void {
    const usage = record?.result.usage;
    const count = (name: string): number => Number(result.outputs[name] ?? 0);
    const row: Row = {
      push,
      mode: result.outputs['mode'] ?? '',
      reason: result.outputs['reason'] ?? '',
      outcome: record === null ? 'nothing published' : 'published',
      files: usage?.scopeFiles ?? 0,
      fullFiles: usage?.fullFiles ?? 0,
      tokens: usage?.scopeTokens ?? 0,
      fullTokens: usage?.fullTokens ?? 0,
      new: count('new'),
      open: count('open'),
      fixed: count('fixed'),
      gitHubCalls: result.calls.filter((call) => call.operation !== 'git' && call.operation !== 'oidc').length,
      comments: this.pull.comments.length + this.pull.threads.length,
      seconds: result.seconds,
      result,
      record,
    };
    this.rows.push(row);
    this.#tell(row);
  }
}
