import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { claimCommand, seenPullRequest, submitCommand, TOKEN } from './support/commands.ts';
import { PUSH_TO_MAIN, startTestEndpoint } from './support/endpoint.ts';

let endpoint: Awaited<ReturnType<typeof startTestEndpoint>>;
beforeAll(async () => {
  endpoint = await startTestEndpoint();
});
afterAll(() => endpoint[Symbol.asyncDispose]());

const other = { repository: 'acme/other', repositoryId: 300 };
const runOfOther = `run_300_12_${'a'.repeat(40)}`;
const runOf13 = `run_100_13_${'a'.repeat(40)}`;

async function ruleOf(
  claims: Record<string, unknown>,
  method: string,
  path: string,
  body?: unknown,
): Promise<string | number> {
  const answer = await endpoint.call(method, path, { claims, body });
  if (answer.status !== 403) return answer.status;
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const { rule, type } = answer.body as { rule: string; type: string };
  expect(type).toBe('urn:pushback:problem:forbidden');
  return rule;
}

describe('what the app refuses, rule by rule', () => {
  test.each<[string, Record<string, unknown>, unknown, string | number]>([
    ['an owner that is not served', { repository_owner_id: '8' }, claimCommand(), 'owner'],
    ['an event that may not call', { ...PUSH_TO_MAIN, event_name: 'push' }, claimCommand(), 'event'],
    ['a ref that is neither protected nor listed', { ...PUSH_TO_MAIN, ref_protected: 'false' }, claimCommand(), 'ref'],
    ['a merge group that claims', { event_name: 'merge_group' }, claimCommand(), 'read-only'],
    ["another repository's session", PUSH_TO_MAIN, claimCommand({ session: 'acme/other#12' }), 'session'],
    ['another repository', PUSH_TO_MAIN, claimCommand({ pullRequests: [seenPullRequest(other)] }), 'repository'],
    [
      'its id under another name',
      PUSH_TO_MAIN,
      claimCommand({ pullRequests: [seenPullRequest({ repository: 'acme/x' })] }),
      'repository',
    ],
    ['another pull request', {}, claimCommand({ pullRequests: [seenPullRequest({ number: 13 })] }), 'pull-request'],
    ['nothing, where all is right', {}, claimCommand({ session: 'rules' }), 201],
  ])('%s', async (_name, claims, body, expected) => {
    expect(await ruleOf(claims, 'POST', '/v1/claims', body)).toBe(expected);
  });

  const run = (runId: string) => ({ session: 's', runs: [{ runId, token: TOKEN }] });
  test.each<[string, string, unknown, string]>([
    ['/v1/heartbeats', 'repository', run(runOfOther), 'POST'],
    ['/v1/heartbeats', 'pull-request', run(runOf13), 'POST'],
    ['/v1/results', 'pull-request', submitCommand(runOf13), 'POST'],
    [
      '/v1/deliveries',
      'pull-request',
      { session: 's', runs: [{ runId: runOf13, token: TOKEN, commentId: 1, reviewId: null, checkId: null }] },
      'POST',
    ],
    [
      '/v1/releases',
      'pull-request',
      { session: 's', runs: [{ runId: runOf13, token: TOKEN, status: 'failed', why: '' }] },
      'POST',
    ],
    [
      '/v1/dismissals',
      'pull-request',
      {
        action: 'pause',
        session: 's',
        pullRequest: { repository: 'acme/shop', repositoryId: 100, number: 13 },
        paused: true,
        by: 'me',
      },
      'POST',
    ],
    ['/v1/runs?session=s&repositoryId=100&number=13', 'pull-request', undefined, 'GET'],
    ['/v1/runs?session=s&repositoryId=300&number=12', 'repository', undefined, 'GET'],
    ['/v1/previous?session=s&repositoryId=300&number=12', 'repository', undefined, 'GET'],
    ['/v1/previous?session=acme/other%231&repositoryId=100&number=12', 'session', undefined, 'GET'],
    ['/v1/reviews?session=acme/other%231', 'session', undefined, 'GET'],
  ])('%s refuses by %s', async (path, rule, body, method) => {
    expect(await ruleOf({}, method, path, body)).toBe(rule);
  });

  test('who is refused whatever it calls is refused before its body is read', async () => {
    const answer = await endpoint.call('POST', '/v1/claims', { claims: { repository_owner_id: '8' }, raw: '{' });
    expect(answer.status).toBe(403);
  });
});

describe('what is kept apart', () => {
  test("owners never see each other's sessions, whatever the body says", async () => {
    const session = 'stack';
    expect(await ruleOf({}, 'POST', '/v1/claims', claimCommand({ session }))).toBe(201);
    const stranger = { repository: 'evil/shop', repository_owner_id: '9' };
    const seen = await endpoint.call('GET', `/v1/reviews?session=${session}`, { claims: stranger });
    expect(seen.body).toEqual({ session, reviews: [] });
    const own = await endpoint.call('GET', `/v1/reviews?session=${session}`);
    expect(own.body).toMatchObject({ session, reviews: [{ pullRequest: { number: 12 }, state: 'running' }] });
  });

  test('a list shows only the repositories that the caller reaches', async () => {
    const session = 'mixed';
    const api = { repository: 'acme/api', repositoryId: 200, number: 3 };
    const both = claimCommand({ session, pullRequests: [seenPullRequest(), seenPullRequest(api)] });
    expect(await ruleOf(PUSH_TO_MAIN, 'POST', '/v1/claims', both)).toBe(201);
    const list = async (claims: Record<string, unknown>) => {
      const { body } = await endpoint.call('GET', `/v1/reviews?session=${session}`, { claims });
      return (body as { reviews: { pullRequest: { repositoryId: number } }[] }).reviews.map(
        (view) => view.pullRequest.repositoryId,
      );
    };
    expect(new Set(await list(PUSH_TO_MAIN))).toEqual(new Set([100, 200]));
    expect(await list({})).toEqual([100]);
    expect(await list({ ...PUSH_TO_MAIN, repository: 'acme/other', repository_id: '300' })).toEqual([]);
  });

  test('a higher attempt of the same workflow run takes over at once; another run waits', async () => {
    const session = 'attempts';
    const claim = async (claims: Record<string, unknown>, letter: string) => {
      const holder = { tokenHash: letter.repeat(64), url: '' };
      const { body } = await endpoint.call('POST', '/v1/claims', { claims, body: claimCommand({ session, holder }) });
      return (body as { answers: { answer: string }[] }).answers.map((answered) => answered.answer);
    };
    expect(await claim({}, 'a')).toEqual(['review']);
    expect(await claim({ run_id: '6000' }, 'b')).toEqual(['wait']);
    expect(await claim({ run_attempt: '2' }, 'c')).toEqual(['review']);
  });
});
