import { Token } from 'aws-cdk-lib';
import type { DeploymentSettings } from './settings.ts';

/** What is known only when the stack is deployed, or given there. */
type Deployed = { tableName: string; audience: string; owners: string };

/** Lambda takes so much of a function's variables, names and values together. */
const MAX_BYTES = 4096;
/** For each value that is known only when the stack is deployed. */
const ROOM = 100;

/** What the function reads; see lambda/environment.ts. Throws where it is more than Lambda takes. */
export function functionEnvironment(settings: DeploymentSettings, deployed: Deployed): Record<string, string> {
  const variables = {
    PUSHBACK_TABLE: deployed.tableName,
    PUSHBACK_AUDIENCE: deployed.audience,
    PUSHBACK_ISSUER: settings.issuer,
    PUSHBACK_OWNERS: deployed.owners,
    PUSHBACK_REPOSITORY_GROUPS: JSON.stringify(settings.repositoryGroups),
    PUSHBACK_PINNED_WORKFLOWS: settings.pinnedWorkflows.join(','),
    PUSHBACK_REFS: settings.refs.join(','),
    PUSHBACK_ENVIRONMENTS: settings.environments.join(','),
    ...(settings.eventBus === null ? {} : { PUSHBACK_EVENT_BUS: settings.eventBus }),
    PUSHBACK_DATA_DAYS: String(settings.retentionDays.data),
    PUSHBACK_RUN_DAYS: String(settings.retentionDays.runs),
    PUSHBACK_PULL_REQUEST_DAYS: String(settings.retentionDays.pullRequests),
  };
  const bytes = sizeOf(variables);
  if (bytes <= MAX_BYTES) return variables;
  const groups = Buffer.byteLength(variables.PUSHBACK_REPOSITORY_GROUPS);
  throw new Error(
    `the context is too large: Lambda takes ${MAX_BYTES} bytes of settings, and these take ${bytes}, of which repositoryGroups ${groups}; name only repositories that share sessions, or deploy once for each group`,
  );
}

function sizeOf(variables: Record<string, string>): number {
  return Object.entries(variables).reduce((sum, [name, value]) => {
    return sum + name.length + (Token.isUnresolved(value) ? ROOM : Buffer.byteLength(value));
  }, 0);
}
