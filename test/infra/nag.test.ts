import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { App, Validations } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { PushbackStack } from '../../infra/pushback-stack.ts';
import { readSettings } from '../../infra/settings.ts';

const outdir = mkdtempSync(join(tmpdir(), 'pushback-nag-'));
afterAll(() => rmSync(outdir, { recursive: true }));

/** Everything that can be configured, so that everything is looked at. */
const CONTEXT: Record<string, unknown> = {
  owners: '7',
  alarmTopic: 'arn:aws:sns:eu-west-1:123456789012:alarms',
  readers: [{ owner: 'acme', ownerId: '7' }],
};

/** Throws with every rule that is broken and not excused. */
function check(change: (stack: PushbackStack) => void = () => undefined): void {
  const app = new App({ analyticsReporting: false, outdir });
  const code = (): Code => Code.fromAsset(join(import.meta.dirname, '../../infra'));
  const stack = new PushbackStack(app, 'Pushback', { settings: readSettings((key) => CONTEXT[key]), code });
  change(stack);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
}

test('the rules of AWS Solutions find nothing but what is excused with its reason', () => {
  expect(() => check()).not.toThrow();
});

test('a table without backups would be found', () => {
  const careless = (stack: PushbackStack): void => {
    new Table(stack, 'Careless', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
  };
  expect(() => check(careless)).toThrow(/AwsSolutions-DDB3/);
});

test('a permission on everything would be found, though X-Ray has one', () => {
  const careless = (stack: PushbackStack): void => {
    const role = new Role(stack, 'Careless', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['dynamodb:*'], resources: ['*'] }));
  };
  expect(() => check(careless)).toThrow(/AwsSolutions-IAM5/);
});
