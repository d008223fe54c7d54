import * as z from 'zod';
import type { Conversation } from '../../core/publish/plan.ts';
import type { PullRequestKey } from '../../core/pull-request.ts';
import type { GitHubAccess, GitHubClient } from './client.ts';
import { answered, hostFault, type Doing } from './faults.ts';
import { readConversation } from './read-conversation.ts';
import { failureOf } from './repeat.ts';

/** Where something is written, and who may still write there. */
export type Writing = {
  octokit: GitHubClient;
  access: Pick<GitHubAccess, 'clock' | 'log'>;
  pullRequest: PullRequestKey;
  session: string;
  stillCurrent: () => Promise<boolean>;
};

export type WriteOutcome =
  | { outcome: 'written'; id: number }
  | { outcome: 'refused'; why: string }
  | { outcome: 'overtaken' };

/** How often a write whose answer was lost is made anew, after looking that it did not take effect. */
const MAX_WRITES = 3;
/** Before looking: what was written takes a moment to show. */
const LOOK_AFTER_MS = 2_000;

/** Writes what must be there once: where the answer is lost it looks, and writes again only what is not there. */
export async function writeOnce(
  { octokit, access, pullRequest, session, stillCurrent }: Writing,
  {
    doing,
    write,
    find,
  }: { doing: Doing; write: () => Promise<number>; find: (standing: Conversation) => number | null },
): Promise<WriteOutcome> {
  for (let writes = 1; ; writes += 1) {
    if (!(await stillCurrent())) return { outcome: 'overtaken' };
    try {
      return { outcome: 'written', id: await write() };
    } catch (error) {
      if (answered(error, 422) && !/locked/iu.test(error.message))
        return { outcome: 'refused', why: oneLine(error.message) };
      if (failureOf(error, access.clock.now()).kind !== 'lost') throw hostFault(error, doing);
      access.log.warning(`GitHub gave no answer when asked to ${doing.what}; looking whether it was done`);
      await access.clock.sleep(LOOK_AFTER_MS);
      const id = find(await readConversation(octokit, pullRequest, session));
      if (id !== null) return { outcome: 'written', id };
      if (writes >= MAX_WRITES) throw hostFault(error, doing);
    }
  }
}

const Written = z.object({ id: z.int().positive() });

/** Of what GitHub answers when it made something. */
export function idOf(data: unknown): number {
  return Written.parse(data).id;
}

function oneLine(message: string): string {
  return message.replace(/\s+/gu, ' ').slice(0, 300);
}
