import type { Reading } from './text.ts';

const EXPECTED = 'an https:// URL without credentials, query or fragment (http:// on loopback only)';

/** The deployed endpoint, without a slash at its end. Tokens are sent there, so only encrypted or on this machine. */
export function endpointUrl(text: string): Reading<string> {
  if (text.length > 2048 || !URL.canParse(text)) return [{ expected: EXPECTED }];
  const url = new URL(text);
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  const plain = url.username === '' && url.password === '' && !/[?#]/.test(text);
  return safe && plain ? { value: url.href.replace(/\/+$/, '') } : [{ expected: EXPECTED }];
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.[0-9]{1,3}){3}$/.test(hostname);
}
