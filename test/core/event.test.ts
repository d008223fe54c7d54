import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { targetsOf, type EventTargets, type NamedPullRequest } from '../../src/core/event.ts';
import { PullRequestNumber, RepositoryName } from '../../src/core/ids.ts';

const payload = (overrides: object = {}): object => ({
  action: 'synchronize',
  pull_request: { number: 12, title: 'x' },
  repository: { full_name: 'acme/shop', id: 1 },
  ...overrides,
});
const repository = RepositoryName.parse('acme/shop');
const host = { repository, serverUrl: 'https://github.example' };
const pull = (number: number, of = repository): NamedPullRequest => ({
  repository: of,
  number: PullRequestNumber.parse(number),
});
const twelve = pull(12);
const other = pull(13);

describe('targetsOf', () => {
  test.each(['opened', 'synchronize', 'reopened', 'ready_for_review'])('%s is reviewed', (action) => {
    expect(targetsOf('pull_request', payload({ action }), [], host)).toEqual({
      outcome: 'review',
      pullRequests: [twelve],
    });
  });

  test.each<[string, object, string]>([
    ['a label', payload({ action: 'labeled' }), 'ignored'],
    ['an edited title', payload({ action: 'edited', changes: { title: { from: 'y' } } }), 'ignored'],
    ['an edited base', payload({ action: 'edited', changes: { base: { ref: { from: 'x' } } } }), 'review'],
    ['no pull request', { action: 'opened' }, 'unsupported'],
    ['a number that is text', payload({ pull_request: { number: '12' } }), 'unsupported'],
  ])('%s', (_name, body, expected) => {
    expect(targetsOf('pull_request_target', body, [], host).outcome).toBe(expected);
  });

  test.each(['pull_request', 'workflow_dispatch', 'schedule', 'workflow_run', 'repository_dispatch'])(
    'what the input names outranks the event: %s',
    (eventName) => {
      expect(targetsOf(eventName, payload(), [other], host)).toEqual({ outcome: 'review', pullRequests: [other] });
    },
  );

  test.each(['schedule', 'workflow_dispatch', 'repository_dispatch'])(
    '%s that names none: whatever is open',
    (name) => {
      expect(targetsOf(name, { client_payload: {} }, [], host)).toEqual({ outcome: 'open', repository });
    },
  );

  test('an event without a pull request says what to do', () => {
    expect(targetsOf('push', {}, [], host)).toEqual({
      outcome: 'unsupported',
      why: 'the event push names no pull request: set the input pull-requests, or run on pull_request',
    });
  });

  test('no payload makes it throw', () => {
    const events = ['pull_request', 'workflow_run', 'repository_dispatch'];
    fc.assert(
      fc.property(fc.constantFrom(...events), fc.jsonValue(), (event, body) => void targetsOf(event, body, [], host)),
    );
  });
});

describe('workflow_run', () => {
  const run = (overrides: object = {}): object => ({
    repository: { full_name: 'acme/shop' },
    workflow_run: {
      head_sha: '1'.repeat(40),
      head_branch: 'discounts',
      head_repository: { id: 77, owner: { login: 'eve' } },
      pull_requests: [],
      ...overrides,
    },
  });

  test('is about the pull requests of its head', () => {
    expect(targetsOf('workflow_run', run(), [], host)).toEqual({
      outcome: 'head',
      head: {
        repository: 'acme/shop',
        headRepositoryId: 77,
        headOwner: 'eve',
        headBranch: 'discounts',
        headSha: '1'.repeat(40),
      },
    });
  });

  test.each<[string, object, string]>([
    ['a tag', run({ head_branch: null }), 'ignored'],
    ['a fork that is gone', run({ head_repository: null }), 'ignored'],
    ['no commit', run({ head_sha: 'main' }), 'unsupported'],
    ['an owner that is none', run({ head_repository: { id: 7, owner: { login: 'eve:main&x' } } }), 'unsupported'],
    ['nothing', {}, 'unsupported'],
  ])('%s', (_name, body, expected) => {
    expect(targetsOf('workflow_run', body, [], host).outcome).toBe(expected);
  });
});

describe('repository_dispatch', () => {
  const named = (given: unknown): EventTargets =>
    targetsOf('repository_dispatch', { client_payload: { 'pull-requests': given } }, [], host);
  const api = RepositoryName.parse('acme/api');

  test.each<[string, unknown, NamedPullRequest[]]>([
    ['a text as the input takes it', '12, acme/api#7', [twelve, pull(7, api)]],
    ['a number', 12, [twelve]],
    ['a list', [12, '#13', 'https://github.example/acme/api/pull/7'], [twelve, other, pull(7, api)]],
  ])('names them by %s', (_name, given, pullRequests) => {
    expect(named(given)).toEqual({ outcome: 'review', pullRequests });
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty text, as an expression without a value is', ''],
  ])('%s names none', (_name, given) => {
    expect(named(given)).toEqual({ outcome: 'open', repository });
  });

  test.each([[[]], ['  ']])('an empty list means none, and not all: %j', (given) => {
    expect(named(given)).toEqual({ outcome: 'ignored', why: 'client_payload.pull-requests is an empty list' });
  });

  const refused: [string, unknown, string][] = [
    ['an object', { number: 12 }, 'expected a text, a number or a list of them, at most 30 pull requests'],
    ['a list in a list', [[12]], 'expected a text, a number or a list of them'],
    ['two in one place of a list', ['12 13'], 'expected a text, a number or a list of them'],
    ['a fraction', 1.5, 'expected a text, a number or a list of them'],
    ['too many', Array.from({ length: 31 }, (_, at) => at + 1), 'at most 30 pull requests'],
    ['too many in a text', Array.from({ length: 31 }, (_, at) => at + 1).join(' '), 'found 31 of them'],
    ['a path', '../secrets#1', 'found "../secrets#1"; expected pull requests as 12'],
    ['another host', 'https://evil.example/acme/shop/pull/1', 'expected pull requests as 12'],
  ];

  test('what no list of pull requests can hold is refused, with what it may hold', () => {
    for (const [name, given, why] of refused) {
      expect([name, named(given)]).toEqual([name, { outcome: 'unsupported', why: expect.stringContaining(why) }]);
    }
  });
});
