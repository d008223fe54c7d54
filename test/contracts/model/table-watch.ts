import assert from 'node:assert/strict';
import type { PullRequestItem, RunItem, Source } from '../../../src/core/ledger/items.ts';
import type { World } from './world.ts';

/** Looks at what is stored after every step, as anybody would who reads the table. */
export class TableWatch {
  readonly #world: World;
  readonly #texts = new Map<string, string>();
  readonly #pulls = new Map<string, PullRequestItem>();
  readonly #runs = new Map<string, RunItem>();
  /** Digests of results that came too late. */
  readonly #late = new Set<string>();
  #data = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** How many items the last step changed. All of them must be the caller's own. */
  look(ownerId: string): number {
    const { items, data } = this.#world.table;
    const changed = [...items].filter(([key, text]) => this.#texts.get(key) !== text);
    const added = data.size - this.#data;
    this.#data = data.size;
    for (const [key, text] of changed) {
      this.#texts.set(key, text);
      assert.ok(key.startsWith(`OWNER#${ownerId}#`), `${key} is not of ${ownerId}`);
    }
    const raised = new Set<string>();
    for (const [key, text] of changed) {
      if (key.includes('\nPR#')) raised.add(this.#pullRequest(ownerId, JSON.parse(text) as PullRequestItem));
    }
    for (const [key, text] of changed) {
      if (key.includes('\nRUN#')) this.#run(ownerId, JSON.parse(text) as RunItem, raised);
    }
    for (const name of raised) this.#together(name);
    return changed.length + added;
  }

  sources(name: string): (Pick<Source, 'trust'> & { key: string })[] {
    return (this.#pulls.get(name)?.sources ?? []).map((source) => ({
      key: `${source.runId} ${source.attempt}`,
      trust: source.trust,
    }));
  }

  seenAt(name: string): number {
    return this.#pulls.get(name)?.seen.headSeenAt ?? 0;
  }

  isSuperseded(name: string): boolean {
    return this.#pulls.get(name)?.run?.status === 'superseded';
  }

  #pullRequest(ownerId: string, item: PullRequestItem): string {
    const name = `${ownerId} ${item.pullRequest.repositoryId}#${item.pullRequest.number}`;
    const before = this.#pulls.get(name);
    const gone = before === undefined || before.expiresAt <= this.#world.clock.now();
    assert.equal(item.version, gone ? 1 : before.version + 1, 'the version of a pull request rises by one');
    if (!gone) {
      assert.ok(item.generation >= before.generation, 'a generation came back');
      assert.ok(item.nextShortId >= before.nextShortId, 'finding numbers came back');
      for (const trust of ['contributor', 'protected', 'pinned'] as const) {
        const [was, is] = [before.previous[trust]?.generation ?? 0, item.previous[trust]?.generation ?? 0];
        assert.ok(is >= was, `the ${trust} pointer moved back from generation ${was} to ${is}`);
      }
    }
    this.#pulls.set(name, item);
    return name;
  }

  #run(ownerId: string, item: RunItem, raised: ReadonlySet<string>): void {
    const name = `${ownerId} ${item.pullRequest.repositoryId}#${item.pullRequest.number}`;
    assert.ok(raised.has(name), 'a run changed and its pull request did not');
    assert.equal(item.revision, this.#pulls.get(name)!.version);
    for (const { late } of item.attempts) if (late !== null) this.#late.add(`${ownerId} ${placeOf(late)}`);
    this.#runs.set(`${ownerId} ${item.runId}`, item);
  }

  /** What must hold between a pull request and its runs. */
  #together(name: string): void {
    const pull = this.#pulls.get(name)!;
    const now = this.#world.clock.now();
    const [ownerId, id] = name.split(' ');
    const runs = [...this.#runs]
      .filter(([key, run]) => key.startsWith(`${ownerId} `) && run.expiresAt > now)
      .map(([, run]) => run)
      .filter((run) => `${run.pullRequest.repositoryId}#${run.pullRequest.number}` === id);
    for (const run of runs) {
      const ended = run.status === 'completed' || run.status === 'delivered';
      const reviewed = run.attempts.some(({ record }) => record !== null);
      assert.ok(!ended || reviewed, `${run.runId} is ${run.status} without a result`);
      const active = run.status === 'running' || run.status === 'completed';
      if (active) assert.equal(run.runId, pull.run?.runId, `${run.runId} is ${run.status} beside another run`);
      if (run.runId === pull.run?.runId) assert.equal(run.status, pull.run.status);
    }
    for (const review of Object.values(pull.previous)) {
      if (review === null || review.data.expiresAt <= now) continue;
      assert.ok(!this.#late.has(`${ownerId} ${placeOf(review.data)}`), 'a late result is the previous review');
      const run = runs.find(({ runId }) => runId === review.runId);
      const known = run?.attempts.some(({ record }) => record?.data.sha256 === review.data.sha256);
      assert.ok(run === undefined || known, `the previous review is none that ${review.runId} recorded`);
    }
  }
}

function placeOf({ runId, attempt, sha256 }: { runId: string; attempt: number; sha256: string }): string {
  return `${runId} ${attempt} ${sha256}`;
}
