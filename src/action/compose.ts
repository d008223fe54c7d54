import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as core from '@actions/core';
import { openLocalRepository } from '../adapters/git/local-repository.ts';
import { openRepository } from '../adapters/git/open-repository.ts';
import { keptObjects } from './kept-objects.ts';
import type { ActionContext } from '../adapters/actions/context.ts';
import { saveHeldRuns } from '../adapters/actions/held-runs.ts';
import { actionsLog } from '../adapters/actions/log.ts';
import { signWith } from '../adapters/github/sign.ts';
import { jobCredentials } from '../adapters/reviewers/command/environment.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { hashOfToken, newHolderToken, randomHex, sha256Hex } from '../adapters/system/randomness.ts';
import { createTokenCounter } from '../adapters/tokens/o200k.ts';
import type { Config } from '../core/config.ts';
import { exclusionOf } from '../core/eligibility.ts';
import { forkRefusal } from '../core/fork-rule.ts';
import type { CommitSha } from '../core/ids.ts';
import { DEFAULT_LEASE_SECONDS } from '../core/ledger/commands.ts';
import { SUMMARY_ROOM } from '../core/render/ledger-block.ts';
import { GitFault } from '../ports/repository.ts';
import type { ReviewPorts, ReviewSettings } from '../pipeline/ports.ts';
import { openChecks } from './checks.ts';
import { accessOf, openLedger } from './ledger.ts';
import { agentSessions } from '../compose/agent-sessions.ts';
import { openReviewer } from '../compose/reviewer.ts';

/** What a lease costs: how long it lasts where nobody renews it, and how often it is. */
type Leasing = { leaseSeconds: number; heartbeatMs: number };
const LEASING: Leasing = { leaseSeconds: DEFAULT_LEASE_SECONDS, heartbeatMs: 30_000 };
/** Every look at a comment is a call of GitHub's API, and an edit another. */
const COMMENT_LEASING: Leasing = { leaseSeconds: 300, heartbeatMs: 120_000 };

const COMMENT_LEDGER =
  "The ledger lies in the pull request's summary comment, as neither endpoint nor dynamodb-table is set. Runs are kept " +
  "apart only by the workflow's concurrency group, and whoever can edit comments can edit it.";

/** Puts the action's parts together as its inputs say. */
export async function composeReview(
  config: Config,
  context: ActionContext,
  interrupted: AbortSignal,
): Promise<ReviewPorts> {
  const token = newHolderToken();
  core.setSecret(token);
  const workFolder = join(context.tempFolder, 'pushback');
  await mkdir(workFolder, { recursive: true });
  const tokens = await createTokenCounter();
  if (config.reviewer.kind === 'command' || config.reviewer.kind === 'agent')
    warnOfCredentials(config.reviewer.passEnv);
  if (config.ledger.kind === 'comment') actionsLog.info(COMMENT_LEDGER);
  return {
    ...(await openLedger(config, context)),
    checks: openChecks(config, context, accessOf(config, context)),
    openRepository: (pullRequest) =>
      openRepository({
        remoteUrl: pullRequest.cloneUrl,
        token: config.githubToken,
        refs: [`refs/pull/${pullRequest.key.number}/head`, `refs/heads/${pullRequest.version.baseRef}`],
        workFolder,
        ...keptObjects(process.env),
        signal: interrupted,
        log: actionsLog,
      }),
    reviewer: openReviewer(config.reviewer, {
      env: process.env,
      workspace: context.workspace,
      cwd: context.workspace,
      tempFolder: workFolder,
      timeoutMs: config.timeoutMs,
      sessionsFolder: agentSessions(process.env),
      filters: config.filters,
      tokens,
      clock: systemClock,
      log: actionsLog,
      idToken: canAskForIdTokens(process.env) ? (audience) => core.getIDToken(audience) : null,
    }),
    tokens,
    clock: systemClock,
    log: actionsLog,
    checkedOut: config.reviewer.kind === 'sarif' ? await checkedOutCommit(context) : null,
    holder: { token, hash: hashOfToken(token), url: context.runUrl },
    randomHex,
    sha256Hex,
    signWith,
    interrupted,
    holding: (session, runIds) => saveHeldRuns({ session, runIds: [...runIds], token, ledger: config.ledger }),
  };
}

/** The runner says so by two variables, where the job has the permission `id-token: write`. */
function canAskForIdTokens(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env['ACTIONS_ID_TOKEN_REQUEST_URL'] && env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']);
}

function warnOfCredentials(passEnv: readonly string[]): void {
  const names = jobCredentials(passEnv);
  if (names.length === 0) return;
  actionsLog.warning(
    `pass-env hands credentials of this job to the reviewer's command (${names.join(', ')}): what it reads in a pull request may make it use them. Give it keys of its own.`,
  );
}

/** What the analyser saw: the checkout's own word where there is one, else what a checkout would have taken. */
async function checkedOutCommit({ workspace, sha }: ActionContext): Promise<CommitSha | null> {
  try {
    return await (await openLocalRepository(workspace)).resolve('HEAD');
  } catch (error) {
    if (error instanceof GitFault) return sha;
    throw error;
  }
}

export function settingsOf(config: Config, context: ActionContext): ReviewSettings {
  const inComment = config.ledger.kind === 'comment';
  const leasing = inComment ? COMMENT_LEASING : LEASING;
  return {
    session: config.session,
    incremental: config.incremental,
    force: config.force,
    filters: config.filters,
    instructionsFile: config.instructionsFile,
    exclusionOf: (pullRequest) => exclusionOf(pullRequest, config.eligibility),
    refusalOf: ({ fromFork }) =>
      forkRefusal({
        eventName: context.eventName,
        fromFork,
        reviewer: config.reviewer.kind,
        allowed: config.allowForkCode,
      }),
    serverUrl: context.serverUrl.replace(/\/+$/u, ''),
    publication: {
      minSeverity: config.publish.minSeverity,
      maxComments: config.publish.maxComments,
      calmAfter: config.publish.calmAfter,
      resolveThreads: config.publish.resolveThreads,
      requestChangesAt: config.publish.requestChangesAt,
      ...(inComment ? { maxSummaryLength: SUMMARY_ROOM } : {}),
    },
    linkHosts: config.publish.linkHosts,
    // Of the eight calls that a run takes at most, a check needs two, and the configuration file was one.
    maxLookUps: 3 - (config.checkName === null ? 0 : 2) - (config.configFile === null ? 0 : 1),
    timeoutMs: config.timeoutMs,
    ...leasing,
    // Long enough for another holder's lease to end, so that a wait always ends in a decision.
    maxWaitMs: (leasing.leaseSeconds + 30) * 1000,
  };
}
