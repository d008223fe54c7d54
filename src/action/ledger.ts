import * as core from '@actions/core';
import type { GitHubAccess } from '../adapters/github/client.ts';
import { createGitHubPullRequests } from '../adapters/github/pull-requests.ts';
import { createGitHubStickyComments } from '../adapters/github/sticky-comment.ts';
import { createHttpLedger } from '../adapters/ledger-http/ledger.ts';
import { createCommentLedger } from '../adapters/ledger-snapshot/comment-ledger.ts';
import { systemClock } from '../adapters/system/clock.ts';
import type { ActionContext } from '../adapters/actions/context.ts';
import { actionsLog } from '../adapters/actions/log.ts';
import { trustOfEvent } from '../core/authorise.ts';
import type { Config, LedgerConfig, TableConfig } from '../core/config.ts';
import type { Caller } from '../core/ledger/commands.ts';
import { LedgerUnavailable, type Ledger } from '../ports/ledger.ts';
import type { PullRequests } from '../ports/pull-requests.ts';
import { readingFrom } from './reading-from.ts';

export function accessOf({ githubToken }: Pick<Config, 'githubToken'>, { apiUrl }: ActionContext): GitHubAccess {
  return { token: githubToken, apiUrl, clock: systemClock, log: actionsLog, random: Math.random };
}

/** A ledger, and the pull requests to use with it. */
export type OpenedLedger = { ledger: Ledger; pullRequests: PullRequests };

/** The ledger that the inputs chose. Nothing is called before the first command. */
export async function openLedger(
  { ledger: config, githubToken }: Pick<Config, 'ledger' | 'githubToken'>,
  context: ActionContext,
): Promise<OpenedLedger> {
  const access = accessOf({ githubToken }, context);
  const pullRequests = createGitHubPullRequests(access);
  if (config.kind !== 'comment') return { ledger: await ledgerBeside(config, context), pullRequests };
  const openComment = createGitHubStickyComments(access);
  const comment = createCommentLedger({ pullRequests, openComment, clock: systemClock, runUrl: context.runUrl });
  // Whoever can write there can say anything: no record in a comment is trusted more than another.
  const caller: Caller = { ...callerOf(context), trust: 'contributor' };
  return { ledger: comment.ledgerFor(caller), pullRequests: comment.pullRequests };
}

async function ledgerBeside(
  config: Exclude<LedgerConfig, { kind: 'comment' }>,
  context: ActionContext,
): Promise<Ledger> {
  switch (config.kind) {
    case 'dynamodb':
      return tableLedger(config, callerOf(context));
    case 'endpoint': {
      const endpoint = createHttpLedger({
        endpoint: config.url,
        idToken: () => idTokenOf(config.audience, context),
        clock: systemClock,
        random: Math.random,
        log: actionsLog,
      });
      const { readsFrom } = config;
      if (readsFrom === null) return endpoint;
      return readingFrom((trust) => tableLedger(readsFrom, { ...callerOf(context), trust }), endpoint);
    }
    default:
      return config satisfies never;
  }
}

/** The runner says little of why there is no token; who reads the log needs to know what to do. */
async function idTokenOf(audience: string, { eventName }: ActionContext): Promise<string> {
  try {
    return await core.getIDToken(audience);
  } catch (error) {
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = process.env;
    if (url && token) throw error;
    const forks =
      eventName === 'pull_request'
        ? ' GitHub gives none to pull requests from forks or by Dependabot: for those, run the workflow on pull_request_target.'
        : '';
    const missing = 'this job may ask for no OIDC token, which the endpoint needs';
    throw new LedgerUnavailable(`${missing}: give it "permissions: id-token: write".${forks}`, { cause: error });
  }
}

/** AWS's client is loaded only where it is used: it would slow the start of everybody else's runs. */
async function tableLedger(table: TableConfig, caller: Caller): Promise<Ledger> {
  const { openTableLedger } = await import('./table-ledger.ts');
  return openTableLedger(table, caller);
}

type RunnersWord = Omit<Caller, 'trust'> & Pick<ActionContext, 'eventName' | 'refProtected'>;

/**
 * Without an endpoint nobody checks who we are but AWS or GitHub: what the runner says of itself is taken for true, and
 * whoever can write to the table or edit the comment could say the same.
 */
export function callerOf({ ownerId, workflowRun, eventName, refProtected }: RunnersWord): Caller {
  return { ownerId, workflowRun, trust: refProtected ? trustOfEvent(eventName) : 'contributor' };
}
