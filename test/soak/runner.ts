import { signWith } from '../../src/adapters/github/sign.ts';
import { createHttpLedger } from '../../src/adapters/ledger-http/ledger.ts';
import { hashOfToken, newHolderToken, randomHex, sha256Hex } from '../../src/adapters/system/randomness.ts';
import { PullRequestNumber, RepositoryName, type SessionName } from '../../src/core/ids.ts';
import type { ReviewPorts } from '../../src/pipeline/ports.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Reviewer } from '../../src/ports/reviewer.ts';
import { runReview } from '../../src/run-review.ts';
import { Outgoing, type Cut } from '../pipeline/crashes/outgoing.ts';
import { scopeReviewer } from '../pipeline/reviewers.ts';
import { aSettings } from '../pipeline/scene.ts';
import { silentLog } from '../support/silent-log.ts';
import { somePublicationOptions } from '../support/views.ts';
import { repository } from './code.ts';
import type { Draw } from './draw.ts';
import type { Host } from './host.ts';

/** Pull requests that one run looks at together. */
export type Unit = { session: SessionName; numbers: readonly number[] };

export type Surroundings = {
  host: Host;
  clock: Clock;
  /** Where runners reach the endpoint. */
  endpoint: string;
  idToken: (workflowRun: WorkflowRun) => Promise<string>;
  draw: Draw;
};
export type WorkflowRun = { id: number; attempt: number };

/** However long a pull request lives, what is found gets its comment. */
const EVERY_FINDING = { ...somePublicationOptions, calmAfter: 0 };
const REQUEST_TIMEOUT_MS = 4_000;
const REQUESTS = 4;
/** Of a killed runner: the calls after which it may be gone. */
const CALLS = 12;

/** What may befall a run, by chance. */
type Fate = { cut: Cut | null; slow: boolean; fails: boolean };

export const UNHARMED: Fate = { cut: null, slow: false, fails: false };

export function fateFrom(draw: Draw): Fate {
  const at = draw.below(CALLS);
  const cut: Cut | null = draw.chance(0.15) ? { at, how: 'kill' } : draw.chance(0.1) ? { at, how: 'lose' } : null;
  return { cut, slow: draw.chance(0.03), fails: draw.chance(0.03) };
}

/** One attempt of one workflow run, by the whole pipeline. True where it came to its end. */
export async function runOnce(around: Surroundings, unit: Unit, run: WorkflowRun, fate: Fate): Promise<boolean> {
  const outgoing = new Outgoing(fate.cut);
  const refs = unit.numbers.map((number) => ({
    repository: RepositoryName.parse('acme/shop'),
    number: PullRequestNumber.parse(number),
  }));
  const settings = { ...aSettings, session: unit.session, publication: EVERY_FINDING };
  try {
    const { pulls } = await runReview(portsOf(around, outgoing, run, fate), settings, refs);
    return pulls.every(({ outcome }) => outcome !== 'failed');
  } catch {
    return false;
  }
}

function portsOf(around: Surroundings, outgoing: Outgoing, run: WorkflowRun, fate: Fate): ReviewPorts {
  const { clock, draw, host } = around;
  const token = newHolderToken();
  const ledger = createHttpLedger({
    endpoint: around.endpoint,
    idToken: () => around.idToken(run),
    clock,
    random: draw.fraction,
    attempts: REQUESTS,
    timeoutMs: REQUEST_TIMEOUT_MS,
  });
  return {
    pullRequests: outgoing.through('GitHub', host.pullRequests),
    ledger: outgoing.through('ledger', ledger),
    openRepository: async () => repository,
    reviewer: outgoing.through('reviewer', reviewerOf(around, fate)),
    tokens: { count: (text) => text.length },
    checks: null,
    clock,
    log: silentLog,
    checkedOut: null,
    holder: { token, hash: hashOfToken(token), url: `https://github.example/runs/${run.id}` },
    randomHex,
    sha256Hex,
    signWith,
    interrupted: new AbortController().signal,
    holding: () => undefined,
  };
}

const QUICK_MS = 2_000;
/** Longer than a lease: only heartbeats keep it. */
const SLOW_MS = 150_000;

function reviewerOf({ clock, draw }: Surroundings, { slow, fails }: Fate): Reviewer {
  const scope = scopeReviewer();
  return {
    ...scope,
    async review(request, signal) {
      await clock.sleep(slow ? SLOW_MS : draw.below(QUICK_MS), signal);
      if (signal.aborted) return { outcome: 'aborted' };
      if (fails) throw new Error('the reviewer broke');
      return scope.review(request, signal);
    },
  };
}
