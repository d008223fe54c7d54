import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** All that the application reads. */
const HEADERS = ['authorization', 'content-type', 'content-encoding', 'accept-encoding'];

/** The request that an HTTP API of API Gateway passed on (payload format 2.0). */
export function requestOf(event: APIGatewayProxyEventV2): Request {
  const { domainName, http } = event.requestContext;
  const headers = new Headers();
  for (const name of HEADERS) {
    const value = event.headers[name];
    // What no header can hold was no header that we know.
    if (value !== undefined && /^[\t\x20-\x7e]*$/.test(value)) headers.set(name, value);
  }
  // Without its slash it would be read as part of the host.
  const path = event.rawPath.startsWith('/') ? event.rawPath : `/${event.rawPath}`;
  const query = event.rawQueryString === '' ? '' : `?${event.rawQueryString}`;
  const hasBody = event.body !== undefined && http.method !== 'GET' && http.method !== 'HEAD';
  return new Request(`https://${domainName}${path}${query}`, {
    method: http.method,
    headers,
    body: hasBody ? Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8') : null,
  });
}

/** What API Gateway sends on. Packed bodies go as base64, for only text passes as it is. */
export async function resultOf(response: Response): Promise<APIGatewayProxyStructuredResultV2> {
  const isBase64Encoded = response.headers.has('content-encoding');
  const body = Buffer.from(await response.arrayBuffer()).toString(isBase64Encoded ? 'base64' : 'utf8');
  return { statusCode: response.status, headers: Object.fromEntries(response.headers), body, isBase64Encoded };
}
