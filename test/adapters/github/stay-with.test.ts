import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { createClient } from '../../../src/adapters/github/client.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { silentLog } from '../../support/silent-log.ts';

/** Where GitHub's API leads elsewhere, nobody goes along; where it leads on to itself, the very request is repeated. */

async function serve(listener: RequestListener) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`);
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const clientOf = (apiUrl: string) =>
  createClient({ token: 'a-token', apiUrl, clock: systemClock, log: silentLog, random: () => 0 });
const GET = { owner: 'acme', repo: 'shop', pull_number: 1 };

test.each([301, 302, 307, 308])('a redirect (%i) to another server is not followed', async (status) => {
  await using elsewhere = await serve((_request, response) => response.end('{}'));
  await using api = await serve((_request, response) =>
    response.writeHead(status, { location: `${elsewhere.url}/repos` }).end(),
  );
  const { host } = new URL(api.url);
  const told = `${host} redirects to another server, which is not followed`;
  await expect(clientOf(api.url).rest.pulls.get(GET)).rejects.toThrow(told);
  await expect(clientOf(api.url).graphql('{ viewer { login } }')).rejects.toThrow(told);
  expect(elsewhere.seen).toEqual([]);
  expect(api.seen).toHaveLength(2);
});

test('to a place that is none, and to another port of the same host, neither', async () => {
  await using other = await serve((_request, response) => response.end('{}'));
  const places = ['http://[', 'file:///etc/passwd', `//evil.test/x`, other.url];
  await using api = await serve((_request, response) => {
    response.writeHead(302, { location: places.shift() }).end();
  });
  for (let at = 0; at < 4; at += 1) {
    await expect(clientOf(api.url).rest.pulls.get(GET)).rejects.toThrow('which is not followed');
  }
  expect(other.seen).toEqual([]);
});

test.each([301, 307])('a repository that was renamed (%i): the same request, at its new place', async (status) => {
  await using api = await serve((request, response) => {
    if (request.url?.startsWith('/repos/') === true) {
      const location = request.url.replace('/repos/acme/shop', '/repositories/7');
      response.writeHead(status, { location }).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"number": 1}');
  });
  const client = clientOf(api.url);
  expect((await client.rest.pulls.get(GET)).data).toEqual({ number: 1 });
  await client.rest.issues.createComment({ owner: 'acme', repo: 'shop', issue_number: 1, body: 'text' });
  expect(api.seen).toEqual([
    'GET /repos/acme/shop/pulls/1 token a-token',
    'GET /repositories/7/pulls/1 token a-token',
    'POST /repos/acme/shop/issues/1/comments token a-token',
    'POST /repositories/7/issues/1/comments token a-token',
  ]);
});

test('a circle comes to an end', async () => {
  await using api = await serve((request, response) => {
    response.writeHead(301, { location: request.url ?? '/' }).end();
  });
  await expect(clientOf(api.url).rest.pulls.get(GET)).rejects.toThrow('redirects again and again');
  expect(api.seen).toHaveLength(4);
});
