import { isOpen, type Finding } from '../core/finding.ts';
import type { StandingDismissal } from '../core/findings/dismiss.ts';
import type { SessionName } from '../core/ids.ts';
import type { Conversation } from '../core/publish/plan.ts';
import { heed, signalsIn, type Signal } from '../core/publish/signals.ts';
import type { PullRequestSnapshot } from '../ports/pull-requests.ts';
import type { ReviewPorts, ReviewSettings } from './ports.ts';

export type Heard = {
  /** What stood on the PR a moment ago; null where the host did not say. */
  conversation: Conversation | null;
  /** Those that held before, and those that people made since. */
  dismissals: StandingDismissal[];
};

type Asked = {
  session: SessionName;
  pullRequest: PullRequestSnapshot;
  markerKey: string | null;
  /** Of every earlier record, the latest word last. */
  findings: readonly Finding[];
  dismissals: readonly StandingDismissal[];
  /** Whether the run may post a review yet: where it does not, it has a call of the host's API left. */
  postsReview: (conversation: Conversation) => Promise<boolean>;
};

/**
 * Looks what people did with our comments, and keeps in the ledger what counts as a dismissal. What can't be learned
 * now is learned by a later run: the review itself never fails for it.
 */
export async function hearPeople(
  ports: Pick<ReviewPorts, 'pullRequests' | 'ledger' | 'log'>,
  { maxLookUps }: Pick<ReviewSettings, 'maxLookUps'>,
  { session, pullRequest, markerKey, findings, dismissals, postsReview }: Asked,
): Promise<Heard> {
  const conversation = await orNull(ports, 'What stands on the pull request', () =>
    ports.pullRequests.conversation(pullRequest.key, session, markerKey),
  );
  if (conversation === null) return { conversation, dismissals: [...dismissals] };
  const signals = signalsIn(conversation, openIds(findings, dismissals));
  if (signals.length === 0) return { conversation, dismissals: [...dismissals] };
  const made = await countingSignals(ports, pullRequest, signals, async () =>
    (await postsReview(conversation)) ? maxLookUps : maxLookUps + 1,
  );
  const kept: StandingDismissal[] = [];
  for (const { findingId, by, how } of made) {
    const command = { action: 'finding' as const, session, pullRequest: pullRequest.key, findingId };
    const outcome = await ports.ledger.dismiss({ ...command, dismissed: true, by: by.slice(0, 100), why: how });
    if (outcome.outcome === 'done') kept.push({ findingId, by, why: how });
    else ports.log.warning(`A dismissal by ${by} could not be kept: ${outcome.outcome}`);
  }
  return { conversation, dismissals: [...dismissals, ...kept] };
}

async function countingSignals(
  ports: Pick<ReviewPorts, 'pullRequests' | 'log'>,
  { key, author, version }: PullRequestSnapshot,
  signals: readonly Signal[],
  mostLookUps: () => Promise<number>,
): Promise<Signal[]> {
  const mayWrite = new Map<string, boolean>();
  const { unknown } = heed(signals, author, mayWrite);
  const most = unknown.length === 0 ? 0 : await mostLookUps();
  // Another few at each head, so that nobody whose word counts is kept waiting for ever by those whose does not.
  const first = unknown.length === 0 ? 0 : Number.parseInt(version.headSha.slice(0, 8), 16) % unknown.length;
  for (const login of [...unknown.slice(first), ...unknown.slice(0, first)].slice(0, most)) {
    const may = await orNull(ports, `What ${login} may do`, () => ports.pullRequests.mayWrite(key.repository, login));
    mayWrite.set(login, may ?? false);
  }
  return heed(signals, author, mayWrite).dismissals;
}

function openIds(findings: readonly Finding[], dismissals: readonly StandingDismissal[]): Set<string> {
  const latest = new Map(findings.map((finding) => [finding.id, finding]));
  const dismissed = new Set(dismissals.map(({ findingId }) => findingId));
  const open = [...latest.values()].filter((finding) => isOpen(finding) && !dismissed.has(finding.id));
  return new Set(open.map(({ id }) => id));
}

async function orNull<T>({ log }: Pick<ReviewPorts, 'log'>, what: string, ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    log.warning(`${what} could not be learned: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}
