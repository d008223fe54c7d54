/** Calls that go wrong the way GitHub's do, at exactly the call that a test names. */

export type Call = {
  index: number;
  method: string;
  /** Path below the API's root, without the query. */
  path: string;
  query: string;
  /** Operation of GitHub's description, `graphql`, `git`, `oidc`; null for an unknown route. */
  operation: string | null;
  /** Name of the GraphQL operation's root fields, where it is one: `resolveReviewThread`. */
  fields: string[];
  /** Id of the simulated workflow run whose token was used. */
  run: string | null;
  /** 0 while unanswered, and for an answer that was lost. */
  status: number;
  ms: number;
  /** An injected fault hit this call: whatever repeats it is a retry. */
  faulted: boolean;
};

export type Effect =
  | { kind: 'answer'; status: number; body: unknown; headers?: Record<string, string> }
  /** The connection drops before anything happened. */
  | { kind: 'drop' }
  /** What was asked takes effect, and the connection drops instead of answering. */
  | { kind: 'lose-answer' }
  | { kind: 'delay'; ms: number }
  /** Answered once the test lets it. */
  | { kind: 'hold'; until: Promise<unknown> }
  /** Never answered; the connection stays open until the caller gives up. */
  | { kind: 'stall' };

export type Fault = {
  /** An operation of the description (`pulls/create-review`), a GraphQL root field, or a test of the call. */
  on: string | ((call: Call) => boolean);
  /** The first matching call that goes wrong; 1 by default. */
  nth?: number;
  /** How many matching calls go wrong from there; 1 by default. */
  times?: number;
  effect: Effect;
};

export const effects = {
  secondaryLimit: (status: 403 | 429 = 403, retryAfterSeconds = 1): Effect => ({
    kind: 'answer',
    status,
    headers: { 'retry-after': String(retryAfterSeconds) },
    body: {
      message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      documentation_url:
        'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
    },
  }),
  abuse: (): Effect => ({
    kind: 'answer',
    status: 422,
    body: {
      message: 'Validation Failed',
      errors: [{ resource: 'IssueComment', code: 'abuse', field: 'body', message: 'was submitted too quickly' }],
      documentation_url: 'https://docs.github.com/rest',
    },
  }),
  primaryLimit: (resetAt: Date): Effect => ({
    kind: 'answer',
    status: 403,
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(resetAt.getTime() / 1000)) },
    body: { message: 'API rate limit exceeded for installation.', documentation_url: 'https://docs.github.com/rest' },
  }),
  badGateway: (): Effect => ({ kind: 'answer', status: 502, body: { message: 'Server Error' } }),
  unavailable: (): Effect => ({ kind: 'answer', status: 503, body: { message: 'Service unavailable' } }),
  drop: (): Effect => ({ kind: 'drop' }),
  loseAnswer: (): Effect => ({ kind: 'lose-answer' }),
  delay: (ms: number): Effect => ({ kind: 'delay', ms }),
  hold: (until: Promise<unknown>): Effect => ({ kind: 'hold', until }),
  stall: (): Effect => ({ kind: 'stall' }),
} as const;

export type Faults = { add(...faults: Fault[]): void; clear(): void; effectOn(call: Call): Effect | null };

export function createFaults(): Faults {
  let planned: { fault: Fault; seen: number }[] = [];
  return {
    add: (...faults) => void planned.push(...faults.map((fault) => ({ fault, seen: 0 }))),
    clear: () => {
      planned = [];
    },
    effectOn: (call) => {
      let effect: Effect | null = null;
      for (const plan of planned) {
        if (!matches(plan.fault, call)) continue;
        plan.seen += 1;
        const { nth = 1, times = 1 } = plan.fault;
        if (effect === null && plan.seen >= nth && plan.seen < nth + times) effect = plan.fault.effect;
      }
      return effect;
    },
  };
}

function matches({ on }: Fault, call: Call): boolean {
  return typeof on === 'function' ? on(call) : call.operation === on || call.fields.includes(on);
}

/** The calls to GitHub's API that count against a run: REST and GraphQL, without those that a fault made it repeat. */
export function countedCalls(calls: readonly Call[]): Call[] {
  return calls.filter((call) => !call.faulted && call.operation !== 'git' && call.operation !== 'oidc');
}
