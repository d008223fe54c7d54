import { expect, test } from '@jest/globals';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { BadEnvironment } from '../../lambda/environment.ts';
import { composeHandler } from '../../lambda/create-handler.ts';
import { createTestTable } from '../support/dynamodb-local.ts';
import { claimCommand } from './support/commands.ts';
import { eventOf } from './support/event.ts';
import { AUDIENCE, startTokenIssuer } from './support/token-issuer.ts';

const ISSUER = 'https://issuer.test';

test('the handler, composed from its environment, answers over DynamoDB', async () => {
  await using table = await createTestTable();
  await using issuer = await startTokenIssuer();
  const lines: string[] = [];
  const handler = composeHandler(
    {
      AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
      AWS_REGION: 'local',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      PUSHBACK_TABLE: table.tableName,
      PUSHBACK_AUDIENCE: AUDIENCE,
      PUSHBACK_OWNERS: '7',
      PUSHBACK_ISSUER: ISSUER,
      PUSHBACK_JWKS_URL: issuer.jwksUrl.href,
      PUSHBACK_DATA_DAYS: '1',
      PUSHBACK_RUN_DAYS: '2',
      PUSHBACK_PULL_REQUEST_DAYS: '3',
    },
    (line) => void lines.push(line),
  );
  const headers = {
    authorization: `Bearer ${await issuer.token({ issuer: ISSUER })}`,
    'content-type': 'application/json',
  };
  const claimed = await handler(eventOf('POST', '/v1/claims', { headers, body: JSON.stringify(claimCommand()) }));
  const listed = await handler(eventOf('GET', '/v1/reviews?session=acme%2Fshop%2312', { headers }));
  expect(claimed).toMatchObject({ statusCode: 201 });
  expect(JSON.parse(listed.body ?? '')).toMatchObject({ reviews: [{ state: 'running', pullRequest: { number: 12 } }] });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { path: '/v1/claims' },
    { path: '/v1/reviews' },
  ]);
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.tableName }));
  const daysLeft = Items.map(({ sk, expiresAt }) => [
    sk?.S?.split('#')[0],
    Math.round((Number(expiresAt?.N) - Date.now() / 1000) / 86_400),
  ]);
  expect(Object.fromEntries(daysLeft)).toEqual({ PR: 3, RUN: 2, SESSION: 6 });
});

test('an environment that is not complete ends the function at its start', () => {
  expect(() => composeHandler({}, () => undefined)).toThrow(BadEnvironment);
});
