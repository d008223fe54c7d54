import { readWhole } from '../src/contract/body.ts';
import type { App } from './app.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';

/** A request of the web's own kind, as the server of this process gives it. */
export function requestOf(request: Request): HttpRequest {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    path: pathname,
    query: search.slice(1),
    header: (name) => request.headers.get(name) ?? undefined,
    body: (maxBytes) => readWhole(request.body, maxBytes, 'leave'),
  };
}

export function responseOf({ status, headers, body }: HttpAnswer): Response {
  return new Response(body, { status, headers });
}

/** The endpoint for servers that speak in requests and responses of the web. */
export function webOf(app: App): (request: Request) => Promise<Response> {
  return async (request) => responseOf(await app(requestOf(request)));
}
