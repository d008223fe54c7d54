import * as z from 'zod';
import { EndpointPolicy } from '../src/core/authorise.ts';
import { OwnerId } from '../src/core/ids.ts';
import { parseRetention, type RetentionDays } from '../src/core/ledger/retention.ts';

/** Lists may come as JSON (cdk.json) or as text separated by commas (`-c owners=1,2`). */
function listOf<T extends z.ZodType>(list: T) {
  return z.preprocess((value) => {
    const entries = typeof value === 'number' ? String(value) : value;
    return typeof entries === 'string' ? entries.split(',').map((entry) => entry.trim()) : entries;
  }, list);
}

/** JSON may come as text (`-c repositoryGroups='[[...]]'`); what is none is left to the schema to name. */
function fromJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** A number may come as text (`-c concurrency=20`). */
const wholeNumber = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** How long CloudWatch can be told to keep a log. */
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const Reader = z.object({
  /** Login of the account, as it stands before the slash of its repositories' names. */
  owner: z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})$/, "an account's login"),
  ownerId: OwnerId,
});
export type Reader = z.infer<typeof Reader>;

const { environments, owners, pinnedWorkflows, refs, repositoryGroups } = EndpointPolicy.shape;

export const DeploymentSettings = z.object({
  /** Numbers of the accounts served. Left out, the template asks for them when it is deployed. */
  owners: listOf(owners).optional(),
  /** Audience of the tokens. Left out, the address of the API. */
  audience: z.string().min(1).max(1000).optional(),
  issuer: z
    .url({ protocol: /^https$/, error: 'an https URL; for GitHub Enterprise Server https://HOST/_services/token' })
    .default('https://token.actions.githubusercontent.com'),
  repositoryGroups: z.preprocess(fromJson, repositoryGroups).default([]),
  pinnedWorkflows: listOf(pinnedWorkflows).default([]),
  refs: listOf(refs).default([]),
  environments: listOf(environments).default([]),
  /** Fixed, so that a table that an earlier deployment left is found again. */
  tableName: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{3,255}$/, '3 to 255 letters, digits, `_`, `.` and `-`')
    .default('pushback-ledger'),
  /** Calls served at the same moment; `account`: bounded by the account's own limit alone. */
  concurrency: z
    .preprocess(
      (value) => (typeof value === 'string' && /^[0-9]+$/.test(value) ? Number(value) : value),
      z.custom<number | 'account'>(
        (value) => value === 'account' || z.int().min(1).max(1000).safeParse(value).success,
        {
          error: '`account` or a whole number from 1 to 1000',
        },
      ),
    )
    .default(50),
  requestsPerSecond: wholeNumber(1, 10_000).default(50),
  logDays: z.coerce
    .number()
    .refine((days) => LOG_DAYS.includes(days), { error: `one of ${LOG_DAYS.join(', ')}` })
    .default(30),
  /** ARN of an SNS topic that alarms go to. */
  alarmTopic: z
    .string()
    .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]{1,256}$/, 'the ARN of an SNS topic')
    .nullable()
    .default(null),
  /** ARN of an EventBridge bus that completed reviews are announced on. */
  eventBus: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:events:[a-z0-9-]+:[0-9]{12}:event-bus\/[A-Za-z0-9_./-]{1,256}$/,
      'the ARN of an EventBridge bus',
    )
    .nullable()
    .default(null),
  /** Accounts whose jobs may read their reviews straight from the table. */
  readers: z.preprocess(fromJson, z.array(Reader).max(50)).default([]),
  /** An account has one provider per issuer: where there is one already, its ARN. */
  oidcProviderArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider\/\S{1,255}$/, 'the ARN of an OIDC provider of IAM')
    .nullable()
    .default(null),
});
export type DeploymentSettings = z.infer<typeof DeploymentSettings> & { retentionDays: RetentionDays };

/** How long things are kept, by the name of the setting. */
export const RETENTION_SETTINGS: Record<keyof RetentionDays, string> = {
  data: 'dataDays',
  runs: 'runDays',
  pullRequests: 'pullRequestDays',
};

/** The settings among the app's context; throws with every fault at once. */
export function readSettings(context: (key: string) => unknown): DeploymentSettings {
  const given = Object.keys(DeploymentSettings.shape).map((key) => [key, context(key)] as const);
  const parsed = DeploymentSettings.safeParse(Object.fromEntries(given.filter(([, value]) => value !== undefined)));
  const kept = parseRetention({
    data: context(RETENTION_SETTINGS.data),
    runs: context(RETENTION_SETTINGS.runs),
    pullRequests: context(RETENTION_SETTINGS.pullRequests),
  });
  if (parsed.success && kept.outcome === 'parsed') return { ...parsed.data, retentionDays: kept.days };
  const faults = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.map(String).join('.')}: ${message}`),
    ...(kept.outcome === 'rejected' ? kept.faults : []).map(({ path, message }) => {
      return `${RETENTION_SETTINGS[path]}: ${message}`;
    }),
  ];
  throw new Error(`the context does not describe a deployment: ${faults.join('; ')}`);
}
