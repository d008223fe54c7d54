import { CfnOutput, CfnParameter, Stack, type StackProps } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { functionEnvironment } from './function-environment.ts';
import { handlerFunction } from './handler-function.ts';
import { addRoutes, httpApi } from './http-api.ts';
import { ledgerTable } from './ledger-table.ts';
import { readRoles } from './read-role.ts';
import type { DeploymentSettings } from './settings.ts';
import { watch } from './watch.ts';

export type PushbackStackProps = StackProps & {
  settings: DeploymentSettings;
  /** The bundled handler, made for the stack that it is given. */
  code: (scope: Construct) => Code;
};

/** The endpoint: one table, one function, one HTTP API that lets only GitHub's tokens through, and who watches them. */
export class PushbackStack extends Stack {
  constructor(scope: Construct, id: string, { settings, code, ...props }: PushbackStackProps) {
    super(scope, id, { description: 'Pushback: the ledger of reviews and its endpoint', ...props });
    const table = ledgerTable(this, settings.tableName);
    const api = httpApi(this, settings);
    const audience = settings.audience ?? api.apiEndpoint;
    const { handler, log } = handlerFunction(this, {
      table,
      code: code(this),
      settings,
      environment: functionEnvironment(settings, {
        tableName: table.tableName,
        audience,
        owners: settings.owners?.join(',') ?? ownersParameter(this),
      }),
    });
    addRoutes(api, handler, settings.issuer, audience);
    readRoles(this, table, settings);
    watch(this, { api, handler, log, table }, settings.alarmTopic);

    new CfnOutput(this, 'Endpoint', { value: api.apiEndpoint, description: "The action's input `endpoint`." });
    new CfnOutput(this, 'Audience', { value: audience, description: "The action's input `audience`." });
    new CfnOutput(this, 'TableName', { value: table.tableName, description: "The action's input `dynamodb-table`." });
  }
}

/** Without owners nobody could call: the template then can't be deployed before it is told them. */
function ownersParameter(scope: Construct): string {
  return new CfnParameter(scope, 'Owners', {
    type: 'String',
    description: 'Numbers of the GitHub accounts whose workflows may call, separated by commas.',
    allowedPattern: '[1-9][0-9]{0,18}(,[1-9][0-9]{0,18})*',
    constraintDescription: 'numeric account ids separated by commas (see https://api.github.com/users/NAME)',
  }).valueAsString;
}
