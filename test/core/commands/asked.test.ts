import { describe, expect, test } from '@jest/globals';
import { commandAsked } from '../../../src/core/commands/asked.ts';
import { queuedMerge } from '../../../src/core/merge-group.ts';
import { sha } from '../../support/builders.ts';

const person = { login: 'bob', type: 'User' };
const comment = { id: 77, body: '/pushback review', user: person };
const repository = { full_name: 'acme/shop' };
const onIssue = { action: 'created', comment, repository, issue: { number: 12, pull_request: {} } };

describe('commandAsked', () => {
  test('in the conversation', () => {
    expect(commandAsked('issue_comment', onIssue)).toEqual({
      outcome: 'asked',
      asked: {
        parsed: { outcome: 'command', command: { command: 'review' } },
        repository: 'acme/shop',
        number: 12,
        by: 'bob',
        comment: { id: 77, kind: 'issue' },
      },
    });
  });

  test('in a thread', () => {
    const event = { action: 'created', comment, repository, pull_request: { number: 12 } };
    expect(commandAsked('pull_request_review_comment', event)).toMatchObject({
      outcome: 'asked',
      asked: { number: 12, comment: { id: 77, kind: 'review' } },
    });
  });

  test.each([
    ['edited', { ...onIssue, action: 'edited' }],
    ['by a bot', { ...onIssue, comment: { ...comment, user: { login: 'github-actions[bot]', type: 'Bot' } } }],
    ['by a ghost', { ...onIssue, comment: { ...comment, user: null } }],
    ['on an issue', { ...onIssue, issue: { number: 12 } }],
    ['without a command', { ...onIssue, comment: { ...comment, body: 'Looks good' } }],
    ['without words', { ...onIssue, comment: { ...comment, body: null } }],
    [
      'that begins as ours do',
      { ...onIssue, comment: { ...comment, body: '<!-- pushback:1 x -->\n/pushback review' } },
    ],
  ])('%s: none', (_what, event) => {
    expect(commandAsked('issue_comment', event).outcome).toBe('ignored');
  });

  test('a payload of another shape is named', () => {
    expect(commandAsked('issue_comment', { action: 'created' })).toMatchObject({
      outcome: 'unsupported',
      why: expect.stringContaining('comment'),
    });
  });
});

describe('queuedMerge', () => {
  const group = { head_sha: sha('5'), head_ref: `refs/heads/gh-readonly-queue/main/pr-12-${sha('a')}` };
  test.each([
    ['an entry', { action: 'checks_requested', merge_group: group, repository }, 'queued'],
    ['one that left the queue', { action: 'destroyed', merge_group: group, repository }, 'ignored'],
    ['a branch of another name', { merge_group: { ...group, head_ref: 'refs/heads/main' }, repository }, 'unsupported'],
    ['another event', { repository }, 'unsupported'],
  ])('%s', (_what, event, outcome) => {
    expect(queuedMerge(event).outcome).toBe(outcome);
  });
  test('names the pull request and the commit', () => {
    expect(queuedMerge({ merge_group: group, repository })).toMatchObject({
      merge: { repository: 'acme/shop', number: 12, headSha: sha('5') },
    });
  });
});
