import { createHash, randomBytes } from 'node:crypto';
import { HolderToken, TokenHash } from '../../core/ids.ts';

export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function newHolderToken(): HolderToken {
  return HolderToken.parse(randomBytes(32).toString('base64url'));
}

/** What the ledger may know of a token. */
export function hashOfToken(token: HolderToken): TokenHash {
  return TokenHash.parse(sha256Hex(token));
}
