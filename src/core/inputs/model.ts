import type { Prices } from '../reviewing/prices.ts';
import { sizeOf } from './faults.ts';
import type { Reading } from './text.ts';

const VISIBLE = /^[\x21-\x7e]+$/;

export function apiKey(text: string): Reading<string> {
  const right = text.length <= 8192 && VISIBLE.test(text);
  return right ? { value: text } : [{ expected: 'a key of printable ASCII without blanks', found: sizeOf(text) }];
}

const ADDRESS = 'an https:// or http:// URL without credentials, query or fragment';

/** Where a model answers, without a slash at its end. */
export function modelAddress(text: string): Reading<string> {
  if (text.length > 2048 || !URL.canParse(text)) return [{ expected: ADDRESS, found: sizeOf(text) }];
  const { protocol, username, password, href } = new URL(text);
  const plain = username === '' && password === '' && !/[?#]/.test(text);
  const right = plain && (protocol === 'https:' || protocol === 'http:');
  return right ? { value: href.replace(/\/+$/, '') } : [{ expected: ADDRESS, found: sizeOf(text) }];
}

/** Whether what is sent there can be read on its way. */
export function isOpenOnTheWay(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && !/^(?:localhost|\[::1\]|127(?:\.[0-9]{1,3}){3})$/.test(hostname);
}

const PRICE = /^[0-9]{1,6}(?:\.[0-9]{1,6})?$/;

/** `input/output` or `input/output/cached`, in US dollars for a million tokens. */
export function tokenPrices(text: string): Reading<Prices> {
  const [input = '', output = '', cached, ...rest] = text.split('/').map((part) => part.trim());
  const all = [input, output, ...(cached === undefined ? [] : [cached])];
  if (rest.length > 0 || !all.every((price) => PRICE.test(price))) {
    return [{ expected: 'US dollars for a million tokens as input/output or input/output/cached, such as 2/10/0.2' }];
  }
  const cacheRead = cached === undefined ? {} : { cacheRead: Number(cached) };
  return { value: { input: Number(input), output: Number(output), ...cacheRead } };
}
