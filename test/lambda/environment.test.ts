import { expect, test } from '@jest/globals';
import { BadEnvironment, readEnvironment } from '../../lambda/environment.ts';
import { DEFAULT_RETENTION } from '../../src/core/ledger/retention.ts';

const least = {
  AWS_REGION: 'eu-central-1',
  PUSHBACK_TABLE: 'pushback',
  PUSHBACK_AUDIENCE: 'https://reviews.acme.test',
  PUSHBACK_OWNERS: '7',
};

test('the least that a deployment says', () => {
  expect(readEnvironment({ ...least, PATH: '/bin' })).toEqual({
    tableName: 'pushback',
    issuer: {
      issuer: 'https://token.actions.githubusercontent.com',
      jwksUrl: new URL('https://token.actions.githubusercontent.com/.well-known/jwks'),
      audience: 'https://reviews.acme.test',
    },
    policy: { owners: ['7'], repositoryGroups: [], pinnedWorkflows: [], refs: [], environments: [] },
    retention: DEFAULT_RETENTION,
    dynamodb: {
      endpoint: new URL('https://dynamodb.eu-central-1.amazonaws.com'),
      region: 'eu-central-1',
      credentials: null,
    },
    eventBus: null,
  });
});

const DAY = 24 * 60 * 60;

test('everything', () => {
  const group = [
    { id: 100, name: 'acme/shop' },
    { id: 200, name: 'acme/api' },
  ];
  const environment = readEnvironment({
    ...least,
    PUSHBACK_ISSUER: 'https://ghes.acme.test/_services/token',
    PUSHBACK_JWKS_URL: 'http://127.0.0.1:8080/keys',
    PUSHBACK_OWNERS: ' 7, 8 ,',
    PUSHBACK_REPOSITORY_GROUPS: JSON.stringify([group]),
    PUSHBACK_PINNED_WORKFLOWS: 'acme/w/.github/workflows/r.yml@refs/heads/main',
    PUSHBACK_REFS: 'refs/heads/main,refs/heads/release',
    PUSHBACK_ENVIRONMENTS: 'review, code review',
    PUSHBACK_DATA_DAYS: '10',
    PUSHBACK_RUN_DAYS: '20',
    PUSHBACK_PULL_REQUEST_DAYS: '',
  });
  expect(environment).toMatchObject({
    issuer: { issuer: 'https://ghes.acme.test/_services/token', jwksUrl: new URL('http://127.0.0.1:8080/keys') },
    policy: {
      owners: ['7', '8'],
      repositoryGroups: [group],
      pinnedWorkflows: ['acme/w/.github/workflows/r.yml@refs/heads/main'],
      refs: ['refs/heads/main', 'refs/heads/release'],
      environments: ['review', 'code review'],
    },
    retention: { dataSeconds: 10 * DAY, runSeconds: 20 * DAY, pullRequestSeconds: 120 * DAY },
  });
});

test.each([
  ['cn-north-1', {}, 'https://dynamodb.cn-north-1.amazonaws.com.cn/'],
  ['eusc-de-east-1', {}, 'https://dynamodb.eusc-de-east-1.amazonaws.eu/'],
  ['us-gov-west-1', {}, 'https://dynamodb.us-gov-west-1.amazonaws.com/'],
  ['local', { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:8000' }, 'http://127.0.0.1:8000/'],
])('DynamoDB of region %s', (region, more, url) => {
  const { dynamodb } = readEnvironment({ ...least, AWS_REGION: region, ...more });
  expect([dynamodb.region, dynamodb.endpoint.href]).toEqual([region, url]);
});

test("the function's own credentials", () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' };
  expect(readEnvironment({ ...least, ...keys }).dynamodb.credentials).toEqual({
    accessKeyId: 'AKIA',
    secretAccessKey: 'secret',
  });
  expect(readEnvironment({ ...least, ...keys, AWS_SESSION_TOKEN: 'session' }).dynamodb.credentials).toEqual({
    accessKeyId: 'AKIA',
    secretAccessKey: 'secret',
    sessionToken: 'session',
  });
});

test('every fault is named at once', () => {
  const read = () =>
    readEnvironment({
      PUSHBACK_AUDIENCE: '',
      PUSHBACK_ISSUER: 'http://token.test',
      PUSHBACK_JWKS_URL: 'http://keys.test',
      PUSHBACK_OWNERS: 'acme',
      PUSHBACK_REPOSITORY_GROUPS: '[[{"id": 1}',
      PUSHBACK_PINNED_WORKFLOWS: 'review.yml',
      PUSHBACK_REFS: 'main',
      PUSHBACK_EVENT_BUS: 'my bus',
      PUSHBACK_ENVIRONMENTS: 'a\u0007b',
      PUSHBACK_DATA_DAYS: 'long',
      PUSHBACK_RUN_DAYS: '120',
    });
  expect(read).toThrow(BadEnvironment);
  for (const name of [
    'TABLE',
    'AUDIENCE',
    'ISSUER',
    'JWKS_URL',
    'OWNERS.0',
    'REPOSITORY_GROUPS: is not JSON',
    'PINNED_WORKFLOWS.0',
    'REFS.0',
    'EVENT_BUS',
    'ENVIRONMENTS.0',
    'DATA_DAYS: must be whole days',
    'PULL_REQUEST_DAYS: must be more than the 120 days of runs',
  ]) {
    expect(read).toThrow(`PUSHBACK_${name}`);
  }
});

test('no owner is not everybody', () => {
  expect(() => readEnvironment({ ...least, PUSHBACK_OWNERS: ' , ' })).toThrow(/PUSHBACK_OWNERS/);
});
