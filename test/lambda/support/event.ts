import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** An event as an HTTP API sends it (payload format 2.0): lower-case headers, the authoriser's claims beside. */
export function eventOf(
  method: string,
  target: string,
  more: Partial<APIGatewayProxyEventV2> = {},
): APIGatewayProxyEventV2 {
  const [rawPath = '', rawQueryString = ''] = target.split('?');
  const http = { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.7', userAgent: 'pushback' };
  const { headers, ...rest } = more;
  return {
    version: '2.0',
    routeKey: `ANY /v1/{proxy+}`,
    rawPath,
    rawQueryString,
    headers: { host: 'api.example.test', 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https', ...headers },
    requestContext: {
      accountId: '123456789012',
      apiId: 'api1',
      domainName: 'api.example.test',
      domainPrefix: 'api',
      http,
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: `ANY /v1/{proxy+}`,
      stage: '$default',
      time: '21/Nov/2026:00:00:00 +0000',
      timeEpoch: 1_795_219_200_000,
    },
    isBase64Encoded: false,
    ...rest,
  };
}
