import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { Answer, FullAnswer, ModelRequest, Protocol, Reply, Wire } from './exchange.ts';
import { record } from './json.ts';
import { anthropic } from './protocols/anthropic.ts';
import { bedrock } from './protocols/bedrock.ts';
import { google } from './protocols/google.ts';
import { openaiChat } from './protocols/openai-chat.ts';
import { openaiResponses } from './protocols/openai-responses.ts';

/**
 * A model server on loopback that speaks five protocols over real HTTP, streamed and not. What it answers is scripted by
 * a function; everything it was asked is recorded.
 *
 * ```ts
 * await using models = await startModelServer((request) => says(`you said ${request.messages.at(-1)?.text}`));
 * models.baseUrl('openai');      // http://127.0.0.1:PORT/openai/v1   chat completions and responses
 * models.baseUrl('anthropic');   // http://127.0.0.1:PORT/anthropic/v1   (ANTHROPIC_BASE_URL wants it without `/v1`: `root`)
 * models.script = () => failures.overloaded();   // from now on
 * models.requests[0]?.system;    // what came, taken apart; `.body` as it was
 * models.strays                  // calls to paths that no protocol knows (404), such as telemetry
 * ```
 *
 * - The protocol is told by how the path ends, so any prefix works: `…/chat/completions`, `…/responses`, `…/messages`,
 *   `…/models/M:generateContent` and `:streamGenerateContent`, `…/model/M/converse` and `/converse-stream`. Asked for a
 *   list of models (`GET …/models`) or a count of tokens, it says something harmless.
 * - replies.ts builds what a script returns: `says`, `saysJson` (an answer by schema, by whichever way the client asked for
 *   one), `calls` (tools), and `failures`, every way to go wrong by name.
 * - oracle.ts is a script that reviews: `startModelServer(oracle())`.
 * - A script that throws is a 500 and lands in `faults`: check that it is empty.
 */
export type ModelServer = AsyncDisposable & {
  url: string;
  baseUrl(provider: Provider): string;
  script: Script;
  /** Every request to a model so far, in the order of arrival. */
  requests: ModelRequest[];
  /** `METHOD path` of every other call. */
  strays: string[];
  /** Answers a `POST` of this path, beside the models: a token exchange, for example. */
  grant: { path: string; body: object } | null;
  /** What scripts threw. */
  faults: unknown[];
  close(): Promise<void>;
};

export type Provider = 'openai' | 'anthropic' | 'google' | 'bedrock' | 'root';

export type Script = (request: ModelRequest) => Reply | Promise<Reply>;

const BASES: Record<Provider, string> = {
  openai: '/openai/v1',
  anthropic: '/anthropic/v1',
  google: '/google/v1beta',
  bedrock: '/bedrock',
  root: '',
};

const WIRES: Record<Protocol, Wire> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  anthropic,
  google,
  bedrock,
};

export async function startModelServer(script: Script): Promise<ModelServer> {
  const server = createServer((request, response) => {
    serve(models, request, response).catch((error: unknown) => {
      models.faults.push(error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const models: ModelServer = {
    url,
    baseUrl: (provider) => `${url}${BASES[provider]}`,
    script,
    requests: [],
    strays: [],
    grant: null,
    faults: [],
    close,
    [Symbol.asyncDispose]: close,
  };
  return models;
}

async function serve(models: ModelServer, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(incoming.url ?? '/', models.url);
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableEnded) gone.abort();
  });
  const body = await readBody(incoming);
  if (gone.signal.aborted) return;
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  for (const [protocol, wire] of Object.entries(WIRES) as [Protocol, Wire][]) {
    const read = incoming.method === 'POST' ? wire.read(pathname, searchParams, body) : null;
    if (read === null) continue;
    const request: ModelRequest = { protocol, path: pathname, headers, body, signal: gone.signal, ...read };
    models.requests.push(request);
    await answer(wire, request, await replyTo(models, request), response, models.requests.length);
    return;
  }
  beside(models, `${incoming.method ?? ''} ${pathname}`, response);
}

async function replyTo(models: ModelServer, request: ModelRequest): Promise<Reply> {
  try {
    return await models.script(request);
  } catch (error) {
    models.faults.push(error);
    return { kind: 'error', status: 500, message: `the script threw: ${String(error)}` };
  }
}

async function answer(
  wire: Wire,
  request: ModelRequest,
  reply: Reply,
  response: ServerResponse,
  serial: number,
): Promise<void> {
  switch (reply.kind) {
    case 'answer':
      return sendAnswer(wire, request, reply, response, serial);
    case 'cut':
      if (reply.after === undefined) {
        response.destroy();
        return;
      }
      return cutAfterHalf(wire, request, fullAnswer(reply.after, request, serial), response);
    case 'error': {
      const { headers, body } = wire.error(reply.status, reply.message, reply.code);
      return send(response, reply.status, { ...headers, ...reply.headers }, JSON.stringify(body));
    }
    case 'raw':
      return send(response, reply.status, reply.headers ?? {}, reply.body);
    case 'hang':
      await new Promise<void>((resolve) => {
        if (request.signal.aborted) resolve();
        else request.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      return;
    default:
      reply satisfies never;
  }
}

async function sendAnswer(
  wire: Wire,
  request: ModelRequest,
  reply: Answer,
  response: ServerResponse,
  serial: number,
): Promise<void> {
  const full = fullAnswer(reply, request, serial);
  const pause = async (): Promise<void> => {
    if (reply.pauseMs === undefined) return;
    await delay(reply.pauseMs, undefined, { signal: request.signal }).catch(() => undefined);
  };
  if (!request.stream) {
    await pause();
    if (!request.signal.aborted) send(response, 200, {}, JSON.stringify(wire.whole(request, full)));
    return;
  }
  response.writeHead(200, { 'content-type': wire.streamType, 'cache-control': 'no-cache' });
  for (const piece of wire.pieces(request, full)) {
    await pause();
    if (request.signal.aborted) return;
    if (!response.write(piece)) await drained(response);
  }
  response.end();
}

function cutAfterHalf(wire: Wire, request: ModelRequest, full: FullAnswer, response: ServerResponse): void {
  if (request.stream) {
    const pieces = wire.pieces(request, full);
    response.writeHead(200, { 'content-type': wire.streamType });
    for (const piece of pieces.slice(0, Math.ceil(pieces.length / 2))) response.write(piece);
  } else {
    const body = JSON.stringify(wire.whole(request, full));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.write(body.slice(0, body.length / 2));
  }
  // What was written must reach the client before the connection goes.
  setImmediate(() => response.destroy());
}

function fullAnswer(reply: Answer, request: ModelRequest, serial: number): FullAnswer {
  const { text = '', calls = [], usage } = reply;
  const words = (value: string): number => Math.ceil(value.length / 4);
  const prompt = request.system + request.messages.map((message) => message.text).join('');
  return {
    id: String(serial).padStart(8, '0'),
    text,
    calls: calls.map((call, index) => ({ id: `call_${serial}_${index}`, ...call })),
    usage: {
      input: words(prompt),
      output: words(text + JSON.stringify(calls)),
      cached: 0,
      cacheWrites: 0,
      reasoning: 0,
      ...usage,
    },
    finish: reply.finish ?? (calls.length > 0 ? 'calls' : 'stop'),
  };
}

/** Calls that some clients make beside those to the model. */
function beside(models: ModelServer, call: string, response: ServerResponse): void {
  if (/count_tokens$|:countTokens$/.test(call)) {
    return send(response, 200, {}, JSON.stringify({ input_tokens: 100, totalTokens: 100 }));
  }
  if (/^GET .*\/models$/.test(call)) {
    return send(response, 200, {}, JSON.stringify({ object: 'list', data: [], models: [] }));
  }
  if (models.grant !== null && call === `POST ${models.grant.path}`) {
    return send(response, 200, {}, JSON.stringify(models.grant.body));
  }
  models.strays.push(call);
  send(response, 404, {}, JSON.stringify({ error: { message: `${call}: there is no such path`, type: 'not_found' } }));
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
}

async function drained(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    response.once('drain', () => resolve());
    response.once('close', () => resolve());
  });
}

async function readBody(incoming: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const text = (incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString('utf8');
  try {
    return record(JSON.parse(text));
  } catch {
    return {};
  }
}
