import { createHash } from 'node:crypto';

const sha = (letter: string): string => letter.repeat(40);
export const HEAD = sha('a');
export const TOKEN = 'A'.repeat(43);

export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

export function seenPullRequest(overrides: Record<string, unknown> = {}) {
  return {
    repository: 'acme/shop',
    repositoryId: 100,
    number: 12,
    headSha: HEAD,
    baseRef: 'main',
    baseSha: sha('b'),
    mergeBaseSha: sha('b'),
    headSeenAt: Math.floor(Date.now() / 1000),
    state: 'open',
    draft: false,
    ...overrides,
  };
}

export function claimCommand(overrides: Record<string, unknown> = {}) {
  return {
    session: 'acme/shop#12',
    pullRequests: [seenPullRequest()],
    holder: { tokenHash: hashOf(TOKEN), url: 'https://github.com/acme/shop/actions/runs/5000' },
    ...overrides,
  };
}

export function submitCommand(runId: string, overrides: Record<string, unknown> = {}) {
  return { session: 'acme/shop#12', results: [{ runId, token: TOKEN, ...reviewResult(), ...overrides }] };
}

export function reviewResult() {
  return {
    mode: 'full',
    reason: 'first-review',
    verdict: 'approved',
    summary: 'Fine.',
    findings: [],
    coverage: {
      versions: [{ mergeBaseSha: sha('b'), headSha: HEAD }],
      covered: [{ path: 'src/a.ts', previousPath: null, version: 0 }],
      pending: [],
      excluded: [],
    },
    usage: {
      inputTokens: null,
      outputTokens: null,
      costUsd: null,
      scopeTokens: 10,
      fullTokens: 10,
      scopeFiles: 1,
      fullFiles: 1,
      durationMs: 5,
    },
    reviewer: { name: 'sarif', model: null, fingerprint: 'f1', sessionId: null },
    previousSha: null,
  };
}
