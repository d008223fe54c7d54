import * as z from 'zod';
import { EndpointPolicy } from '../src/core/authorise.ts';
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

const { owners, pinnedWorkflows, refs, repositoryGroups } = EndpointPolicy.shape;

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
