import type * as http from 'node:http';
import { createRequire } from 'node:module';
import { CallFailed, refused, unreachable } from './failure.ts';
import { createSigner } from './signer.ts';

export type SignedAccess = {
  endpoint: URL;
  region: string;
  /** As Lambda gives them to a function for the whole of its life; null where there are none. */
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | null;
  connectionTimeoutMs: number;
  requestTimeoutMs: number;
};

export type Answer = { body: unknown; date: string | undefined };

/** One signed request over connections that are kept; resolves to a 200, and throws `CallFailed` for all else. */
export type Exchange = (operation: string, body: string) => Promise<Answer>;

/** An import of these would load all that they could ever export, Node's whole `fetch` among it: half of the function's start. */
const require = createRequire(import.meta.url);

export function createExchange(access: SignedAccess): Exchange {
  const { endpoint, region, credentials } = access;
  const protocol = (endpoint.protocol === 'http:' ? require('node:http') : require('node:https')) as typeof http;
  const { hostname: host, port, host: named } = endpoint;
  const target = { host, port, path: '/', method: 'POST', agent: new protocol.Agent({ keepAlive: true }) };
  const sign = credentials === null ? null : createSigner('dynamodb', region, credentials);
  return async (operation, body) => {
    if (sign === null) {
      throw new CallFailed('CredentialsProviderError', 'the environment holds no credentials', { passing: false });
    }
    const { headers = {} } = sign({
      method: 'POST',
      path: '/',
      host: named,
      headers: { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': `DynamoDB_20120810.${operation}` },
      body,
    });
    const request = protocol.request({ ...target, headers });
    const { status, text, date } = await answered(request, body, access);
    if (status !== 200) throw refused(status, text);
    return { body: JSON.parse(text) as unknown, date };
  };
}

type Received = { status: number; text: string; date: string | undefined };

function answered(request: http.ClientRequest, body: string, access: SignedAccess): Promise<Received> {
  const { promise, resolve, reject } = Promise.withResolvers<Received>();
  const giveUp = (what: string, afterMs: number) =>
    setTimeout(() => {
      const error = new Error(`${what} within ${afterMs} ms`);
      request.destroy(Object.assign(error, { code: 'TimeoutError' }));
    }, afterMs);
  let timer = giveUp('no connection', access.connectionTimeoutMs);
  const connected = () => {
    clearTimeout(timer);
    timer = giveUp('no answer', access.requestTimeoutMs);
  };
  const failed = (error: Error) => {
    clearTimeout(timer);
    reject(unreachable(error));
  };
  request.on('error', failed);
  request.on('socket', (socket) => {
    if (socket.connecting) socket.once('connect', connected);
    else connected();
  });
  request.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', failed);
    response.on('end', () => {
      clearTimeout(timer);
      const text = Buffer.concat(chunks).toString('utf8');
      resolve({ status: response.statusCode ?? 0, text, date: response.headers.date });
    });
  });
  request.end(body);
  return promise;
}
