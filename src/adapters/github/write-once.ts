import * as z from 'zod';
import type { Conversation } from '../../core/publish/plan.ts';
import type { GitHubAccess, GitHubClient } from './client.ts';
import { answered, hostFault, type Doing } from './faults.ts';
import { readConversation, type Sought } from './read-conversation.ts';
import { failureOf } from './repeat.ts';

/** Where something is written, and who may still write there. */
export type Writing = {
  octokit: GitHubClient;
  access: Pick<GitHubAccess, 'clock' | 'log'>;
  /** Where it will be found once it is there. */
  sought: Sought;
  stillCurrent: () => Promise<boolean>;
};

/** GitHub's number of what was made, and its global name. */
export type Written = { id: number; nodeId: string };

export type WriteOutcome =
  | ({ outcome: 'written' } & Written)
  | { outcome: 'refused'; why: string }
  | { outcome: 'overtaken' };

/** How often a write whose answer was lost is made anew, after looking that it did not take effect. */
const MAX_WRITES = 3;
/** Before looking: what was written takes a moment to show. */
const LOOK_AFTER_MS = 2_000;

/** Writes what must be there once: where the answer is lost it looks, and writes again only what is not there. */
export async function writeOnce(
  { octokit, access, sought, stillCurrent }: Writing,
  {
    doing,
    write,
    find,
  }: { doing: Doing; write: () => Promise<Written>; find: (standing: Conversation) => Written | null },
): Promise<WriteOutcome> {
  for (let writes = 1; ; writes += 1) {
    if (!(await stillCurrent())) return { outcome: 'overtaken' };
    try {
      return { outcome: 'written', ...(await write()) };
    } catch (error) {
      if (answered(error, 422) && !/locked/iu.test(error.message))
        return { outcome: 'refused', why: oneLine(error.message) };
      if (failureOf(error, access.clock.now()).kind !== 'lost') throw hostFault(error, doing);
      access.log.warning(`GitHub gave no answer when asked to ${doing.what}; looking whether it was done`);
      await access.clock.sleep(LOOK_AFTER_MS);
      const found = find(await readConversation(octokit, sought));
      if (found !== null) return { outcome: 'written', ...found };
      if (writes >= MAX_WRITES) throw hostFault(error, doing);
    }
  }
}

const Made = z.object({ id: z.int().positive(), node_id: z.string() });

/** Of what GitHub answers when it made something. */
export function writtenOf(data: unknown): Written {
  const { id, node_id: nodeId } = Made.parse(data);
  return { id, nodeId };
}

function oneLine(message: string): string {
  return message.replace(/\s+/gu, ' ').slice(0, 300);
}
