import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { outgoing, respond } from '../../lambda/answers.ts';
import { GZIP_FROM_BYTES } from '../../src/contract/body.ts';

/** JSON of exactly so many bytes. */
const answerOf = (bytes: number) => respond(200, 'x'.repeat(bytes - 2));

describe('what is packed', () => {
  test.each<[string | undefined, boolean]>([
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['GZIP', true],
    ['gzip;q=0.1, identity', true],
    ['gzip;q=0', false],
    ['gzip;q=0, *', false],
    ['*', true],
    ['*;q=0', false],
    ['br, deflate', false],
    ['deflate, gzip, br', true],
  ])('a long answer to accept-encoding %p: %p', async (accepted, packed) => {
    const { headers, body } = await outgoing(answerOf(GZIP_FROM_BYTES + 1), accepted);
    expect(headers).toMatchObject({ vary: 'accept-encoding', 'content-length': String(Buffer.byteLength(body)) });
    expect(headers['content-encoding']).toBe(packed ? 'gzip' : undefined);
    const text = typeof body === 'string' ? body : gunzipSync(body).toString();
    expect(text).toBe(`"${'x'.repeat(GZIP_FROM_BYTES - 1)}"`);
  });

  test('no answer that is short enough', async () => {
    const { headers, body } = await outgoing(answerOf(GZIP_FROM_BYTES), 'gzip');
    expect([headers['content-encoding'], headers['vary'], typeof body]).toEqual([undefined, undefined, 'string']);
  });

  test('the length is that of the bytes, not of the characters', async () => {
    const { headers } = await outgoing(respond(200, 'größe'), undefined);
    expect(headers['content-length']).toBe('9');
  });
});
