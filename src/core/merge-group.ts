import * as z from 'zod';
import { CommitSha, PullRequestNumber, RepositoryName } from './ids.ts';

/** What a merge queue is about to merge: the commit it made, and the pull request that this entry adds. */
export type QueuedMerge = { repository: RepositoryName; number: PullRequestNumber; headSha: CommitSha };

export type QueuedOutcome =
  | { outcome: 'queued'; merge: QueuedMerge }
  | { outcome: 'ignored'; why: string }
  | { outcome: 'unsupported'; why: string };

const MergeGroupEvent = z.object({
  action: z.string().default('checks_requested'),
  merge_group: z.object({ head_sha: CommitSha, head_ref: z.string() }),
  repository: z.object({ full_name: RepositoryName }),
});

/** @param payload GitHub's event payload, not trusted to have any shape */
export function queuedMerge(payload: unknown): QueuedOutcome {
  const event = MergeGroupEvent.safeParse(payload);
  if (!event.success) {
    const fields = event.error.issues.map((issue) => issue.path.join('.') || '(root)').join(', ');
    return { outcome: 'unsupported', why: `the event's payload is not a merge group's: ${fields} missing or wrong` };
  }
  const { action, merge_group: group, repository } = event.data;
  if (action !== 'checks_requested') return { outcome: 'ignored', why: `the merge group was ${action}` };
  // The queue's branches are named so: `gh-readonly-queue/main/pr-12-<sha of its base>`.
  const number = /\/pr-([1-9]\d{0,9})-[0-9a-f]{40,64}$/u.exec(group.head_ref)?.[1];
  const parsed = PullRequestNumber.safeParse(Number(number));
  if (!parsed.success)
    return { outcome: 'unsupported', why: `the queue's branch ${group.head_ref} names no pull request` };
  return {
    outcome: 'queued',
    merge: { repository: repository.full_name, number: parsed.data, headSha: group.head_sha },
  };
}
