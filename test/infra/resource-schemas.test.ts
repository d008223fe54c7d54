import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { afterAll, expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { PushbackStack } from '../../infra/pushback-stack.ts';
import { readSettings } from '../../infra/settings.ts';

type Resource = { Type: string; Properties?: Record<string, unknown> };

const outdir = mkdtempSync(join(tmpdir(), 'pushback-schemas-'));
afterAll(() => rmSync(outdir, { recursive: true }));

const specification = loadAwsServiceSpecSync();

/** What AWS's own resource schemas say against a resource: unknown type, unknown or missing properties, at any depth. */
function faultsOf(name: string, { Type, Properties = {} }: Resource): string[] {
  const [type] = specification.lookup('resource', 'cloudFormationType', 'equals', Type);
  if (type === undefined) return [`${name}: no resource is called ${Type}`];
  return faultsOfProperties(`${name} (${Type})`, Properties, type.properties);
}

type Described = Record<string, { required?: boolean; type: Shape }>;
type Shape = { type: string; element?: Shape; reference?: { $ref: string }; types?: Shape[] };

function faultsOfProperties(where: string, given: Record<string, unknown>, described: Described): string[] {
  const missing = Object.entries(described).filter(([key, { required }]) => required === true && !(key in given));
  return [
    ...missing.map(([key]) => `${where}: ${key} is missing`),
    ...Object.entries(given).flatMap(([key, value]) => {
      const property = described[key];
      return property === undefined
        ? [`${where}: ${key} is unknown`]
        : faultsOfValue(`${where}.${key}`, value, property.type);
    }),
  ];
}

function faultsOfValue(where: string, value: unknown, shape: Shape): string[] {
  if (isIntrinsic(value)) return [];
  switch (shape.type) {
    case 'string':
      return typeof value === 'string' ? [] : [`${where}: a string, not ${typeof value}`];
    case 'integer':
    case 'number':
      return typeof value === 'number' ? [] : [`${where}: a number, not ${typeof value}`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${where}: a boolean, not ${typeof value}`];
    case 'array':
      if (!Array.isArray(value)) return [`${where}: a list, not ${typeof value}`];
      return value.flatMap((each, index) => faultsOfValue(`${where}.${index}`, each, shape.element!));
    case 'ref': {
      const definition = specification.get('typeDefinition', shape.reference!.$ref) as { properties: Described };
      return faultsOfProperties(where, value as Record<string, unknown>, definition.properties);
    }
    case 'union': {
      // JSON of any kind stands beside a described form for the sake of old templates; alone, it takes any.
      const described = shape.types!.filter(({ type }) => type !== 'json');
      const whole = described.some(({ type }) => type === 'ref' || type === 'array');
      if (!whole && described.length < shape.types!.length) return [];
      const faults = described.map((form) => faultsOfValue(where, value, form));
      return faults.toSorted((a, b) => a.length - b.length)[0] ?? [];
    }
    default:
      return [];
  }
}

/** `Ref`, `Fn::GetAtt` and their like stand for what is only known when it is deployed. */
function isIntrinsic(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && /^(?:Ref|Fn::)/.test(keys[0] ?? '');
}

const CONTEXT: Record<string, unknown> = {
  owners: '7',
  alarmTopic: 'arn:aws:sns:eu-west-1:123456789012:alarms',
  readers: [{ owner: 'acme', ownerId: '7' }],
};

test('every resource is as its schema wants it', () => {
  const app = new App({ analyticsReporting: false, outdir });
  const code = (): Code => Code.fromAsset(join(import.meta.dirname, '../../infra'));
  const stack = new PushbackStack(app, 'Pushback', { settings: readSettings((key) => CONTEXT[key]), code });
  const { Resources } = Template.fromStack(stack).toJSON() as { Resources: Record<string, Resource> };
  expect(Object.keys(Resources).length).toBeGreaterThan(15);
  expect(Object.entries(Resources).flatMap(([name, resource]) => faultsOf(name, resource))).toEqual([]);
});

test('what is not in a schema would be found', () => {
  const table = {
    Type: 'AWS::DynamoDB::Table',
    Properties: { TableNaem: 'x', KeySchema: [{ AttributeName: 1 }], DeletionProtectionEnabled: 'yes' },
  };
  expect(faultsOf('Table', table)).toEqual([
    'Table (AWS::DynamoDB::Table): TableNaem is unknown',
    'Table (AWS::DynamoDB::Table).KeySchema.0: KeyType is missing',
    'Table (AWS::DynamoDB::Table).KeySchema.0.AttributeName: a string, not number',
    'Table (AWS::DynamoDB::Table).DeletionProtectionEnabled: a boolean, not string',
  ]);
  expect(faultsOf('Odd', { Type: 'AWS::DynamoDB::Tabel' })).toEqual([
    'Odd: no resource is called AWS::DynamoDB::Tabel',
  ]);
});
