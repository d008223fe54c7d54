import {
  admit,
  authorise,
  type Authorisation,
  type Call,
  type EndpointPolicy,
  type Refusal,
} from '../../src/core/authorise.ts';
import type { Caller } from '../../src/core/ledger/commands.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { createTokenVerifier, type TokenIssuer } from './verify-token.ts';

/** Tells who calls, and then what of the caller's calls are allowed. */
export type Gatekeeper = (authorization: string | undefined) => Promise<Identification>;

export type Identification =
  | { outcome: 'identified'; name: string; authorise: (call: Call) => Authorisation }
  /** Nothing that this caller could ask would be allowed. */
  | ({ outcome: 'refused'; name: string } & Refusal)
  | { outcome: 'unauthenticated'; why: string };

/** Callers are jobs of GitHub Actions that prove it by an OIDC token. */
export function createTokenGatekeeper(options: {
  issuer: TokenIssuer;
  policy: EndpointPolicy;
  clock: Pick<Clock, 'now'>;
}): Gatekeeper {
  const verify = createTokenVerifier(options.issuer, options.clock);
  return async (authorization) => {
    const token = /^Bearer +([A-Za-z0-9_.-]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) {
      return { outcome: 'unauthenticated', why: 'send an OIDC token of the job as `Authorization: Bearer <token>`' };
    }
    const verification = await verify(token);
    if (verification.outcome === 'invalid') return { outcome: 'unauthenticated', why: verification.why };
    const { claims } = verification;
    const name: string = claims.repository;
    const refusal = admit(claims, options.policy);
    if (refusal !== null) return { outcome: 'refused', name, ...refusal };
    return {
      outcome: 'identified',
      name,
      authorise: (call) => authorise(claims, call, options.policy),
    };
  };
}

/** Everybody is the same caller, without a token: for a loopback address only (`startEndpoint` sees to that). */
export function createOpenGatekeeper(caller: Caller): Gatekeeper {
  return async () => ({
    outcome: 'identified',
    name: `owner ${caller.ownerId}`,
    authorise: () => ({ outcome: 'allowed', caller, visible: null }),
  });
}
