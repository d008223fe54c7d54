import { describe, expect, test } from '@jest/globals';
import { forkRefusal, safeSetUp, type ForkCase } from '../../src/core/fork-rule.ts';

const aCase: ForkCase = { eventName: 'pull_request_target', fromFork: true, reviewer: 'agent', allowed: false };
const PRIVILEGED = [
  'pull_request_target',
  'workflow_run',
  'issue_comment',
  'workflow_dispatch',
  'schedule',
  'repository_dispatch',
];

describe('who may be given the code of a fork', () => {
  test.each(
    PRIVILEGED.flatMap((eventName) =>
      (['agent', 'command'] as const).map((reviewer) => [reviewer, eventName] as const),
    ),
  )('no %s on %s, unless it is allowed', (reviewer, eventName) => {
    const refused = forkRefusal({ ...aCase, reviewer, eventName });
    expect(refused).toContain(`on ${eventName} this job holds secrets`);
    expect(refused).toContain('allow-fork-code: true');
    expect(forkRefusal({ ...aCase, reviewer, eventName, allowed: true })).toBeNull();
  });

  test.each<[string, Partial<ForkCase>]>([
    ['a model, which runs nothing', { reviewer: 'model' }],
    ['what an analyser wrote', { reviewer: 'sarif' }],
    ["the repository's own branches", { fromFork: false }],
    ['a job without secrets', { eventName: 'pull_request' }],
    ['a reply in a thread, a job without secrets', { eventName: 'pull_request_review_comment' }],
  ])('%s: no refusal', (_name, overrides) => {
    expect(forkRefusal({ ...aCase, ...overrides })).toBeNull();
  });

  test('an event that nobody has heard of counts as one with secrets', () => {
    expect(forkRefusal({ ...aCase, eventName: 'new_event' })).not.toBeNull();
  });
});

describe('what is said of a run that GitHub gives nothing', () => {
  const payload = (head: unknown, login = 'eve') => ({
    pull_request: { head: { repo: head }, base: { repo: { id: 1 } } },
    sender: { login },
  });

  test.each<[string, string, unknown, string | null]>([
    ['a fork', 'pull_request', payload({ id: 2 }), 'comes from a fork'],
    ['a fork that is gone', 'pull_request', payload(null), 'comes from a fork'],
    ["a reply in a fork's thread", 'pull_request_review_comment', payload({ id: 2 }), 'comes from a fork'],
    ['Dependabot', 'pull_request', payload({ id: 1 }, 'dependabot[bot]'), "Dependabot's"],
    ["the repository's own branch", 'pull_request', payload({ id: 1 }), null],
    ['a fork, on an event with secrets', 'pull_request_target', payload({ id: 2 }), null],
    ['no payload', 'pull_request', null, null],
    ['a payload of another shape', 'pull_request', { pull_request: 1 }, null],
  ])('%s', (_name, eventName, given, said) => {
    const advice = safeSetUp(eventName, given);
    if (said === null) expect(advice).toBeNull();
    else for (const part of [said, 'pull_request_target', 'workflow_run']) expect(advice).toContain(part);
  });
});
