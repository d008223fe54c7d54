import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createMemoryLedger } from '../../src/adapters/ledger-memory/ledger.ts';
import { hashOfToken, sha256Hex } from '../../src/adapters/system/randomness.ts';
import { EpochSeconds, SessionName, type CommitSha } from '../../src/core/ids.ts';
import { NO_COMMITS } from '../../src/core/pull-request.ts';
import type { ReviewPorts } from '../../src/pipeline/ports.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import type { PullRequests } from '../../src/ports/pull-requests.ts';
import type { Repository } from '../../src/ports/repository.ts';
import { runReview } from '../../src/run-review.ts';
import { aCaller, aHolder } from '../contracts/ledger-harness.ts';
import { aFileDiff, aHunk } from '../core/publish/diffs.ts';
import { aKey, aVersion, sha } from '../support/builders.ts';
import { scopeReviewer } from './reviewers.ts';
import { aSettings } from './scene.ts';
import { signWith } from '../../src/adapters/github/sign.ts';
import { NO_CONVERSATION } from '../support/carry-out.ts';

/**
 * Runners of the real pipeline over one ledger, each started by a push as GitHub does it, their calls put in any order.
 * A head moves forth and comes back, and somebody whose clock runs fast claims a head that is not there. Whatever the
 * order: when all have ended, the current head has its review, and it was published last.
 */
const RUNS = Number(process.env['PUSHBACK_INTERLEAVINGS'] ?? 300);

const SESSION = SessionName.parse('acme/shop#12');

type Push = { head: number; sameSecond: boolean };

type World = {
  clock: Clock;
  head: CommitSha;
  pass(seconds: number): void;
  published: { headSha: CommitSha }[];
};

function makeWorld(): World {
  let now = 1_800_000_000;
  return {
    head: sha('0'),
    published: [],
    pass(seconds) {
      now += seconds;
    },
    clock: {
      now: () => EpochSeconds.parse(Math.floor(now)),
      monotonicMs: () => now * 1000,
      sleep: async (ms, signal) => {
        // Heartbeats are left to the confirmations before each write; leases outlive what a runner does here.
        if (ms === aSettings.heartbeatMs) {
          await new Promise<void>((resolve) => {
            if (signal?.aborted === true) resolve();
            signal?.addEventListener('abort', () => resolve(), { once: true });
          });
          return;
        }
        now += ms / 1000;
        await turn();
      },
    },
  };
}

/** Every call of a runner waits until the schedule lets it go. */
function scheduled<T extends object>(scheduler: fc.Scheduler | null, name: string, port: T): T {
  if (scheduler === null) return port;
  return new Proxy(port, {
    get(target, property, receiver) {
      const member: unknown = Reflect.get(target, property, receiver);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]): Promise<unknown> => {
        await scheduler.schedule(Promise.resolve(), `${name}.${String(property)}`);
        return Reflect.apply(member, target, args) as unknown;
      };
    },
  });
}

function hostOf(world: World): PullRequests {
  return {
    read: async () => ({
      outcome: 'read',
      pullRequest: {
        key: aKey,
        version: aVersion({ headSha: world.head }),
        seenAt: world.clock.now(),
        state: 'open',
        draft: false,
        title: '',
        body: '',
        author: 'ada',
        labels: [],
        fromFork: false,
        trustedSha: aVersion().baseSha,
        commits: NO_COMMITS,
        url: 'https://github.example/acme/shop/pull/12',
        cloneUrl: '',
      },
    }),
    relation: async () => 'ahead',
    conversation: async () => NO_CONVERSATION,
    mayWrite: async () => false,
    async publish(plan, stillHeld) {
      const nothing = { commentId: null, reviewId: null, refused: [] };
      if (plan.headSha !== world.head || !(await stillHeld())) return { outcome: 'overtaken', published: nothing };
      world.published.push({ headSha: plan.headSha });
      return { outcome: 'published', published: { ...nothing, commentId: 1 } };
    },
  };
}

/** One file changed, the same at every head. */
const repository: Repository = {
  traffic: { fetches: 0, receivedBytes: 0 },
  fetch: async () => ({ outcome: 'fetched' }),
  prefetch: async () => undefined,
  diff: async () => [aFileDiff('a.ts', [aHunk(1, 1, ['+one'])])],
  carry: async ({ headSha }) => ({ outcome: 'carried', tree: headSha, conflicts: [] }),
  overlay: async () => 'reference',
  checkOut: async () => ({ files: 0, leftOut: 0, objectFolders: [] }),
  readFile: async () => null,
  attributes: async () => new Map(),
  listPaths: async () => [],
  lookAt: async () => new Map(),
  readFiles: async () => new Map(),
  search: async () => ({ outcome: 'found', matches: [], complete: true }),
  [Symbol.asyncDispose]: async () => undefined,
};

/** `scheduler`: null where nothing holds the runner up. */
function portsOf(world: World, scheduler: fc.Scheduler | null, ledger: Ledger, name: string): ReviewPorts {
  const { token, tokenHash } = aHolder(name);
  const quiet = (): void => undefined;
  expect(hashOfToken(token)).toBe(tokenHash);
  return {
    pullRequests: scheduled(scheduler, name, hostOf(world)),
    ledger: scheduled(scheduler, name, ledger),
    openRepository: async () => repository,
    reviewer: scheduled(scheduler, name, scopeReviewer()),
    tokens: { count: (text) => text.length },
    clock: world.clock,
    log: { debug: quiet, info: quiet, notice: quiet, warning: quiet, error: quiet, group: (_title, body) => body() },
    checkedOut: null,
    holder: { token, hash: tokenHash, url: '' },
    randomHex: (bytes) => '0'.repeat(bytes * 2),
    signWith,
    checks: null,
    sha256Hex,
    interrupted: new AbortController().signal,
    holding: quiet,
  };
}

const pushes = fc.array(fc.record({ head: fc.nat({ max: 2 }), sameSecond: fc.boolean() }), {
  minLength: 2,
  maxLength: 4,
});

/** Whose clock runs fast, or who lies: claims another head as seen in the future, and comes to nothing. */
type Misled = { head: number; ahead: number };

const misled: fc.Arbitrary<Misled | null> = fc.option(
  fc.record({ head: fc.nat({ max: 2 }), ahead: fc.nat({ max: 60 }) }),
  { nil: null },
);

async function claimAndFail(ledger: Ledger, world: World, { head, ahead }: Misled): Promise<void> {
  const { token, tokenHash, url } = aHolder('misled');
  const seen = {
    ...aKey,
    ...aVersion({ headSha: sha(String(head)) }),
    state: 'open',
    draft: false,
    exclusion: null,
  } as const;
  const headSeenAt = EpochSeconds.parse(world.clock.now() + ahead);
  const outcome = await ledger.claim({
    session: SESSION,
    pullRequests: [{ ...seen, headSeenAt }],
    holder: { tokenHash, url },
    leaseSeconds: 120,
    force: null,
  });
  const [answer] = outcome.outcome === 'answered' ? outcome.answers : [];
  if (answer?.answer !== 'review' && answer?.answer !== 'publish') return;
  const run = { runId: answer.run!.runId, token, status: 'failed' as const, why: '' };
  await ledger.release({ session: SESSION, runs: [run] });
}

async function play(scheduler: fc.Scheduler, plan: readonly Push[], other: Misled | null): Promise<Played> {
  const world = makeWorld();
  const ledger = createMemoryLedger({ clock: world.clock })(aCaller());
  const ended: string[] = [];
  const faults: unknown[] = [];
  let started = 0;
  const start = (name: string): void => {
    started += 1;
    const ports = portsOf(world, scheduler, ledger, name);
    runReview(ports, { ...aSettings, maxWaitMs: 600_000 }, [aKey]).then(
      ({ pulls }) => ended.push(...pulls.map((pull) => `${name}: ${pull.outcome} ${pull.reason ?? ''}`)),
      (error: unknown) => faults.push(error),
    );
  };
  start('opened');
  plan.forEach(({ head, sameSecond }, index) => {
    void scheduler.schedule(Promise.resolve(), `push of ${head}`).then(() => {
      world.pass(sameSecond ? 0 : 1);
      if (sha(String(head)) === world.head) return;
      world.head = sha(String(head));
      start(`push ${index} of ${head}`);
    });
  });
  if (other !== null) {
    void scheduler.schedule(Promise.resolve(), 'misled').then(() => claimAndFail(ledger, world, other));
  }
  while (scheduler.count() > 0 || ended.length + faults.length < started) {
    if (scheduler.count() > 0) await scheduler.waitNext(1);
    await turn();
  }
  if (faults.length > 0) throw faults[0];
  return { world, ledger, ended };
}

type Played = { world: World; ledger: Ledger; ended: string[] };

/** Whoever looks once the last false sight has passed: how the run ends, and what the ledger says then. */
async function lookAgain({ world, ledger }: Played): Promise<unknown> {
  world.pass(FALSE_SIGHTS_PASS_SECONDS);
  const { pulls } = await runReview(portsOf(world, null, ledger, 'later'), aSettings, [aKey]);
  const [view] = await ledger.list(SESSION);
  return {
    later: pulls.map(({ outcome, reason }) => `${outcome} ${reason ?? ''}`),
    state: view?.state,
    head: view?.version.headSha,
  };
}

/** No sight may lie further in the future than 60 s. */
const FALSE_SIGHTS_PASS_SECONDS = 61;

describe('two and more runners in any order', () => {
  test(`leave no head unreviewed: ${RUNS} schedules`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), pushes, misled, async (scheduler, plan, other) => {
        const played = await play(scheduler, plan, other);
        const { world, ended } = played;
        const published = world.published.length;
        expect({ ended, last: world.published.at(-1)?.headSha }).toEqual({ ended, last: world.head });
        expect(await lookAgain(played)).toEqual({
          later: ['skipped already-reviewed'],
          state: 'up_to_date',
          head: world.head,
        });
        expect(world.published.length).toBe(published);
      }),
      { numRuns: RUNS },
    );
  }, 3_600_000);
});
