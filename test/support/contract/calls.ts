import {
  claimCommand,
  hashOf,
  HEAD,
  reviewResult,
  seenPullRequest,
  submitCommand,
  TOKEN,
} from '../../lambda/support/commands.ts';
import { aFinding } from '../builders.ts';

export type Call = { method: 'GET' | 'POST'; target: string; body: unknown };
/** A call as one version of the action made it, and what that version's endpoint answered. */
export type RecordedCall = Call & { status: number; answer: unknown };

/** Of the second holder. */
const OTHER = 'B'.repeat(43);

/** A pull request's whole life over the contract, one call after another, with nothing in it that changes by the day. */
export function contractCalls(): (Call & { name: string })[] {
  const runId = `run_100_12_${HEAD}`;
  const session = 'acme/shop#12';
  const pullRequest = { repository: 'acme/shop', repositoryId: 100, number: 12 };
  const run = { runId, token: TOKEN };
  const query = `session=${encodeURIComponent(session)}&repositoryId=100&number=12`;
  const pullRequests = [seenPullRequest({ headSeenAt: 1_790_000_000 })];
  const finding = aFinding({ shortId: 1, path: 'src/a.ts' });
  const reviewed = { verdict: 'changes_requested', findings: [finding] };
  const checkpoint = { ...reviewResult(), ...reviewed };
  const post = (name: string, path: string, body: unknown) => ({ name, method: 'POST' as const, target: path, body });
  const get = (name: string, target: string) => ({ name, method: 'GET' as const, target, body: null });
  return [
    get('health', '/v1/health'),
    get('previous-none', `/v1/previous?${query}`),
    post('claim', '/v1/claims', claimCommand({ pullRequests })),
    post('heartbeat', '/v1/heartbeats', { session, runs: [run] }),
    post('checkpoint', '/v1/heartbeats', { session, runs: [{ ...run, checkpoint }] }),
    post('result', '/v1/results', submitCommand(runId, reviewed)),
    post('result-again', '/v1/results', submitCommand(runId, reviewed)),
    get('reviews', `/v1/reviews?session=${encodeURIComponent(session)}`),
    post('delivery', '/v1/deliveries', { session, runs: [{ ...run, commentId: 1, reviewId: null, checkId: 3 }] }),
    post('dismissal', '/v1/dismissals', {
      action: 'finding',
      session,
      pullRequest,
      findingId: finding.id,
      dismissed: true,
      by: 'anna',
      why: 'as intended',
    }),
    post('pause', '/v1/dismissals', { action: 'pause', session, pullRequest, paused: true, by: 'anna' }),
    post('resume', '/v1/dismissals', { action: 'pause', session, pullRequest, paused: false, by: 'anna', why: '' }),
    get('previous', `/v1/previous?${query}`),
    get('runs', `/v1/runs?${query}&limit=10`),
    post(
      'claim-forced',
      '/v1/claims',
      claimCommand({ pullRequests, force: 'rerun', leaseSeconds: 60, holder: { tokenHash: hashOf(OTHER), url: '' } }),
    ),
    post('release', '/v1/releases', {
      session,
      runs: [{ runId, token: OTHER, status: 'cancelled', why: 'the job was cancelled' }],
    }),
  ];
}
