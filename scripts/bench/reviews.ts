import { runIdOf, SessionName, TokenHash, type EpochSeconds, type HolderToken } from '../../src/core/ids.ts';
import type { ClaimCommand, DeliverCommand, HeartbeatCommand, SubmitCommand } from '../../src/core/ledger/commands.ts';
import { SeenPullRequest } from '../../src/core/pull-request.ts';
import { ReviewResult } from '../../src/core/review-record.ts';
import { hashOfToken, newHolderToken } from '../../src/adapters/system/randomness.ts';

/** What one batch of reviews says to the ledger from its claim to its delivery. */
export type BatchOfReviews = {
  claim: ClaimCommand;
  heartbeat: HeartbeatCommand;
  submit: SubmitCommand;
  deliver: DeliverCommand;
};

const HEAD = '1'.repeat(40);
const BASE = 'a'.repeat(40);
const FILES = 20;
const FINDINGS = 3;

/** A small result: 20 files covered, 3 findings of about 300 characters. */
function aResult(): ReviewResult {
  const paths = Array.from({ length: FILES }, (_, index) => `packages/checkout/src/module-${index}/handler.ts`);
  return ReviewResult.parse({
    mode: 'full',
    reason: 'first-review',
    verdict: 'changes_requested',
    summary: 'Adds a discount to the cart, and computes it where the order is placed.',
    findings: paths.slice(0, FINDINGS).map((path, index) => ({
      id: `f${String(index).padStart(23, '0')}`,
      shortId: index + 1,
      status: 'new',
      severity: 'warning',
      category: 'correctness',
      rule: null,
      path,
      line: 10,
      endLine: 12,
      side: 'RIGHT',
      quote: 'const total = items.reduce((sum, item) => sum + item.price, 0);',
      title: 'The discount is applied twice when the cart is edited',
      body: 'The price already holds the discount here, for `applyDiscount` ran when the item was added. Take it from the list price instead, or mark the items that were reduced before.',
      suggestion: null,
      fingerprint: 'fp',
      firstSeenSha: HEAD,
      fixedSha: null,
      why: '',
    })),
    coverage: {
      versions: [{ mergeBaseSha: BASE, headSha: HEAD }],
      covered: paths.map((path) => ({ path, previousPath: null, version: 0 })),
      pending: [],
      excluded: [],
    },
    usage: {
      inputTokens: 12_000,
      outputTokens: 900,
      costUsd: 0.05,
      scopeTokens: 4_000,
      fullTokens: 9_000,
      scopeFiles: FILES,
      fullFiles: FILES,
      durationMs: 60_000,
    },
    reviewer: { name: 'command', model: null, fingerprint: 'f', sessionId: null },
    previousSha: null,
  });
}

const RESULT = aResult();

/** The first review of `batch` pull requests in a session of their own, by a holder of its own. */
export function aBatchOfReviews(session: string, batch: number, now: EpochSeconds): BatchOfReviews {
  const token: HolderToken = newHolderToken();
  const name = SessionName.parse(session);
  const pullRequests = Array.from({ length: batch }, (_, index) =>
    SeenPullRequest.parse({
      repository: 'acme/shop',
      repositoryId: 4711,
      number: index + 1,
      headSha: HEAD,
      baseRef: 'main',
      baseSha: BASE,
      mergeBaseSha: BASE,
      headSeenAt: now,
      state: 'open',
      draft: false,
    }),
  );
  const proofs = pullRequests.map((pullRequest) => ({ runId: runIdOf(pullRequest), token }));
  return {
    claim: {
      session: name,
      pullRequests,
      holder: { tokenHash: TokenHash.parse(hashOfToken(token)), url: 'https://github.com/acme/shop/actions/runs/1' },
      leaseSeconds: 120,
      force: null,
    },
    heartbeat: { session: name, runs: proofs },
    submit: { session: name, results: proofs.map((proof) => ({ ...proof, ...RESULT })) },
    deliver: { session: name, runs: proofs.map((proof) => ({ ...proof, commentId: 1, reviewId: 2, checkId: null })) },
  };
}
