import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { admit, authorise, EndpointPolicy, GitHubClaims, type Call } from '../../src/core/authorise.ts';
import { PullRequestNumber, RepositoryId, RepositoryName, SessionName } from '../../src/core/ids.ts';

const PINNED = 'acme/workflows/.github/workflows/review.yml@refs/heads/main';

function claims(overrides: Record<string, unknown> = {}): GitHubClaims {
  return GitHubClaims.parse({
    repository: 'acme/shop',
    repository_id: '100',
    repository_owner_id: '7',
    event_name: 'pull_request',
    ref: 'refs/pull/12/merge',
    ref_protected: 'false',
    run_id: '5000',
    run_attempt: '2',
    job_workflow_ref: 'acme/shop/.github/workflows/review.yml@refs/pull/12/merge',
    ...overrides,
  });
}

function policy(overrides: Record<string, unknown> = {}): EndpointPolicy {
  return EndpointPolicy.parse({
    owners: ['7'],
    repositoryGroups: [
      [
        { id: 100, name: 'acme/shop' },
        { id: 200, name: 'acme/api' },
      ],
    ],
    pinnedWorkflows: [PINNED],
    refs: ['refs/heads/reviews'],
    environments: [],
    ...overrides,
  });
}

function pull(repositoryId: number, number: number, repository: string | null = null) {
  return {
    repositoryId: RepositoryId.parse(repositoryId),
    number: PullRequestNumber.parse(number),
    repository: repository === null ? null : RepositoryName.parse(repository),
  };
}

function call(overrides: Partial<Omit<Call, 'session'>> & { session?: string } = {}): Call {
  const { session = 'acme/shop#12', ...rest } = overrides;
  return { access: 'write', pullRequests: [pull(100, 12, 'acme/shop')], ...rest, session: SessionName.parse(session) };
}

const target = { event_name: 'pull_request_target', ref: 'refs/heads/main', ref_protected: 'true' };

function answer(claimed: Record<string, unknown>, asked: Parameters<typeof call>[0] = {}, allowed = policy()): string {
  const authorisation = authorise(claims(claimed), call(asked), allowed);
  return authorisation.outcome === 'allowed' ? authorisation.caller.trust : authorisation.rule;
}

describe('the rules on the caller', () => {
  test.each([
    ['a pull request of an owner that is served', {}, 'contributor'],
    ['another owner', { repository_owner_id: '8' }, 'owner'],
    ['pull_request_target on a protected ref', target, 'protected'],
    ...['issue_comment', 'workflow_run', 'workflow_dispatch', 'schedule', 'repository_dispatch'].map(
      (event_name) => [`${event_name} on a protected ref`, { ...target, event_name }, 'protected'] as const,
    ),
    [
      'a privileged event on a listed ref',
      { ...target, ref: 'refs/heads/reviews', ref_protected: 'false' },
      'protected',
    ],
    ['a privileged event on any other ref', { ...target, ref_protected: 'false' }, 'ref'],
    ['a privileged event whose token does not speak of protection', { ...target, ref_protected: undefined }, 'ref'],
    [
      'a ref that only begins like a listed one',
      { ...target, ref: 'refs/heads/reviews2', ref_protected: 'false' },
      'ref',
    ],
    [
      "a reply in a thread, whose workflow is the pull request's own",
      { event_name: 'pull_request_review_comment' },
      'contributor',
    ],
    ...['push', 'pull_request_review', 'release', 'PULL_REQUEST', 'constructor'].map(
      (event_name) => [`the event ${event_name}`, { ...target, event_name }, 'event'] as const,
    ),
    ['a pinned workflow', { ...target, job_workflow_ref: PINNED }, 'pinned'],
    ['a pinned workflow on pull_request', { job_workflow_ref: PINNED }, 'pinned'],
    ['a pinned workflow at another ref', { ...target, job_workflow_ref: `${PINNED}2` }, 'protected'],
    ['no workflow named', { ...target, job_workflow_ref: undefined }, 'protected'],
    ['a pinned workflow of another owner', { repository_owner_id: '8', job_workflow_ref: PINNED }, 'owner'],
  ])('%s', (_name, claimed, expected) => {
    expect(answer(claimed)).toBe(expected);
  });

  test('what refuses a caller is known before its call is', () => {
    expect(admit(claims({ repository_owner_id: '8' }), policy())).toEqual({
      rule: 'owner',
      why: 'repository_owner_id 8 is not an owner that this deployment serves',
    });
    expect(admit(claims(), policy())).toBeNull();
  });
});

describe('the rules on the call', () => {
  test.each([
    ['its own pull request', {}, {}, 'contributor'],
    [
      'a reply in a thread of another pull request',
      { event_name: 'pull_request_review_comment' },
      { pullRequests: [pull(100, 13)] },
      'pull-request',
    ],
    ['another pull request of its repository', {}, { pullRequests: [pull(100, 13)] }, 'pull-request'],
    ['one of several is another', {}, { pullRequests: [pull(100, 12), pull(100, 13)] }, 'pull-request'],
    ['reads another pull request', {}, { access: 'read', pullRequests: [pull(100, 13)] }, 'pull-request'],
    ['the same number in a repository of its group', {}, { pullRequests: [pull(200, 12)] }, 'pull-request'],
    ['a ref that is no pull request', { ref: 'refs/heads/main' }, {}, 'pull-request'],
    ['the head ref of the pull request', { ref: 'refs/pull/12/head' }, {}, 'pull-request'],
    ['a ref with more digits', { ref: 'refs/pull/112/merge' }, {}, 'pull-request'],
    ['a session that is a name', {}, { session: 'stack-1' }, 'contributor'],
    ["another repository's pull request as session", target, { session: 'acme/other#12' }, 'session'],
    ["another repository's pull request as session, in other case", target, { session: 'ACME/Other#12' }, 'session'],
    [
      "another repository's pull request as session of a read",
      {},
      { session: 'acme/other#1', access: 'read', pullRequests: [] },
      'session',
    ],
    ['its own name in other case', target, { session: 'Acme/Shop#12' }, 'protected'],
    [
      "a group's other repository as session",
      target,
      { session: 'acme/api#3', pullRequests: [pull(200, 3, 'acme/api')] },
      'protected',
    ],
    ['a repository of its group', target, { pullRequests: [pull(100, 12), pull(200, 3, 'acme/API')] }, 'protected'],
    [
      'a repository of its group under another name',
      target,
      { pullRequests: [pull(200, 3, 'acme/other')] },
      'repository',
    ],
    ['its own id under another name', target, { pullRequests: [pull(100, 12, 'acme/api')] }, 'repository'],
    ['a repository of no group with it', target, { pullRequests: [pull(300, 12)] }, 'repository'],
    [
      'a merge group that reads',
      { event_name: 'merge_group', ref: 'refs/heads/gh-readonly-queue/main/pr-12-abc' },
      { access: 'read' },
      'contributor',
    ],
    ['a merge group that writes', { event_name: 'merge_group' }, {}, 'read-only'],
  ] as const)('%s', (_name, claimed, asked, expected) => {
    expect(answer(claimed, asked)).toBe(expected);
  });

  test('a repository outside the groups reaches only itself', () => {
    const alone = { repository_id: '300', repository: 'acme/other', ...target };
    expect(answer(alone, { session: 's', pullRequests: [pull(300, 1)] })).toBe('protected');
    expect(answer(alone, { session: 's', pullRequests: [pull(200, 1)] })).toBe('repository');
  });

  test('a refusal says what was seen', () => {
    expect(authorise(claims(), call({ pullRequests: [pull(100, 13)] }), policy())).toEqual({
      outcome: 'refused',
      rule: 'pull-request',
      why: 'a run of pull_request on refs/pull/12/merge may not act on pull request 13 of repository 100',
    });
  });
});

describe('what is allowed', () => {
  test('owner and workflow run come from the token', () => {
    expect(authorise(claims(target), call(), policy())).toEqual({
      outcome: 'allowed',
      caller: { ownerId: '7', workflowRun: { id: '5000', attempt: 2 }, trust: 'protected' },
      visible: new Set([100, 200]),
    });
  });

  test('a pull request sees its own repository alone', () => {
    expect(authorise(claims(), call(), policy())).toMatchObject({ visible: new Set([100]) });
  });

  test('no claims but those of an allowed owner are ever allowed', () => {
    const event = fc.constantFrom('pull_request', 'merge_group', 'push', 'schedule', 'workflow_dispatch');
    fc.assert(
      fc.property(event, fc.boolean(), fc.constantFrom('7', '8', '70'), (event_name, guarded, owner) => {
        const claimed = claims({ event_name, ref_protected: String(guarded), repository_owner_id: owner });
        const authorisation = authorise(claimed, call({ access: 'read' }), policy());
        if (authorisation.outcome === 'allowed') expect(authorisation.caller.ownerId).toBe('7');
        else expect(authorisation.rule === 'owner').toBe(owner !== '7');
      }),
    );
  });
});

describe('claims', () => {
  test.each([
    ['repository_id', '1e3'],
    ['repository_id', 100],
    ['repository_id', '0'],
    ['repository_owner_id', ''],
    ['repository', 'acme/../x'],
    ['run_attempt', '-1'],
    ['ref_protected', 'yes'],
  ])('%s as %j is no claim of GitHub', (name, value) => {
    expect(() => claims({ [name]: value })).toThrow();
  });
});
