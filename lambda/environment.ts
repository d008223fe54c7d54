import * as z from 'zod';
import { EndpointPolicy } from '../src/core/authorise.ts';
import {
  parseRetention,
  type Retention,
  type RetentionDays,
  type RetentionOutcome,
} from '../src/core/ledger/retention.ts';
import type { SignedAccess } from '../src/adapters/ledger-dynamodb/signed/calls.ts';
import type { TokenIssuer } from './auth/verify-token.ts';

export type EndpointEnvironment = {
  tableName: string;
  issuer: TokenIssuer;
  policy: EndpointPolicy;
  retention: Retention;
  dynamodb: DynamoDbAccess;
  /** Name or ARN of the EventBridge bus that reviews are announced on; null for none. */
  eventBus: string | null;
};

/** Where the table is, and with what it is reached: as Lambda says it in the function's own environment. */
export type DynamoDbAccess = Pick<SignedAccess, 'endpoint' | 'region' | 'credentials'>;

/** The environment does not describe a deployment; the message lists every variable at fault. */
export class BadEnvironment extends Error {
  override readonly name = 'BadEnvironment';
}

export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  );

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});

const httpsUrl = z.url({ protocol: /^https$/, error: 'an https URL' });
const loopbackUrl = z.url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/ });

/** Partitions whose names end otherwise than AWS's first; in any other, `AWS_ENDPOINT_URL_DYNAMODB` says where. */
const SUFFIXES: [RegExp, string][] = [
  [/^cn-/, 'amazonaws.com.cn'],
  [/^eusc-/, 'amazonaws.eu'],
];

const Variables = z.object({
  AWS_REGION: z.string().regex(/^[a-z0-9-]{1,40}$/, "the function's region"),
  AWS_ENDPOINT_URL_DYNAMODB: z.url({ protocol: /^https?$/, error: 'an http or https URL' }).optional(),
  AWS_ACCESS_KEY_ID: z.string().default(''),
  AWS_SECRET_ACCESS_KEY: z.string().default(''),
  AWS_SESSION_TOKEN: z.string().default(''),
  PUSHBACK_TABLE: z.string().regex(/^[A-Za-z0-9_.-]{3,255}$/, "the table's name"),
  PUSHBACK_AUDIENCE: z.string().min(1).max(1000),
  PUSHBACK_ISSUER: httpsUrl.default(GITHUB_ISSUER),
  PUSHBACK_JWKS_URL: z.union([httpsUrl, loopbackUrl], { error: 'an https URL' }).optional(),
  /** Numbers of the accounts served, separated by commas. */
  PUSHBACK_OWNERS: list.pipe(EndpointPolicy.shape.owners),
  /** JSON: `[[{"id": 1, "name": "acme/shop"}, ...], ...]`. */
  PUSHBACK_REPOSITORY_GROUPS: json.pipe(EndpointPolicy.shape.repositoryGroups).default([]),
  PUSHBACK_PINNED_WORKFLOWS: list.pipe(EndpointPolicy.shape.pinnedWorkflows),
  PUSHBACK_REFS: list.pipe(EndpointPolicy.shape.refs),
  PUSHBACK_EVENT_BUS: z
    .string()
    .regex(/^[A-Za-z0-9_.:/-]{0,400}$/, 'the name or ARN of an EventBridge bus')
    .default(''),
  PUSHBACK_ENVIRONMENTS: list.pipe(EndpointPolicy.shape.environments),
});

/** How long things are kept, in days; one left out or empty has its default. */
export const RETENTION_VARIABLES: Record<keyof RetentionDays, string> = {
  data: 'PUSHBACK_DATA_DAYS',
  runs: 'PUSHBACK_RUN_DAYS',
  pullRequests: 'PUSHBACK_PULL_REQUEST_DAYS',
};

/** Reads the deployment's settings; throws `BadEnvironment` with every fault at once. */
export function readEnvironment(variables: Record<string, string | undefined>): EndpointEnvironment {
  const parsed = Variables.safeParse(variables);
  const kept = readRetention(variables);
  const faults = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.map(String).join('.')}: ${message}`),
    ...(kept.outcome === 'rejected' ? kept.faults : []).map(({ path, message }) => {
      return `${RETENTION_VARIABLES[path]}: ${message}`;
    }),
  ];
  if (!parsed.success || kept.outcome === 'rejected') {
    throw new BadEnvironment(`the environment is not complete: ${faults.join('; ')}`);
  }
  const settings = parsed.data;
  const jwksUrl = settings.PUSHBACK_JWKS_URL ?? `${settings.PUSHBACK_ISSUER}/.well-known/jwks`;
  return {
    tableName: settings.PUSHBACK_TABLE,
    issuer: { issuer: settings.PUSHBACK_ISSUER, jwksUrl: new URL(jwksUrl), audience: settings.PUSHBACK_AUDIENCE },
    policy: {
      owners: settings.PUSHBACK_OWNERS,
      repositoryGroups: settings.PUSHBACK_REPOSITORY_GROUPS,
      pinnedWorkflows: settings.PUSHBACK_PINNED_WORKFLOWS,
      refs: settings.PUSHBACK_REFS,
      environments: settings.PUSHBACK_ENVIRONMENTS,
    },
    retention: kept.retention,
    dynamodb: dynamoDbOf(settings),
    eventBus: settings.PUSHBACK_EVENT_BUS || null,
  };
}

function dynamoDbOf(settings: z.output<typeof Variables>): DynamoDbAccess {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = settings;
  const suffix = SUFFIXES.find(([regions]) => regions.test(region))?.[1] ?? 'amazonaws.com';
  const sessionToken = settings.AWS_SESSION_TOKEN;
  const held = accessKeyId !== '' && secretAccessKey !== '';
  return {
    endpoint: new URL(settings.AWS_ENDPOINT_URL_DYNAMODB ?? `https://dynamodb.${region}.${suffix}`),
    region,
    credentials: held ? { accessKeyId, secretAccessKey, ...(sessionToken === '' ? {} : { sessionToken }) } : null,
  };
}

function readRetention(variables: Record<string, string | undefined>): RetentionOutcome {
  const given = (key: keyof RetentionDays): string | undefined => variables[RETENTION_VARIABLES[key]] || undefined;
  return parseRetention({ data: given('data'), runs: given('runs'), pullRequests: given('pullRequests') });
}
