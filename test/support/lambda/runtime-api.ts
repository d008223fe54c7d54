import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Lambda's bound on what a function answers, and on what it is sent. */
export const PAYLOAD_BYTES = 6 * 1024 * 1024;

/** What became of an invocation, as the service that asked for it sees it. */
export type Invoked =
  | { outcome: 'answered'; answer: unknown; ms: number }
  | { outcome: 'failed'; errorType: string; errorMessage: string };

type Waiting = { id: string; event: string; deadline: number; settle: (invoked: Invoked) => void; startedAt: number };

/** The Runtime API that Lambda gives each of its sandboxes (2018-06-01): one function polls it, one event at a time. */
export async function startRuntimeApi() {
  let count = 0;
  let current: Waiting | null = null;
  let polling: ServerResponse | null = null;
  const started = Promise.withResolvers<void>();

  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace('/2018-06-01/runtime/', '');
    if (path === 'invocation/next') {
      started.resolve();
      polling = response;
      response.on('close', () => (polling = polling === response ? null : polling));
      return pass();
    }
    const body = await readText(request);
    if (path === 'init/error') started.reject(new Error(body));
    const [, id, what] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (current !== null && id === current.id) {
      const { settle, startedAt } = current;
      current = null;
      if (what === 'response' && Buffer.byteLength(body) > PAYLOAD_BYTES) {
        settle({ outcome: 'failed', errorType: 'Function.ResponseSizeTooLarge', errorMessage: 'over 6 MB' });
        response.writeHead(413).end();
        return;
      }
      settle(what === 'response' ? answered(body, startedAt) : failed(body));
    }
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
  }

  function pass(): void {
    if (current === null || polling === null) return;
    current.startedAt = performance.now();
    polling.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': current.id,
      'lambda-runtime-deadline-ms': String(current.deadline),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-west-1:123456789012:function:pushback',
      'lambda-runtime-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0',
    });
    polling.end(current.event);
    polling = null;
  }

  return {
    /** Host and port, as the runtime client wants it. */
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** When the function first asks for work; rejected where it says that it can not start. */
    started: started.promise,
    /** One event at a time, as in Lambda. */
    invoke(event: unknown, timeoutMs: number): Promise<Invoked> {
      if (current !== null) throw new Error('a sandbox has one event at a time');
      const { promise, resolve } = Promise.withResolvers<Invoked>();
      const id = `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`;
      const text = JSON.stringify(event);
      if (Buffer.byteLength(text) > PAYLOAD_BYTES) throw new Error('Lambda takes no event of over 6 MB');
      current = { id, event: text, deadline: Date.now() + timeoutMs, settle: resolve, startedAt: performance.now() };
      pass();
      return promise;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
export type RuntimeApi = Awaited<ReturnType<typeof startRuntimeApi>>;

const answered = (body: string, startedAt: number): Invoked => ({
  outcome: 'answered',
  answer: JSON.parse(body) as unknown,
  ms: performance.now() - startedAt,
});

function failed(body: string): Invoked {
  const { errorType, errorMessage } = JSON.parse(body) as { errorType: string; errorMessage: string };
  return { outcome: 'failed', errorType, errorMessage };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
