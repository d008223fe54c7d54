import { parseRunId, type RunId, type TokenHash } from '../ids.ts';
import type { Fault } from './commands.ts';
import type { Attempt, PullRequestItem, RunItem } from './items.ts';
import { pullRequestIdOf, type Draft } from './state.ts';

/** A run with its PR and the attempt whose token the caller proved. */
export type Held = { pullRequest: PullRequestItem; run: RunItem; attempt: Attempt };

/** Who claims to hold what: a token's hash stands for the token, which never gets here. */
export type Proof = { runId: RunId; tokenHash: TokenHash };

/** Null where there is no such run, or none of its attempts had this token. */
export function heldBy(draft: Draft, { runId, tokenHash }: Proof): Held | null {
  const run = draft.run(runId);
  const pullRequest = draft.pullRequest(pullRequestIdOf(parseRunId(runId)));
  if (run === null || pullRequest === null) return null;
  const attempt = run.attempts.findLast((each) => sameHash(each.holder.tokenHash, tokenHash));
  return attempt === undefined ? null : { pullRequest, run, attempt };
}

/** True where the attempt is the PR's current one and nobody has taken the PR from it; its lease may have ended. */
export function isCurrent({ pullRequest, run, attempt }: Held): boolean {
  const current = pullRequest.run;
  return current !== null && current.runId === run.runId && current.attempt === attempt.attempt;
}

/** Why a caller that held this attempt may not go on, and who stands in its place. */
export function lossText({ pullRequest: { run: current }, attempt }: Held): string {
  const lost = `attempt ${attempt.attempt} no longer holds this pull request`;
  return current === null
    ? lost
    : `${lost}; attempt ${current.attempt} of ${current.runId} came after it: ${current.status}`;
}

/** For commands that are refused whole where one of their runs is unknown or named twice. */
export function faultsOfProofs(draft: Draft, proofs: readonly Proof[], list: string): Fault[] {
  return proofs.flatMap((proof, index): Fault[] => {
    const path = `${list}.${index}.runId`;
    const first = proofs.findIndex(({ runId }) => runId === proof.runId);
    if (first !== index) return [{ path, message: `the same run as ${list}.${first}` }];
    if (draft.run(proof.runId) === null) return [{ path, message: 'no such run in this session' }];
    if (heldBy(draft, proof) === null) {
      return [{ path: `${list}.${index}.token`, message: 'not the token of any attempt of this run' }];
    }
    return [];
  });
}

/** Takes as long for hashes that differ at the first digit as at the last. Both have 64 digits. */
function sameHash(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index += 1) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}
