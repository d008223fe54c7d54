import { createMemoryLedger } from '../../../src/adapters/ledger-memory/ledger.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { EndpointPolicy } from '../../../src/core/authorise.ts';
import type { EndpointEvent } from '../../../lambda/log.ts';
import { startEndpoint, type EndpointOptions } from '../../../lambda/serve.ts';
import { AUDIENCE, startTokenIssuer, type TokenChanges } from './token-issuer.ts';

export const policy = EndpointPolicy.parse({
  owners: ['7', '9'],
  repositoryGroups: [
    [
      { id: 100, name: 'acme/shop' },
      { id: 200, name: 'acme/api' },
    ],
  ],
  pinnedWorkflows: [],
  refs: [],
  environments: [],
});

export const PUSH_TO_MAIN = { event_name: 'pull_request_target', ref: 'refs/heads/main', ref_protected: 'true' };

/** The whole endpoint on a real port, over a ledger in memory, with an issuer of its own. */
export async function startTestEndpoint(overrides: Partial<EndpointOptions> = {}) {
  const issuer = await startTokenIssuer();
  const events: EndpointEvent[] = [];
  const endpoint = await startEndpoint({
    port: 0,
    ledgerFor: createMemoryLedger({ clock: systemClock }),
    auth: { kind: 'tokens', issuer: { issuer: issuer.issuer, jwksUrl: issuer.jwksUrl, audience: AUDIENCE }, policy },
    clock: systemClock,
    log: (event) => void events.push(event),
    ...overrides,
  });

  return {
    url: endpoint.url,
    issuer,
    events,
    /** A call with a valid token; `token: null` sends none, and headers override. */
    async call(
      method: string,
      path: string,
      options: {
        body?: unknown;
        raw?: string | Uint8Array<ArrayBuffer>;
        token?: string | null;
        claims?: TokenChanges['claims'];
        headers?: Record<string, string>;
      } = {},
    ): Promise<{ status: number; headers: Headers; body: unknown }> {
      const token = options.token === undefined ? await issuer.token({ claims: options.claims ?? {} }) : options.token;
      const body = options.raw ?? (options.body === undefined ? null : JSON.stringify(options.body));
      const response = await fetch(`${endpoint.url}${path}`, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === null ? {} : { 'content-type': 'application/json' }),
          ...options.headers,
        },
        body,
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? null : (JSON.parse(text) as unknown),
      };
    },
    async [Symbol.asyncDispose]() {
      await endpoint.close();
      await issuer[Symbol.asyncDispose]();
    },
  };
}
