import { createHmac } from 'node:crypto';
import type { Sign } from '../../core/render/marker.ts';

/** @param key hexadecimal, as the ledger gives it */
export function signWith(key: string): Sign {
  return (text) => createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest('base64url');
}
