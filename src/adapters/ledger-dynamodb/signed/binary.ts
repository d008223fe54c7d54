import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Attributes } from '../attributes.ts';

/** An attribute as it travels: what is binary is base64. */
export type WireValue =
  | Exclude<AttributeValue, AttributeValue.BMember | AttributeValue.MMember | AttributeValue.LMember>
  | { B: string }
  | { M: Record<string, WireValue> }
  | { L: WireValue[] };
export type WireAttributes = Record<string, WireValue>;

export function toWire(attributes: Attributes): WireAttributes {
  return mapValues(attributes, wireValue);
}

export function fromWire(attributes: WireAttributes): Attributes {
  return mapValues(attributes, attributeValue);
}

function wireValue(value: AttributeValue): WireValue {
  if (value.B !== undefined) return { B: Buffer.from(value.B).toString('base64') };
  if (value.M !== undefined) return { M: toWire(value.M) };
  if (value.L !== undefined) return { L: value.L.map(wireValue) };
  return value;
}

function attributeValue(value: WireValue): AttributeValue {
  if ('B' in value && typeof value.B === 'string') return { B: new Uint8Array(Buffer.from(value.B, 'base64')) };
  if ('M' in value && value.M !== undefined) return { M: fromWire(value.M) };
  if ('L' in value && value.L !== undefined) return { L: value.L.map(attributeValue) };
  return value;
}

function mapValues<From, To>(attributes: Record<string, From>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, map(value)]));
}
