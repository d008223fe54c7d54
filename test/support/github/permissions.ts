import type { Level, Permissions, Repo, Token } from './state.ts';

type Need = { level: Level; anyOf: string[] };

const reads = (...anyOf: string[]): Need => ({ level: 'read', anyOf });
const writes = (...anyOf: string[]): Need => ({ level: 'write', anyOf });

/** What a token needs for each operation; one of the named permissions is enough. Comments on pull requests are both. */
const needs: Record<string, Need | null> = {
  'checks/create': writes('checks'),
  'checks/get': reads('checks'),
  'checks/list-annotations': reads('checks'),
  'checks/list-for-ref': reads('checks'),
  'checks/update': writes('checks'),
  'git/get-ref': reads('contents'),
  'issues/create-comment': writes('issues', 'pull-requests'),
  'issues/delete-comment': writes('issues', 'pull-requests'),
  'issues/get-comment': reads('issues', 'pull-requests'),
  'issues/list-comments': reads('issues', 'pull-requests'),
  'issues/update-comment': writes('issues', 'pull-requests'),
  'pulls/create-reply-for-review-comment': writes('pull-requests'),
  'pulls/create-review': writes('pull-requests'),
  'pulls/create-review-comment': writes('pull-requests'),
  'pulls/delete-review-comment': writes('pull-requests'),
  'pulls/dismiss-review': writes('pull-requests'),
  'pulls/get': reads('pull-requests'),
  'pulls/get-review': reads('pull-requests'),
  'pulls/get-review-comment': reads('pull-requests'),
  'pulls/list': reads('pull-requests'),
  'pulls/list-comments-for-review': reads('pull-requests'),
  'pulls/list-commits': reads('pull-requests'),
  'pulls/list-files': reads('pull-requests'),
  'pulls/list-review-comments': reads('pull-requests'),
  'pulls/list-reviews': reads('pull-requests'),
  'pulls/update-review': writes('pull-requests'),
  'pulls/update-review-comment': writes('pull-requests'),
  'rate-limit/get': null,
  'reactions/create-for-issue-comment': writes('issues', 'pull-requests'),
  'reactions/create-for-pull-request-review-comment': writes('pull-requests'),
  'reactions/list-for-issue-comment': reads('issues', 'pull-requests'),
  'reactions/list-for-pull-request-review-comment': reads('pull-requests'),
  'repos/compare-commits-with-basehead': reads('contents'),
  'repos/get': null,
  'repos/get-collaborator-permission-level': null,
  'repos/get-commit': reads('contents'),
  'repos/get-content': reads('contents'),
  'repos/list-pull-requests-associated-with-commit': reads('pull-requests'),
  'users/get-authenticated': null,
};

export function holds(permissions: Permissions, name: string, level: Level): boolean {
  const held = permissions[name];
  return held === 'write' || held === level;
}

/** `hidden`: the repository does not exist for this token; `refused`: it does, but not for this. */
export function accessOf(token: Token, repository: Repo, operationId: string): 'allowed' | 'hidden' | 'refused' {
  const need = needs[operationId];
  if (need === undefined) throw new Error(`nothing is said of the permission that ${operationId} needs`);
  if (token.repository !== repository) {
    if (repository.private) return 'hidden';
    return need === null || need.level === 'read' ? 'allowed' : 'refused';
  }
  if (need === null) return 'allowed';
  if (need.level === 'read' && !repository.private) return 'allowed';
  return need.anyOf.some((name) => holds(token.permissions, name, need.level)) ? 'allowed' : 'refused';
}
