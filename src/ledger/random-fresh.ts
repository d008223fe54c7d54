import { randomBytes } from 'node:crypto';
import { BatchId } from '../core/ids.ts';
import type { Fresh } from '../ports/fresh.ts';

export const randomFresh: Fresh = {
  batchId: () => BatchId.parse(`batch_${randomBytes(16).toString('hex')}`),
  markerKey: () => randomBytes(32).toString('hex'),
  fraction: () => randomBytes(4).readUInt32BE() / 2 ** 32,
};
