import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ItemKey } from '../../ledger/keys.ts';

export type Attributes = Record<string, AttributeValue>;

export function toAttributes(key: ItemKey, item: Record<string, unknown>): Attributes {
  return marshall({ ...item, ...key }, { removeUndefinedValues: true });
}

/** An item as it was written, with the keys it lies under beside it. */
export function fromAttributes(attributes: Attributes): { key: ItemKey; item: Record<string, unknown> } {
  const { pk, sk, ...item } = unmarshall(attributes);
  return { key: { pk: String(pk), sk: String(sk) }, item };
}

export function keyAttributes(key: ItemKey): Attributes {
  return { pk: { S: key.pk }, sk: { S: key.sk } };
}
