import { CfnOutput } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnOIDCProvider, FederatedPrincipal, PolicyStatement, Role, Effect } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { DeploymentSettings, Reader } from './settings.ts';

/** What a job asks for when it trades its token for AWS credentials (aws-actions/configure-aws-credentials). */
const STS_AUDIENCE = 'sts.amazonaws.com';

/** What reading one review takes. */
const READ_ACTIONS = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'];

/**
 * For the input `dynamodb-table` beside `endpoint`: one role per owner. Only jobs of that owner's repositories can take it
 * on, and it reads nothing but the keys that begin with that owner's number.
 */
export function readRoles(scope: Construct, table: Table, settings: DeploymentSettings): void {
  if (settings.readers.length === 0) return;
  const host = new URL(settings.issuer);
  const issuer = `${host.host}${host.pathname === '/' ? '' : host.pathname}`;
  const provider =
    settings.oidcProviderArn ??
    new CfnOIDCProvider(scope, 'GitHubOidc', { url: settings.issuer, clientIdList: [STS_AUDIENCE] }).attrArn;
  for (const reader of settings.readers) {
    const role = new Role(scope, `Reader${reader.ownerId}`, {
      description: `Reads reviews of ${reader.owner} (${reader.ownerId})`,
      assumedBy: new FederatedPrincipal(provider, trustOf(reader, issuer), 'sts:AssumeRoleWithWebIdentity'),
    });
    role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: READ_ACTIONS,
        resources: [table.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`OWNER#${reader.ownerId}#*`] } },
      }),
    );
    new CfnOutput(scope, `ReaderRole${reader.ownerId}`, {
      value: role.roleArn,
      description: `Role for jobs of ${reader.owner} that read reviews straight from the table.`,
    });
  }
}

/** Repositories made or renamed since July 2026 have subjects that hold their numbers, and their owner's, too. */
function trustOf({ owner, ownerId }: Reader, issuer: string): Record<string, Record<string, string | string[]>> {
  return {
    StringEquals: { [`${issuer}:aud`]: STS_AUDIENCE },
    StringLike: { [`${issuer}:sub`]: [`repo:${owner}/*`, `repo:${owner}@${ownerId}/*`] },
  };
}
