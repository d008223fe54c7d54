import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { PushbackStack } from '../../infra/pushback-stack.ts';
import { readSettings } from '../../infra/settings.ts';
import { readEnvironment } from '../../lambda/environment.ts';

const outdir = mkdtempSync(join(tmpdir(), 'pushback-cdk-'));
afterAll(() => rmSync(outdir, { recursive: true }));

/** The code is not looked into here: any folder stands for it. */
function templateOf(context: Record<string, unknown> = {}): Template {
  const app = new App({ analyticsReporting: false, outdir });
  const settings = readSettings((key) => context[key]);
  return Template.fromStack(
    new PushbackStack(app, 'Pushback', {
      settings,
      code: () => Code.fromAsset(join(import.meta.dirname, '../../infra')),
    }),
  );
}

const DAY = 24 * 60 * 60;
const template = templateOf();

function only(type: string): { id: string; properties: Record<string, unknown> } {
  const [found, ...others] = Object.entries(template.findResources(type));
  if (found === undefined || others.length > 0)
    throw new Error(`expected one ${type}, there are ${others.length + (found === undefined ? 0 : 1)}`);
  return { id: found[0], properties: (found[1] as { Properties: Record<string, unknown> }).Properties };
}

/** The function's own log, beside the gateway's. */
function functionLog(): string {
  const [id] = Object.entries(template.findResources('AWS::Logs::LogGroup')).find(
    ([, { Properties }]) => (Properties as Record<string, unknown>)['LogGroupName'] === undefined,
  ) ?? [''];
  return id;
}

test('the table', () => {
  template.hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      DeletionProtectionEnabled: true,
    },
  });
});

test('the function', () => {
  expect(only('AWS::Lambda::Function').properties).toMatchObject({
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    Handler: 'index.handler',
    Timeout: 29,
    LoggingConfig: { LogGroup: { Ref: functionLog() } },
    TracingConfig: { Mode: 'Active' },
    ReservedConcurrentExecutions: 50,
  });
});

describe('permissions', () => {
  test('are these, on this table and this log alone', () => {
    const { properties } = only('AWS::IAM::Policy');
    expect(properties['PolicyDocument']).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: { 'Fn::GetAtt': [functionLog(), 'Arn'] },
        },
        {
          Effect: 'Allow',
          Action: ['dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
          Resource: { 'Fn::GetAtt': [only('AWS::DynamoDB::Table').id, 'Arn'] },
        },
        { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
      ],
    });
    expect(only('AWS::IAM::Role').properties).not.toHaveProperty('ManagedPolicyArns');
  });

  test('with an event bus: to put events on that bus alone, and the function is told of it', () => {
    const eventBus = 'arn:aws:events:eu-west-1:123456789012:event-bus/reviews';
    const announcing = templateOf({ eventBus });
    announcing.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([{ Effect: 'Allow', Action: 'events:PutEvents', Resource: eventBus }]),
      },
    });
    announcing.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ PUSHBACK_EVENT_BUS: eventBus }) },
    });
    expect(JSON.stringify(template.toJSON())).not.toContain('events:PutEvents');
    expect(() => readSettings((key) => (key === 'eventBus' ? 'reviews' : undefined))).toThrow(/eventBus: the ARN/);
  });

  test('are what the ledger does with its table', async () => {
    const folder = join(import.meta.dirname, '../../src/adapters/ledger-dynamodb');
    // What lies in folders below (administration/) is done by people, with credentials of their own.
    const names = (await readdir(folder)).filter((name) => name.endsWith('.ts'));
    const sources = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    const used = new Set<string>();
    for (const source of sources) {
      for (const [, name] of source.matchAll(/new (\w+)Command\(/g))
        if (name !== 'TransactWriteItems') used.add(`${name}`);
      for (const [, name] of source.matchAll(/paginate(Query|Scan)\(/g)) used.add(`${name}`);
      for (const [, name] of source.matchAll(/\b(Put|Update|Delete): /g)) used.add(`${name}Item`);
      if (/\bConditionCheck: /.test(source)) used.add('ConditionCheckItem');
    }
    const statements = JSON.stringify(only('AWS::IAM::Policy').properties);
    const allowed = [...statements.matchAll(/dynamodb:(\w+)/g)].map(([, name]) => name);
    expect([...used].toSorted()).toEqual(allowed.map(String).toSorted());
  });

  test('only this API may call the function', () => {
    const permissions = Object.values(template.findResources('AWS::Lambda::Permission'));
    expect(permissions.length).toBeGreaterThan(0);
    for (const permission of permissions) {
      expect(permission).toMatchObject({
        Properties: { Principal: 'apigateway.amazonaws.com', SourceArn: expect.anything() },
      });
    }
  });
});

describe('the API', () => {
  test('asks for a token everywhere but at health and the document', () => {
    const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map((route) => {
      const { RouteKey, AuthorizationType } = (route as { Properties: Record<string, string> }).Properties;
      return `${RouteKey}: ${AuthorizationType}`;
    });
    expect(routes.toSorted()).toEqual([
      'GET /v1/health: NONE',
      'GET /v1/openapi.json: NONE',
      'GET /v1/{proxy+}: JWT',
      'POST /v1/{proxy+}: JWT',
    ]);
  });

  test("the tokens are GitHub's, for this very API", () => {
    const audience = { 'Fn::GetAtt': [only('AWS::ApiGatewayV2::Api').id, 'ApiEndpoint'] };
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: 'https://token.actions.githubusercontent.com', Audience: [audience] },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { PUSHBACK_AUDIENCE: audience } },
    });
  });

  test('is throttled, and speaks payload format 2.0', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingBurstLimit: 100, ThrottlingRateLimit: 50 },
    });
    template.allResourcesProperties(
      'AWS::ApiGatewayV2::Integration',
      Match.objectLike({ PayloadFormatVersion: '2.0' }),
    );
  });
});

describe('settings', () => {
  test('without owners the template asks for them', () => {
    const parameter = template.toJSON() as { Parameters: Record<string, Record<string, string>> };
    const owners = parameter.Parameters['Owners'];
    expect(owners).not.toHaveProperty('Default');
    const pattern = new RegExp(`^(?:${owners?.['AllowedPattern']})$`);
    expect(['7', '7,8', '', 'acme', '7,', '*'].map((text) => pattern.test(text))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { PUSHBACK_OWNERS: { Ref: 'Owners' } } },
    });
  });

  test('reach the function as it reads them', () => {
    const group = [
      { id: 100, name: 'acme/shop' },
      { id: 200, name: 'acme/api' },
    ];
    const pinned = 'acme/w/.github/workflows/r.yml@refs/heads/main';
    const issuer = 'https://ghes.acme.test/_services/token';
    const configured = templateOf({
      owners: '7, 8',
      audience: 'https://reviews.acme.test',
      issuer,
      repositoryGroups: JSON.stringify([group]),
      pinnedWorkflows: [pinned],
      refs: 'refs/heads/main',
      environments: 'review,code review',
      dataDays: 10,
      runDays: '20',
    });
    const [handler] = Object.values(configured.findResources('AWS::Lambda::Function')) as [
      { Properties: { Environment: { Variables: Record<string, string> } } },
    ];
    const variables = handler.Properties.Environment.Variables;
    expect(readEnvironment({ ...variables, PUSHBACK_TABLE: 'the-table', AWS_REGION: 'eu-central-1' })).toMatchObject({
      tableName: 'the-table',
      eventBus: null,
      issuer: { issuer, jwksUrl: new URL(`${issuer}/.well-known/jwks`), audience: 'https://reviews.acme.test' },
      policy: {
        owners: ['7', '8'],
        repositoryGroups: [group],
        pinnedWorkflows: [pinned],
        refs: ['refs/heads/main'],
        environments: ['review', 'code review'],
      },
      retention: { dataSeconds: 10 * DAY, runSeconds: 20 * DAY, pullRequestSeconds: 120 * DAY },
    });
    configured.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: { Issuer: issuer, Audience: ['https://reviews.acme.test'] },
    });
  });

  test('every fault is named at once', () => {
    const read = () =>
      templateOf({
        owners: 'acme',
        issuer: 'http://x.test',
        repositoryGroups: '[[',
        refs: 'main',
        pinnedWorkflows: 'x',
        audience: '',
        dataDays: 'x',
        runDays: 120,
      });
    for (const name of [
      'owners',
      'issuer',
      'repositoryGroups',
      'refs',
      'pinnedWorkflows',
      'audience',
      'dataDays',
      'pullRequestDays',
    ])
      expect(read).toThrow(new RegExp(`[ .]${name}`));
  });
});

test('groups that Lambda has no room for are refused before anything is deployed', () => {
  const groupsOf = (repositories: number) => [
    Array.from({ length: repositories }, (_, index) => ({ id: 100_000_000 + index, name: `acme/service-${index}` })),
  ];
  expect(() => templateOf({ repositoryGroups: groupsOf(80) })).not.toThrow();
  expect(() => templateOf({ repositoryGroups: groupsOf(100) })).toThrow(
    /Lambda takes 4096 bytes of settings, and these take 4[0-9]{3}, of which repositoryGroups 4[0-9]{3};/,
  );
});
