import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { GitHubClaims } from '../../src/core/authorise.ts';
import type { Clock } from '../../src/ports/clock.ts';

export type TokenIssuer = {
  /** Exact value of `iss`. */
  issuer: string;
  /** Where the issuer publishes its keys. */
  jwksUrl: URL;
  /** Exact value of `aud`. */
  audience: string;
};

export type Verification =
  | { outcome: 'verified'; claims: GitHubClaims }
  /** `why` never holds the token nor a claim's value. */
  | { outcome: 'invalid'; why: string };

/** The issuer's keys can't be had: nothing is known of the token. */
export class IssuerUnavailable extends Error {
  override readonly name = 'IssuerUnavailable';
}

const SKEW_SECONDS = 5;
const KEYS_TIMEOUT_MS = 5_000;
/** Keys are read again after this, and at most once in `KEYS_COOLDOWN_MS` for a key that is not among them. */
const KEYS_MAX_AGE_MS = 600_000;
const KEYS_COOLDOWN_MS = 30_000;

/** Checks signature (RS256 only), issuer, exact audience and expiry, and that the claims are a GitHub Actions job's. */
export function createTokenVerifier(
  { issuer, jwksUrl, audience }: TokenIssuer,
  clock: Pick<Clock, 'now'>,
): (token: string) => Promise<Verification> {
  // Made by the first call that has a token: it loads Node's HTTP client, a fifth of what the function starts with.
  let keys: ReturnType<typeof createRemoteJWKSet> | null = null;

  return async (token) => {
    let payload: JWTPayload;
    keys ??= createRemoteJWKSet(jwksUrl, {
      timeoutDuration: KEYS_TIMEOUT_MS,
      cacheMaxAge: KEYS_MAX_AGE_MS,
      cooldownDuration: KEYS_COOLDOWN_MS,
    });
    try {
      ({ payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ['RS256'],
        requiredClaims: ['exp', 'iat'],
        clockTolerance: SKEW_SECONDS,
        currentDate: new Date(clock.now() * 1000),
      }));
    } catch (error) {
      const why = whyInvalid(error, audience);
      if (why === null) throw new IssuerUnavailable(`the keys of ${issuer} can not be read`, { cause: error });
      return { outcome: 'invalid', why };
    }
    // The library takes a list that holds the audience, too.
    if (payload.aud !== audience) return { outcome: 'invalid', why: otherAudience(audience) };
    const claims = GitHubClaims.safeParse(payload);
    if (claims.success) return { outcome: 'verified', claims: claims.data };
    const fields = [...new Set(claims.error.issues.map(({ path }) => String(path[0])))];
    return { outcome: 'invalid', why: `the token is not a GitHub Actions job's: see its claims ${fields.join(', ')}` };
  };
}

const otherAudience = (audience: string): string => `the token is for another audience; ask for one for ${audience}`;

/** Null where the fault is not the token's. */
function whyInvalid(error: unknown, audience: string): string | null {
  if (error instanceof errors.JWTExpired) return 'the token has expired; ask for a fresh one per call';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === 'aud' ? otherAudience(audience) : `the token's claim ${error.claim} is not as it must be`;
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return 'no key of the issuer fits the token';
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return "the token's signature is wrong";
  if (error instanceof errors.JOSEAlgNotAllowed) return 'the token is not signed with RS256';
  const ofToken = [errors.JWTInvalid, errors.JWSInvalid, errors.JOSENotSupported];
  return ofToken.some((kind) => error instanceof kind) ? 'the token is not a signed JWT' : null;
}
