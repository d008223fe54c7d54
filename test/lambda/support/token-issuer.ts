import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';

export const AUDIENCE = 'https://pushback.test';

export type TokenChanges = {
  /** Claims that differ from a job's on pull request 12 of acme/shop; undefined leaves one out. */
  claims?: Record<string, unknown>;
  issuer?: string;
  audience?: string | string[];
  /** Seconds since the epoch. */
  issuedAt?: number;
  lifetimeSeconds?: number | null;
  notBefore?: number;
  key?: CryptoKey | Uint8Array;
  header?: Record<string, unknown> & { alg?: string };
};

/** An OIDC issuer such as GitHub's: keys of its own behind a JWKS address on a real port. */
export async function startTokenIssuer() {
  let keys = await generateKeyPair('RS256', { extractable: true });
  let jwk = { ...(await exportJWK(keys.publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
  let reads = 0;
  let broken = false;
  const server = createServer((_request, response) => {
    reads += 1;
    response.writeHead(broken ? 500 : 200, { 'content-type': 'application/json' });
    response.end(broken ? '' : JSON.stringify({ keys: [jwk] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    issuer,
    jwksUrl: new URL(`${issuer}/.well-known/jwks`),
    get publicJwk() {
      return jwk;
    },
    get reads() {
      return reads;
    },
    break() {
      broken = true;
    },
    mend() {
      broken = false;
    },
    /** Another key under another name takes the place of today's; what signed until now is returned. */
    async rotate(): Promise<{ key: CryptoKey; kid: string }> {
      const old = { key: keys.privateKey, kid: jwk.kid };
      keys = await generateKeyPair('RS256', { extractable: true });
      jwk = { ...(await exportJWK(keys.publicKey)), kid: `${jwk.kid}-next`, alg: 'RS256', use: 'sig' };
      return old;
    },
    async token(changes: TokenChanges = {}): Promise<string> {
      const issuedAt = changes.issuedAt ?? Math.floor(Date.now() / 1000);
      const jwt = new SignJWT({ ...jobClaims, ...changes.claims })
        .setProtectedHeader({ alg: 'RS256', kid: jwk.kid, ...changes.header })
        .setIssuer(changes.issuer ?? issuer)
        .setAudience(changes.audience ?? AUDIENCE)
        .setIssuedAt(issuedAt);
      if (changes.notBefore !== undefined) jwt.setNotBefore(changes.notBefore);
      if (changes.lifetimeSeconds !== null) jwt.setExpirationTime(issuedAt + (changes.lifetimeSeconds ?? 300));
      return jwt.sign(changes.key ?? keys.privateKey);
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const jobClaims = {
  sub: 'repo:acme/shop:pull_request',
  repository: 'acme/shop',
  repository_id: '100',
  repository_owner: 'acme',
  repository_owner_id: '7',
  event_name: 'pull_request',
  ref: 'refs/pull/12/merge',
  ref_type: 'branch',
  ref_protected: 'false',
  run_id: '5000',
  run_attempt: '1',
  job_workflow_ref: 'acme/shop/.github/workflows/review.yml@refs/pull/12/merge',
};
