import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { HttpAnswer, HttpRequest } from './http.ts';

/** All that the application reads. */
const HEADERS: ReadonlySet<string> = new Set(['authorization', 'content-type', 'content-encoding', 'accept-encoding']);

/** The request that an HTTP API of API Gateway passed on (payload format 2.0). */
export function requestOf(event: APIGatewayProxyEventV2): HttpRequest {
  const { http, requestId } = event.requestContext;
  return {
    requestId,
    method: http.method,
    path: event.rawPath,
    query: event.rawQueryString,
    header(name) {
      const value = HEADERS.has(name) && Object.hasOwn(event.headers, name) ? event.headers[name] : undefined;
      // What no header can hold was no header that we know.
      return value !== undefined && /^[\t\x20-\x7e]*$/.test(value) ? value.trim() : undefined;
    },
    async body(maxBytes) {
      const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
      return bytes.byteLength > maxBytes ? null : bytes;
    },
  };
}

/** What API Gateway sends on. Packed bodies go as base64, for only text passes as it is. */
export function resultOf({ status, headers, body }: HttpAnswer): APIGatewayProxyStructuredResultV2 {
  const isBase64Encoded = typeof body !== 'string';
  return {
    statusCode: status,
    headers,
    body: isBase64Encoded ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded,
  };
}
