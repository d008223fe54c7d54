import { once } from 'node:events';
import { Agent, createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Passes requests on to DynamoDB, and tells how long it was waited for since it was last asked. */
export async function startTimingProxy(target: string) {
  const agent = new Agent({ keepAlive: true });
  let spentMs = 0;
  let requests = 0;
  const server = createServer((request, response) => {
    const startedAt = performance.now();
    const onward = send(target, { method: request.method, path: request.url, headers: request.headers, agent });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on('end', () => {
        spentMs += performance.now() - startedAt;
        requests += 1;
      });
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take(): { spentMs: number; requests: number } {
      const taken = { spentMs, requests };
      spentMs = 0;
      requests = 0;
      return taken;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}
