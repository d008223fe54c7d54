import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { routes, type Route } from '../src/contract/routes.ts';
import type { DeploymentSettings } from './settings.ts';

/** Who called what and how it ended; no header, no query string, no body. */
const ACCESS_LOG = {
  time: '$context.requestTimeEpoch',
  requestId: '$context.requestId',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  milliseconds: '$context.responseLatency',
  bytes: '$context.responseLength',
  sourceIp: '$context.identity.sourceIp',
  authorizerError: '$context.authorizer.error',
  integrationError: '$context.integrationErrorMessage',
};

export function httpApi(scope: Construct, settings: DeploymentSettings): HttpApi {
  const api = new HttpApi(scope, 'Api', { apiName: 'pushback', createDefaultStage: false });
  const accessLog = new LogGroup(scope, 'AccessLog', {
    // API Gateway's own permission to write is kept short by this prefix.
    logGroupName: `/aws/vendedlogs/pushback/${Stack.of(scope).stackName}`,
    retention: settings.logDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  new HttpStage(scope, 'Stage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: settings.requestsPerSecond, burstLimit: settings.requestsPerSecond * 2 },
    accessLogSettings: {
      destination: new LogGroupLogDestination(accessLog),
      format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
    },
  });
  return api;
}

/** The calls: GitHub's tokens alone get through, but for the two that say nothing about anybody. */
export function addRoutes(api: HttpApi, handler: IFunction, issuer: string, audience: string): void {
  const integration = new HttpLambdaIntegration('Handler', handler);
  const authorizer = new HttpJwtAuthorizer('GitHub', issuer, { jwtAudience: [audience] });
  api.addRoutes({ path: '/v1/{proxy+}', methods: [HttpMethod.GET, HttpMethod.POST], integration, authorizer });
  for (const { path, access } of Object.values<Route>(routes)) {
    if (access !== 'public') continue;
    for (const route of api.addRoutes({ path, methods: [HttpMethod.GET], integration })) {
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: `${path} is the same for everybody: the contract's version, or its description.`,
      });
    }
  }
}
