import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { PushbackStack } from '../../infra/pushback-stack.ts';
import { readSettings } from '../../infra/settings.ts';
import { partitionOf } from '../../src/ledger/keys.ts';
import { SessionName } from '../../src/core/ids.ts';

const outdir = mkdtempSync(join(tmpdir(), 'pushback-readers-'));
afterAll(() => rmSync(outdir, { recursive: true }));

function templateOf(context: Record<string, unknown>): Template {
  const app = new App({ analyticsReporting: false, outdir });
  const code = (): Code => Code.fromAsset(join(import.meta.dirname, '../../infra'));
  return Template.fromStack(
    new PushbackStack(app, 'Pushback', { settings: readSettings((key) => ({ owners: '7', ...context })[key]), code }),
  );
}

const readers = [{ owner: 'acme', ownerId: '7' }];
const roleOf = (template: Template): { AssumeRolePolicyDocument: { Statement: unknown[] } } =>
  Object.values(template.findResources('AWS::IAM::Role'))
    .map((role) => (role as { Properties: { AssumeRolePolicyDocument: { Statement: unknown[] } } }).Properties)
    .find(({ AssumeRolePolicyDocument }) => JSON.stringify(AssumeRolePolicyDocument).includes('WebIdentity'))!;

test('a reader can be taken on by jobs of its owner alone', () => {
  const template = templateOf({ readers });
  const [provider] = Object.keys(template.findResources('AWS::IAM::OIDCProvider'));
  expect(roleOf(template).AssumeRolePolicyDocument.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: { 'Fn::GetAtt': [provider, 'Arn'] } },
      Condition: {
        StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
        StringLike: { 'token.actions.githubusercontent.com:sub': ['repo:acme/*', 'repo:acme@7/*'] },
      },
    },
  ]);
});

test('and reads nothing but the keys of that owner', () => {
  const template = templateOf({ readers });
  const [table] = Object.keys(template.findResources('AWS::DynamoDB::Table'));
  const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
    (policy) =>
      (policy as { Properties: { PolicyDocument: { Statement: unknown[] } } }).Properties.PolicyDocument.Statement,
  );
  const keys = 'OWNER#7#*';
  expect(statements).toContainEqual({
    Effect: 'Allow',
    Action: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
    Resource: { 'Fn::GetAtt': [table, 'Arn'] },
    Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [keys] } },
  });
  const matches = new RegExp(`^${keys.replace('*', '.*')}$`);
  const session = SessionName.parse('acme/shop#1');
  expect(partitionOf('7', session)).toMatch(matches);
  expect(partitionOf('71', session)).not.toMatch(matches);
});

test('an existing provider is used, and without readers there is none', () => {
  const oidcProviderArn = 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com';
  const existing = templateOf({ readers, oidcProviderArn });
  expect(existing.findResources('AWS::IAM::OIDCProvider')).toEqual({});
  expect(JSON.stringify(roleOf(existing))).toContain(oidcProviderArn);
  expect(templateOf({}).findResources('AWS::IAM::OIDCProvider')).toEqual({});
});

test('on GitHub Enterprise Server the conditions name its issuer with its path', () => {
  const template = templateOf({ readers, issuer: 'https://ghes.acme.test/_services/token' });
  expect(JSON.stringify(roleOf(template))).toContain('"ghes.acme.test/_services/token:sub":["repo:acme/*",');
});

test.each([
  [{ readers: [{ owner: 'a*', ownerId: '7' }] }, /readers\.0\.owner: an account's login/],
  [{ readers: [{ owner: 'acme', ownerId: 'acme' }] }, /readers\.0\.ownerId/],
  [{ readers: 'acme' }, /readers/],
  [{ concurrency: '0' }, /concurrency: `account` or a whole number from 1 to 1000/],
  [{ logDays: '31' }, /logDays: one of 1, 3/],
  [{ tableName: 'a b' }, /tableName: 3 to 255 letters/],
  [{ alarmTopic: 'alarms' }, /alarmTopic: the ARN of an SNS topic/],
  [{ requestsPerSecond: 'many' }, /requestsPerSecond/],
])('bad settings are named: %j', (context, message) => {
  expect(() => readSettings((key) => (context as Record<string, unknown>)[key])).toThrow(message);
});

test('alarms go to the topic, each says what to do, and calls are bounded', () => {
  const topic = 'arn:aws:sns:eu-west-1:123456789012:alarms';
  const template = templateOf({ alarmTopic: topic, concurrency: '20', requestsPerSecond: '10', logDays: '7' });
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
    (alarm) => (alarm as { Properties: { AlarmActions: unknown[]; AlarmDescription: string } }).Properties,
  );
  expect(alarms).toHaveLength(6);
  for (const alarm of alarms) {
    expect(alarm.AlarmActions).toEqual([topic]);
    expect(alarm.AlarmDescription).toMatch(/\.$/);
  }
  template.hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 20 });
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    DefaultRouteSettings: { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 },
  });
  template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
});

test('what the gateway logs holds no header, query string or body', () => {
  const [stage] = Object.values(templateOf({}).findResources('AWS::ApiGatewayV2::Stage'));
  const { Format } = (stage as { Properties: { AccessLogSettings: { Format: string } } }).Properties.AccessLogSettings;
  expect(Object.values(JSON.parse(Format) as object)).toEqual([
    '$context.requestTimeEpoch',
    '$context.requestId',
    '$context.httpMethod',
    '$context.path',
    '$context.status',
    '$context.responseLatency',
    '$context.responseLength',
    '$context.identity.sourceIp',
    '$context.authorizer.error',
    '$context.integrationErrorMessage',
  ]);
});
