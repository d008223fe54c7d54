import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { World } from './state.ts';

/** GitHub's OIDC provider for workflow runs: its own key, discovery document and token endpoint. */

export type OidcClaims = Record<string, string>;

export type Oidc = {
  issuer: string;
  /** Lets `bearer` be exchanged for ID tokens with these claims; gives the URL that the runner hands to the job. */
  grant(bearer: string, claims: OidcClaims): string;
  /** The workflow run that this bearer was given to. */
  runOf(bearer: string): string | null;
  /** An ID token with any claims, for tests that speak to an endpoint themselves. */
  sign(claims: OidcClaims & { aud: string }, options?: { lifetimeSeconds?: number; issuer?: string }): Promise<string>;
  answer(
    pathname: string,
    query: URLSearchParams,
    bearer: string | null,
  ): Promise<{ status: number; body: unknown } | null>;
};

const BELOW = '/_services/token';
const LIFETIME_SECONDS = 300;

export async function createOidc(world: World): Promise<Oidc> {
  const issuer = world.url + BELOW;
  const kid = 'stand-in-1';
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  const granted = new Map<string, OidcClaims>();

  const sign: Oidc['sign'] = (claims, options = {}) => {
    const now = Math.floor(world.clock.now().getTime() / 1000);
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid, x5t: kid })
      .setJti(crypto.randomUUID())
      .setIssuer(options.issuer ?? issuer)
      .setIssuedAt(now)
      .setNotBefore(now - 600)
      .setExpirationTime(now + (options.lifetimeSeconds ?? LIFETIME_SECONDS))
      .sign(privateKey);
  };

  return {
    issuer,
    sign,
    runOf: (bearer) => granted.get(bearer)?.['run_id'] ?? null,
    grant: (bearer, claims) => {
      granted.set(bearer, claims);
      return `${world.url}/_services/idtoken/${claims['run_id'] ?? ''}?api-version=2.0`;
    },
    answer: async (pathname, query, bearer) => {
      if (pathname === `${BELOW}/.well-known/openid-configuration`) return { status: 200, body: discovery(issuer) };
      if (pathname === `${BELOW}/.well-known/jwks`) return { status: 200, body: { keys: [jwk] } };
      if (!pathname.startsWith('/_services/idtoken/')) return null;
      const claims = bearer === null ? undefined : granted.get(bearer);
      if (claims === undefined) return { status: 401, body: { message: 'The request token is not valid.' } };
      const fallback = `${world.url}/${claims['repository_owner'] ?? ''}`;
      const value = await sign({ ...claims, aud: query.get('audience') ?? fallback });
      return { status: 200, body: { count: value.length, value } };
    },
  };
}

function discovery(issuer: string): Record<string, unknown> {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks`,
    subject_types_supported: ['public', 'pairwise'],
    response_types_supported: ['id_token'],
    claims_supported: [
      'sub',
      'aud',
      'exp',
      'iat',
      'iss',
      'jti',
      'nbf',
      'ref',
      'sha',
      'repository',
      'repository_id',
      'run_id',
    ],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid'],
  };
}
