import { GraphqlResponseError } from '@octokit/graphql';
import type { Change } from '../../core/publish/plan.ts';
import type { PullRequestKey } from '../../core/pull-request.ts';
import { pullRequestName } from '../../core/pull-request.ts';
import type { Log } from '../../ports/log.ts';
import type { GitHubClient } from './client.ts';
import { hostFault } from './faults.ts';

export type Applying = { octokit: GitHubClient; log: Pick<Log, 'warning' | 'info'>; pullRequest: PullRequestKey };

/** Each takes two or so at most: resolved and edited. */
const CHANGES_PER_CALL = 200;

/**
 * Makes all changes in one call, and one more per further hundred threads; the summary's new text goes last, with the
 * last of them. Doing it again does no harm, so what broke on the way is repeated whole. A change that GitHub refuses
 * leaves the others standing: a thread that may not be resolved is minimised, what is gone is gone, the rest is told in
 * the log and tried again by the next run. Only a refused summary is thrown; `gone`: somebody deleted it.
 */
export async function applyChanges(
  applying: Applying,
  changes: readonly Change[],
  summary: { nodeId: string; body: string } | null,
): Promise<'edited' | 'gone'> {
  let instead: Change[] = [];
  let outcome: 'edited' | 'gone' = 'edited';
  const calls = Math.max(1, Math.ceil(changes.length / CHANGES_PER_CALL));
  for (let call = 0; call < calls; call += 1) {
    const part = changes.slice(call * CHANGES_PER_CALL, (call + 1) * CHANGES_PER_CALL);
    const last = call === calls - 1 ? summary : null;
    const refusals = await send(applying, [...part.map(mutationOf), ...(last === null ? [] : [summaryMutation(last)])]);
    const ofSummary = refusals.find(({ index }) => index === part.length);
    if (ofSummary !== undefined) outcome = summaryOutcome(applying, ofSummary);
    instead = [...instead, ...minimizedInstead(applying, part, refusals)];
  }
  if (instead.length > 0) await send(applying, instead.map(mutationOf));
  return outcome;
}

type Mutation = { field: string; inputType: string; input: Record<string, string> };
type Refusal = { index: number; type: string; message: string; error: unknown };

function mutationOf(change: Change): Mutation {
  switch (change.change) {
    case 'edit':
      return mutation('updatePullRequestReviewComment', {
        pullRequestReviewCommentId: change.commentNodeId,
        body: change.body,
      });
    case 'resolve':
      return mutation('resolveReviewThread', { threadId: change.threadNodeId });
    case 'unresolve':
      return mutation('unresolveReviewThread', { threadId: change.threadNodeId });
    case 'minimize':
      return mutation('minimizeComment', { subjectId: change.commentNodeId, classifier: change.why });
    case 'unminimize':
      return mutation('unminimizeComment', { subjectId: change.commentNodeId });
    case 'withdraw':
      return mutation('dismissPullRequestReview', {
        pullRequestReviewId: change.reviewNodeId,
        message: change.message,
      });
    default:
      return change satisfies never;
  }
}

function summaryMutation({ nodeId, body }: { nodeId: string; body: string }): Mutation {
  return mutation('updateIssueComment', { id: nodeId, body });
}

function mutation(field: string, input: Record<string, string>): Mutation {
  return { field, inputType: `${field.charAt(0).toUpperCase()}${field.slice(1)}Input!`, input };
}

/** What GitHub refused of them, each by its place. */
async function send({ octokit, pullRequest }: Applying, mutations: readonly Mutation[]): Promise<Refusal[]> {
  if (mutations.length === 0) return [];
  const declared = mutations.map(({ inputType }, index) => `$i${index}: ${inputType}`);
  const called = mutations.map(({ field }, index) => `m${index}: ${field}(input: $i${index}) { clientMutationId }`);
  const document = `mutation Apply(${declared.join(', ')}) {\n${called.join('\n')}\n}`;
  try {
    await octokit.graphql(document, Object.fromEntries(mutations.map(({ input }, index) => [`i${index}`, input])));
    return [];
  } catch (error) {
    const refusals = error instanceof GraphqlResponseError ? refusalsIn(error) : [];
    if (refusals.length > 0) return refusals;
    const what = `change what stands on ${pullRequestName(pullRequest)}`;
    throw hostFault(error, { what, permission: 'pull-requests: write' });
  }
}

/** Empty where the call failed as a whole. */
function refusalsIn(error: GraphqlResponseError<unknown>): Refusal[] {
  const errors = error.errors ?? [];
  const placed = errors.map(({ path, type, message }) => {
    const index = /^m(\d+)$/u.exec(path?.[0] ?? '')?.[1];
    return index === undefined ? null : { index: Number(index), type: type ?? '', message, error };
  });
  return placed.some((refusal) => refusal === null) ? [] : placed.filter((refusal) => refusal !== null);
}

function summaryOutcome({ pullRequest }: Applying, { type, message, error }: Refusal): 'gone' {
  if (type === 'NOT_FOUND') return 'gone';
  const what = `edit the summary on ${pullRequestName(pullRequest)}`;
  throw hostFault(new Error(message, { cause: error }), { what, permission: 'pull-requests: write' });
}

/** Tells of what was refused, each kind once; threads that the token may not resolve come back as what can be done. */
function minimizedInstead({ log }: Applying, changes: readonly Change[], refusals: readonly Refusal[]): Change[] {
  const instead: Change[] = [];
  const told = new Set<string>();
  const tell = (kind: string, words: string): void => {
    if (!told.has(kind)) log.warning(words);
    told.add(kind);
  };
  for (const { index, type, message } of refusals) {
    const change = changes[index];
    if (change === undefined || type === 'NOT_FOUND') continue;
    if (change.change === 'resolve') {
      instead.push({ change: 'minimize', commentNodeId: change.commentNodeId, why: change.why });
      tell(
        'resolve',
        `The token may not resolve threads (${message}): fixed ones are minimised instead. ` +
          'Give the job `permissions: contents: write` to have them resolved, or set resolve-threads to false',
      );
    } else {
      tell(change.change, `GitHub refused to ${change.change} something on the pull request: ${message}`);
    }
  }
  return instead;
}
