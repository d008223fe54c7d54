import * as core from '@actions/core';
import * as z from 'zod';
import type { ActionContext } from '../adapters/actions/context.ts';
import { actionsLog } from '../adapters/actions/log.ts';
import { createGitHubChecks } from '../adapters/github/checks.ts';
import type { GitHubAccess } from '../adapters/github/client.ts';
import type { Config } from '../core/config.ts';
import { CommitSha, RepositoryName } from '../core/ids.ts';
import { renderJobSummary } from '../core/render/job-summary.ts';
import type { CheckSettings } from '../pipeline/check-keeper.ts';
import { viewOf } from './view.ts';

/** What `main` leaves for `post`: the checks that say "in progress" until somebody concludes them. */
const OpenChecks = z.array(
  z.object({
    check: z.object({
      repository: RepositoryName,
      headSha: CommitSha,
      name: z.string(),
      externalId: z.string(),
      detailsUrl: z.string().nullable(),
    }),
    id: z.int().positive(),
  }),
);
const STATE = 'open-checks';
/** Characters of a check's page. */
const MAX_SUMMARY = 50_000;

/** The check that the inputs ask for; null where they ask for none. */
export function openChecks(
  { checkName, gate }: Pick<Config, 'checkName' | 'gate'>,
  context: ActionContext,
  access: GitHubAccess,
): CheckSettings | null {
  if (checkName === null) return null;
  return {
    api: createGitHubChecks(access),
    name: checkName,
    policy: gate,
    holding: (open) => core.saveState(STATE, JSON.stringify(open)),
    summaryOf: (report, session) =>
      renderJobSummary([{ report, view: viewOf(report, session, [], context) }], MAX_SUMMARY),
  };
}

/** Concludes what an interrupted run left in progress: nothing may wait for it for ever. */
export async function concludeLeftChecks(access: GitHubAccess): Promise<void> {
  const saved = core.getState(STATE);
  const open = saved === '' ? null : OpenChecks.safeParse(JSON.parse(saved));
  if (open === null || !open.success) return;
  const api = createGitHubChecks(access);
  for (const { check, id } of open.data) {
    const title = 'NOT reviewed: the job ended early';
    await api.finish(check, { conclusion: 'cancelled', title, summary: title, annotations: [] }, id);
    actionsLog.info(`Concluded the check "${check.name}" of an interrupted run.`);
  }
}
