import { CfnOutput, CfnParameter, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { TTL_ATTRIBUTE } from '../src/adapters/ledger-dynamodb/table.ts';
import { routes, type Route } from '../src/contract/routes.ts';
import type { DeploymentSettings } from './settings.ts';

export type PushbackStackProps = StackProps & {
  settings: DeploymentSettings;
  /** Folder with the bundled handler. */
  code: string;
};

/** All that the ledger does with its table; a transaction needs what its parts need. */
const TABLE_ACTIONS = ['dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];

const MEMORY_MB = 1024;
/** API Gateway waits 30 s. */
const TIMEOUT = Duration.seconds(29);
const REQUESTS_PER_SECOND = 50;
const REQUESTS_AT_ONCE = 100;

/** The endpoint: one table, one function, one HTTP API that lets only GitHub's tokens through. */
export class PushbackStack extends Stack {
  constructor(scope: Construct, id: string, { settings, code, ...props }: PushbackStackProps) {
    super(scope, id, { description: 'Pushback: the ledger of reviews and its endpoint', ...props });

    const table = new Table(this, 'Ledger', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: TTL_ATTRIBUTE,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryption.AWS_MANAGED,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });

    const api = new HttpApi(this, 'Api', { apiName: 'pushback', createDefaultStage: false });
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: REQUESTS_PER_SECOND, burstLimit: REQUESTS_AT_ONCE },
    });
    const audience = settings.audience ?? api.apiEndpoint;

    const handler = this.#handler(table, code, {
      PUSHBACK_TABLE: table.tableName,
      PUSHBACK_AUDIENCE: audience,
      PUSHBACK_ISSUER: settings.issuer,
      PUSHBACK_OWNERS: settings.owners?.join(',') ?? this.#ownersParameter(),
      PUSHBACK_REPOSITORY_GROUPS: JSON.stringify(settings.repositoryGroups),
      PUSHBACK_PINNED_WORKFLOWS: settings.pinnedWorkflows.join(','),
      PUSHBACK_REFS: settings.refs.join(','),
      PUSHBACK_DATA_DAYS: String(settings.retentionDays.data),
      PUSHBACK_RUN_DAYS: String(settings.retentionDays.runs),
      PUSHBACK_PULL_REQUEST_DAYS: String(settings.retentionDays.pullRequests),
    });

    const integration = new HttpLambdaIntegration('Handler', handler);
    const authorizer = new HttpJwtAuthorizer('GitHub', settings.issuer, { jwtAudience: [audience] });
    api.addRoutes({ path: '/v1/{proxy+}', methods: [HttpMethod.GET, HttpMethod.POST], integration, authorizer });
    for (const { path, access } of Object.values<Route>(routes)) {
      if (access === 'public') api.addRoutes({ path, methods: [HttpMethod.GET], integration });
    }

    new CfnOutput(this, 'Endpoint', { value: api.apiEndpoint, description: "The action's input `endpoint`." });
    new CfnOutput(this, 'Audience', { value: audience, description: "The action's input `audience`." });
    new CfnOutput(this, 'TableName', { value: table.tableName, description: "The action's input `dynamodb-table`." });
  }

  #handler(table: Table, code: string, environment: Record<string, string>): LambdaFunction {
    const logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // The usual managed policy would allow writing to every log of the account.
    const role = new Role(this, 'HandlerRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    role.addToPolicy(new PolicyStatement({ actions: TABLE_ACTIONS, resources: [table.tableArn] }));
    return new LambdaFunction(this, 'Handler', {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(code),
      memorySize: MEMORY_MB,
      timeout: TIMEOUT,
      role,
      logGroup,
      environment,
    });
  }

  /** Without owners nobody could call: the template then can't be deployed before it is told them. */
  #ownersParameter(): string {
    return new CfnParameter(this, 'Owners', {
      type: 'String',
      description: 'Numbers of the GitHub accounts whose workflows may call, separated by commas.',
      allowedPattern: '[1-9][0-9]{0,18}(,[1-9][0-9]{0,18})*',
      constraintDescription: 'numeric account ids separated by commas (see https://api.github.com/users/NAME)',
    }).valueAsString;
  }
}
