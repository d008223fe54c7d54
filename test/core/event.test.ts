import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { targetsOf, type NamedPullRequest } from '../../src/core/event.ts';
import { PullRequestNumber, RepositoryName } from '../../src/core/ids.ts';

const payload = (overrides: object = {}): object => ({
  action: 'synchronize',
  pull_request: { number: 12, title: 'x' },
  repository: { full_name: 'acme/shop', id: 1 },
  ...overrides,
});
const twelve: NamedPullRequest = { repository: RepositoryName.parse('acme/shop'), number: PullRequestNumber.parse(12) };
const other: NamedPullRequest = { ...twelve, number: PullRequestNumber.parse(13) };

describe('targetsOf', () => {
  test.each(['opened', 'synchronize', 'reopened', 'ready_for_review'])('%s is reviewed', (action) => {
    expect(targetsOf('pull_request', payload({ action }), [])).toEqual({ outcome: 'review', pullRequests: [twelve] });
  });

  test.each<[string, object, string]>([
    ['a label', payload({ action: 'labeled' }), 'ignored'],
    ['an edited title', payload({ action: 'edited', changes: { title: { from: 'y' } } }), 'ignored'],
    ['an edited base', payload({ action: 'edited', changes: { base: { ref: { from: 'x' } } } }), 'review'],
    ['no pull request', { action: 'opened' }, 'unsupported'],
    ['a number that is text', payload({ pull_request: { number: '12' } }), 'unsupported'],
  ])('%s', (_name, body, expected) => {
    expect(targetsOf('pull_request_target', body, []).outcome).toBe(expected);
  });

  test('what the input names outranks the event', () => {
    expect(targetsOf('pull_request', payload(), [other])).toEqual({ outcome: 'review', pullRequests: [other] });
    expect(targetsOf('workflow_dispatch', {}, [other])).toEqual({ outcome: 'review', pullRequests: [other] });
  });

  test('an event without a pull request says what to do', () => {
    expect(targetsOf('push', {}, [])).toEqual({
      outcome: 'unsupported',
      why: 'the event push names no pull request: set the input pull-requests, or run on pull_request',
    });
  });

  test('no payload makes it throw', () => {
    fc.assert(fc.property(fc.jsonValue(), (body) => void targetsOf('pull_request', body, [])));
  });
});
