import type { PullReport } from '../../../src/core/report.ts';
import type { GitRepository } from '../../support/git/git-repository.ts';
import { inShort as scopeInShort } from '../../support/git/scope-of-push.ts';
import { scopeReviewer } from '../reviewers.ts';
import { Scene } from '../scene.ts';

/** `line 1` to `line 20`, with some of them replaced, and others put after a line (`4.5`). */
export function twenty(changes: Record<number, string | null> = {}): string {
  const numbers = [...Array.from({ length: 20 }, (_, index) => index + 1), ...Object.keys(changes).map(Number)];
  const sorted = [...new Set(numbers)].toSorted((a, b) => a - b);
  return sorted
    .flatMap((number) => {
      const text = number in changes ? changes[number] : `line ${number}`;
      return text === null || text === undefined ? [] : [`${text}\n`];
    })
    .join('');
}

export const OURS = twenty({ 5: 'PR 5', 10: 'PR 10' });

const MAIN = { 'a.txt': twenty(), 'c.txt': 'c1\nc2\nc3\n' };

/** Enough to read that what changed since is always less. */
const MUCH = Array.from({ length: 60 }, (_, index) => `much to read here, all of it reviewed ${index}\n`).join('');

/**
 * A pull request that changes lines 5 and 10 of a.txt and adds b.txt and much.txt, and the pipeline over it with a ledger
 * in memory. `topic` is checked out.
 */
export class PullRequest implements AsyncDisposable {
  readonly scene: Scene;

  private constructor(scene: Scene) {
    this.scene = scene;
  }

  static async open(): Promise<PullRequest> {
    return new PullRequest(await Scene.start(MAIN, { 'a.txt': OURS, 'b.txt': 'b1\nb2\n', 'much.txt': MUCH }));
  }

  get git(): GitRepository {
    return this.scene.git;
  }

  /** Reviews it as it is now: mode and reason, then the scope as the reviewer got it. All of it is read but `leftOver`. */
  async review(leftOver: string[] = [], overrides: Parameters<Scene['review']>[0] = {}): Promise<string[]> {
    return (await this.reviewAndReport(leftOver, overrides)).seen;
  }

  async reviewAndReport(
    leftOver: string[] = [],
    overrides: Parameters<Scene['review']>[0] = {},
  ): Promise<{ report: PullReport; seen: string[]; whys: string[] }> {
    const notReviewed = leftOver.map((path) => ({ path, reason: 'no budget' }));
    const reviewer = scopeReviewer({ each: () => ({ notReviewed }) });
    this.scene.clock.advance(60);
    const report = await this.scene.reviewOne({ reviewer, ...overrides });
    const scope = reviewer.requests[0]?.pullRequests[0]?.scope;
    return {
      report,
      seen: [`${report.mode}/${report.reason}`, ...(scope === undefined ? [] : scopeInShort(scope))],
      whys: scope?.files.map(({ why }) => why) ?? [],
    };
  }

  retarget(base: string): void {
    this.scene.host.pull(1).base = base;
  }

  /** Does something on another branch, and comes back. */
  async on(branch: string, work: () => Promise<unknown>): Promise<void> {
    await this.git.checkout(branch);
    await work();
    await this.git.checkout('topic');
  }

  async onMain(files: Parameters<GitRepository['commit']>[1]): Promise<void> {
    await this.on('main', () => this.git.commit('upstream', files));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.scene[Symbol.asyncDispose]();
  }
}

export const FIRST = ['full/first-review', 'a.txt +5,10 -4,9', 'b.txt +1-2', 'much.txt +1-60'];

/** What happens after the first review, and what the next one then is: mode, reason and the exact scope. */
export type History = [name: string, run: (pr: PullRequest) => Promise<unknown>, expected: string[]];

/** Reviews, lets the history happen, reviews again; returns what the second review was. */
export async function secondReview(run: History[1]): Promise<{ first: string[]; second: string[] }> {
  await using pr = await PullRequest.open();
  const first = await pr.review();
  await run(pr);
  return { first, second: await pr.review() };
}
