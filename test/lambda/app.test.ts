import { describe, expect, test } from '@jest/globals';
import { createApp } from '../../lambda/app.ts';
import { createOpenGatekeeper } from '../../lambda/auth/gatekeeper.ts';
import { createJsonLog } from '../../lambda/log.ts';
import { requestOf, responseOf } from '../../lambda/web.ts';
import { createMemoryLedger } from '../../src/adapters/ledger-memory/ledger.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';
import type { Caller } from '../../src/core/ledger/commands.ts';
import { LedgerForbidden, LedgerUnavailable, type Ledger } from '../../src/ports/ledger.ts';
import { claimCommand } from './support/commands.ts';

const caller: Caller = { ownerId: '7', workflowRun: null, trust: 'protected' };

function appOver(ledger: Partial<Ledger> = {}) {
  const lines: string[] = [];
  const memory = createMemoryLedger({ clock: systemClock });
  const app = createApp({
    ledgerFor: (whoever) => ({ ...memory(whoever), ...ledger }),
    gatekeeper: createOpenGatekeeper(caller),
    log: createJsonLog((line) => void lines.push(line)),
  });
  const request = async (path: string, init: RequestInit = {}, requestId?: string): Promise<Response> => {
    const asked = requestOf(new Request(`https://endpoint.test${path}`, init));
    return responseOf(await app(requestId === undefined ? asked : { ...asked, requestId }));
  };
  return { request, lines };
}

describe('routes', () => {
  test.each([
    ['GET', '/v1/health', 200, null],
    ['HEAD', '/v1/health', 200, null],
    ['GET', '/v1/openapi.json', 200, null],
    ['POST', '/v1/health', 405, 'GET, HEAD'],
    ['GET', '/v1/claims', 405, 'POST'],
    ['DELETE', '/v1/claims', 405, 'POST'],
    ['OPTIONS', '/v1/reviews', 405, 'GET, HEAD'],
    ['GET', '/', 404, null],
    ['GET', '/v1', 404, null],
    ['POST', '/v2/claims', 404, null],
    ['POST', '/v1/claims/', 404, null],
    ['GET', '/v1/%63laims%2F..', 404, null],
  ])('%s %s: %i', async (method, path, status, allow) => {
    const response = await appOver().request(path, { method });
    expect({ status: response.status, allow: response.headers.get('allow') }).toEqual({ status, allow });
    expect(response.headers.get('content-type')).toBe(status === 200 ? 'application/json' : 'application/problem+json');
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('health says the minor version of the contract', async () => {
    const response = await appOver().request('/v1/health');
    expect(await response.json()).toEqual({ status: 'ok', contract: CONTRACT_VERSION });
  });
});

describe('faults', () => {
  const claim = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(claimCommand()),
  };

  test.each([
    [
      'can not be reached',
      new LedgerUnavailable('table secret-table at 10.0.0.1', { cause: new Error('inner-secret') }),
    ],
    ['refuses the endpoint itself', new LedgerForbidden('role secret-role')],
  ])('a ledger that %s: 503, to be asked again, without a word of why', async (_name, fault) => {
    const { request, lines } = appOver({ claim: () => Promise.reject(fault) });
    const response = await request('/v1/claims', claim, 'request-1');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
    const text = await response.text();
    expect(JSON.parse(text)).toEqual({
      type: 'urn:pushback:problem:unavailable',
      title: 'The ledger can not be reached',
      status: 503,
      errors: [],
    });
    const [thrown, answered] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(thrown).toMatchObject({
      level: 'error',
      message: 'fault',
      requestId: 'request-1',
      error: expect.anything(),
    });
    expect(thrown?.['error']).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: fault.name, message: fault.message })]),
    );
    expect(answered).toMatchObject({
      level: 'error',
      message: 'request',
      method: 'POST',
      path: '/v1/claims',
      status: 503,
      caller: 'owner 7',
    });
  });

  test('anything else: 500, which names the request and nothing of it', async () => {
    const { request, lines } = appOver({ claim: () => Promise.reject(new TypeError('x of secret is undefined')) });
    const response = await request('/v1/claims', claim, 'request-2');
    expect([response.status, await response.json()]).toEqual([
      500,
      {
        type: 'urn:pushback:problem:internal',
        title: 'The endpoint failed',
        status: 500,
        detail: 'request request-2',
        errors: [],
      },
    ]);
    expect(lines).toHaveLength(2);
  });

  test('the log has no body, no query and no header', async () => {
    const { request, lines } = appOver();
    await request('/v1/claims', {
      ...claim,
      headers: { ...claim.headers, authorization: 'Bearer secret', 'x-other': 'secret' },
    });
    await request('/v1/reviews?session=secret');
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toContain('secret');
    expect(lines.join()).not.toContain(claimCommand().holder.tokenHash);
  });
});
