import * as z from 'zod';
import { PullRequestNumber, RepositoryName } from '../ids.ts';
import { beginsAsOurs } from '../render/marker.ts';
import { parseCommand, type ParsedCommand } from './parse.ts';

/** A command that a person gave, and where. */
export type Asked = {
  parsed: Exclude<ParsedCommand, { outcome: 'none' }>;
  repository: RepositoryName;
  number: PullRequestNumber;
  by: string;
  comment: { id: number; kind: 'issue' | 'review' };
};

export type AskedOutcome =
  | { outcome: 'asked'; asked: Asked }
  /** Nothing to do, and nothing wrong. */
  | { outcome: 'ignored'; why: string }
  | { outcome: 'unsupported'; why: string };

const Comment = z.object({
  id: z.int().positive(),
  body: z.string().nullable(),
  user: z.object({ login: z.string(), type: z.string() }).nullable(),
  performed_via_github_app: z.unknown().optional(),
});
const CommentEvent = z.object({
  action: z.string(),
  comment: Comment,
  repository: z.object({ full_name: RepositoryName }),
  issue: z.object({ number: PullRequestNumber, pull_request: z.unknown().optional() }).optional(),
  pull_request: z.object({ number: PullRequestNumber }).optional(),
});

/** Events of which a comment is the subject. */
export function isCommentEvent(eventName: string): boolean {
  return eventName === 'issue_comment' || eventName === 'pull_request_review_comment';
}

/**
 * The command in a comment's event. New comments only: an edit would give a command anew. Bots give none, and what
 * begins like a comment of ours is none, whoever posted it.
 * @param payload GitHub's event payload, not trusted to have any shape
 */
export function commandAsked(eventName: string, payload: unknown): AskedOutcome {
  const event = CommentEvent.safeParse(payload);
  if (!event.success) {
    const fields = event.error.issues.map((issue) => issue.path.join('.') || '(root)').join(', ');
    return { outcome: 'unsupported', why: `the event's payload is not a comment's: ${fields} missing or wrong` };
  }
  const { action, comment, repository, issue, pull_request: pull } = event.data;
  const ignored = (why: string): AskedOutcome => ({ outcome: 'ignored', why });
  const number = pull?.number ?? (issue?.pull_request === undefined ? undefined : issue.number);
  if (number === undefined) return ignored('the comment is not on a pull request');
  if (action !== 'created') return ignored(`a comment was ${action}: commands are read when it is made`);
  if (comment.user === null || comment.user.type !== 'User') return ignored('the comment is not by a person');
  const body = comment.body ?? '';
  if (beginsAsOurs(body)) return ignored('the comment begins like one of ours');
  const parsed = parseCommand(body);
  if (parsed.outcome === 'none') return ignored('the comment holds no command');
  const kind = eventName === 'issue_comment' ? 'issue' : 'review';
  const by = comment.user.login;
  const asked = { parsed, repository: repository.full_name, number, by, comment: { id: comment.id, kind } as const };
  return { outcome: 'asked', asked };
}
