import * as z from 'zod';
import { PendingPath } from './coverage.ts';
import { Finding } from './finding.ts';
import { CommitSha, SessionName } from './ids.ts';
import { Mode, Reason } from './mode.ts';
import { pullRequestName } from './pull-request.ts';
import type { RunReports } from './report.ts';
import { Usage } from './usage.ts';
import { Verdict } from './verdict.ts';

/** The `findings-file`: what is known of every PR of the run, for other tools. Fields may be added, none changes. */
export const FindingsDocument = z.object({
  version: z.literal(1),
  /** Of the first run, where there were several one after another. */
  session: SessionName,
  pullRequests: z.array(
    z.object({
      /** `owner/repo#number` */
      pullRequest: z.string(),
      session: SessionName,
      url: z.string(),
      outcome: z.enum(['reviewed', 'published', 'skipped', 'overtaken', 'failed']),
      mode: Mode.nullable(),
      reason: Reason.nullable(),
      detail: z.string(),
      headSha: CommitSha,
      previousSha: CommitSha.nullable(),
      verdict: Verdict.nullable(),
      summary: z.string(),
      findings: z.array(Finding),
      /** Files that are still to be reviewed. */
      pending: z.array(PendingPath),
      usage: Usage.nullable(),
    }),
  ),
});
export type FindingsDocument = z.infer<typeof FindingsDocument>;

/** Null where no run came to a report. */
export function findingsDocument({ runs }: Pick<RunReports, 'runs'>): FindingsDocument | null {
  const [first] = runs;
  if (first === undefined) return null;
  const pulls = runs.flatMap(({ session, pulls: ofRun }) => ofRun.map((pull) => ({ session, pull })));
  return {
    version: 1,
    session: first.session,
    pullRequests: pulls.map(({ session, pull }) => ({
      pullRequest: pullRequestName(pull.pullRequest),
      session,
      url: pull.url,
      outcome: pull.outcome,
      mode: pull.mode,
      reason: pull.reason,
      detail: pull.detail,
      headSha: pull.headSha,
      previousSha: pull.record?.result.previousSha ?? null,
      verdict: pull.record?.result.verdict ?? null,
      summary: pull.record?.result.summary ?? '',
      findings: pull.record?.result.findings ?? [],
      pending: pull.record?.result.coverage.pending ?? [],
      usage: pull.record?.result.usage ?? null,
    })),
  };
}

/** The JSON Schemas of what the action writes for other tools, by file name. */
export function outputSchemas(): Record<string, object> {
  return {
    'findings.schema.json': {
      title: 'What the output findings-file names: everything known of the findings of a run',
      ...z.toJSONSchema(FindingsDocument, { io: 'output' }),
    },
  };
}
