import * as z from 'zod';
import type { CheckEnd } from '../../core/publish/check.ts';
import { shorten } from '../../core/neutralise.ts';
import type { Annotation } from '../../core/render/log-lines.ts';
import type { Checks, NamedCheck } from '../../ports/checks.ts';
import { createClient, type GitHubAccess, type GitHubClient } from './client.ts';
import { hostFault } from './faults.ts';
import { ownerAndName } from './read-pull-request.ts';
import { failureOf } from './repeat.ts';

const Made = z.object({ id: z.int().positive() });
const Listed = z.object({
  check_runs: z.array(z.object({ id: z.int().positive(), external_id: z.string().nullable() })),
});
/** GitHub's own bound, and bytes count. */
const MAX_SUMMARY = 60_000;

/** Checks on GitHub: one call to begin, one to finish; one in all where both come at once. */
export function createGitHubChecks(access: GitHubAccess): Checks {
  const octokit = createClient(access);
  return {
    begin: (check) => createOnce(octokit, access, check, { status: 'in_progress' }),
    async finish(check, end, id) {
      const conclusion = { status: 'completed' as const, conclusion: end.conclusion, output: outputOf(end) };
      if (id === null) {
        await createOnce(octokit, access, check, conclusion);
        return;
      }
      try {
        await octokit.rest.checks.update({
          ...ownerAndName(check.repository),
          check_run_id: id,
          ...conclusion,
          ...(check.detailsUrl === null ? {} : { details_url: check.detailsUrl }),
        });
      } catch (error) {
        throw hostFault(error, doing(check));
      }
    },
  };
}

type Status = { status: 'in_progress' } | { status: 'completed'; conclusion: CheckEnd['conclusion']; output: Output };

/** A create whose answer was lost is looked for before it is made again: an orphan would hang for ever. */
async function createOnce(
  octokit: GitHubClient,
  { clock }: GitHubAccess,
  check: NamedCheck,
  status: Status,
): Promise<number> {
  const repository = ownerAndName(check.repository);
  const wanted = {
    ...repository,
    name: check.name,
    head_sha: check.headSha,
    external_id: check.externalId,
    ...(check.detailsUrl === null ? {} : { details_url: check.detailsUrl }),
    ...status,
  };
  try {
    return Made.parse((await octokit.rest.checks.create(wanted)).data).id;
  } catch (error) {
    if (failureOf(error, clock.now()).kind !== 'lost') throw hostFault(error, doing(check));
    const found = await findByExternalId(octokit, check);
    if (found !== null) return found;
    try {
      return Made.parse((await octokit.rest.checks.create(wanted)).data).id;
    } catch (again) {
      throw hostFault(again, doing(check));
    }
  }
}

async function findByExternalId(octokit: GitHubClient, check: NamedCheck): Promise<number | null> {
  try {
    const { data } = await octokit.rest.checks.listForRef({
      ...ownerAndName(check.repository),
      ref: check.headSha,
      check_name: check.name,
      filter: 'all',
      per_page: 100,
    });
    const { check_runs: runs } = Listed.parse(data);
    return runs.find(({ external_id: id }) => id === check.externalId)?.id ?? null;
  } catch (error) {
    throw hostFault(error, { what: `read the checks of ${check.headSha.slice(0, 7)}`, permission: 'checks: read' });
  }
}

function doing({ name, repository, headSha }: NamedCheck): { what: string; permission: string } {
  return { what: `write the check "${name}" on ${repository}@${headSha.slice(0, 7)}`, permission: 'checks: write' };
}

type Output = { title: string; summary: string; annotations: ReturnType<typeof annotationOf>[] };

function outputOf({ title, summary, annotations }: CheckEnd): Output {
  return { title, summary: shorten(summary, MAX_SUMMARY), annotations: annotations.map(annotationOf) };
}

function annotationOf({ level, path, startLine, endLine, title, message }: Annotation) {
  return {
    path,
    start_line: startLine,
    end_line: endLine,
    annotation_level: level,
    title,
    message,
  };
}
