import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime, Tracing, type Code } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { DeploymentSettings } from './settings.ts';

/** All that the ledger does with its table; a transaction needs what its parts need. */
const TABLE_ACTIONS = ['dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];

const MEMORY_MB = 1024;
/** API Gateway waits 30 s. */
const TIMEOUT = Duration.seconds(29);

export type HandlerProps = {
  table: Table;
  code: Code;
  settings: DeploymentSettings;
  /** What the function reads; see lambda/environment.ts. */
  environment: Record<string, string>;
};

/** The function, the log it writes, and a role that may do what it does and nothing else. */
export function handlerFunction(scope: Construct, props: HandlerProps): { handler: LambdaFunction; log: LogGroup } {
  const { table, code, settings, environment } = props;
  const log = new LogGroup(scope, 'Log', { retention: settings.logDays, removalPolicy: RemovalPolicy.DESTROY });
  // The usual managed policy would allow writing to every log of the account.
  const role = new Role(scope, 'HandlerRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  role.addToPolicy(
    new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [log.logGroupArn] }),
  );
  role.addToPolicy(new PolicyStatement({ actions: TABLE_ACTIONS, resources: [table.tableArn] }));
  if (settings.eventBus !== null) {
    role.addToPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [settings.eventBus] }));
  }
  const handler = new LambdaFunction(scope, 'Handler', {
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code,
    memorySize: MEMORY_MB,
    timeout: TIMEOUT,
    tracing: Tracing.ACTIVE,
    ...(settings.concurrency === 'account' ? {} : { reservedConcurrentExecutions: settings.concurrency }),
    role,
    logGroup: log,
    environment,
  });
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'X-Ray has no resources to name: PutTraceSegments and PutTelemetryRecords are granted on * or not at all.',
  });
  return { handler, log };
}
