import { createGitHubOpenPullRequests } from '../adapters/github/open-pull-requests.ts';
import type { ActionContext } from '../adapters/actions/context.ts';
import { actionsLog } from '../adapters/actions/log.ts';
import type { Config } from '../core/config.ts';
import type { RunHead } from '../core/event.ts';
import type { RepositoryName } from '../core/ids.ts';
import { foundByHead } from '../core/open-pull-requests.ts';
import type { NamedPullRequest } from '../core/pull-request.ts';
import type { RunReports } from '../core/report.ts';
import { ClaimRejected } from '../pipeline/claim.ts';
import { reviewOneByOne, type ReviewBatch } from '../pipeline/one-by-one.ts';
import { reviewOpen } from '../pipeline/open.ts';
import type { ReviewPorts } from '../pipeline/ports.ts';
import { settingsOf } from './compose.ts';
import { accessOf } from './ledger.ts';

/** Finds what there is to review, and reviews it. Null: there is nothing, and that was said. */
export type Reviewing = (ports: ReviewPorts, review: ReviewBatch) => Promise<RunReports | null>;

/** Those that were named, as one batch; where the ledger lies in each one's comment, one after another. */
export function whatIsNamed(config: Config, context: ActionContext, targets: readonly NamedPullRequest[]): Reviewing {
  return async (ports, review) => {
    const settings = settingsOf(config, context);
    if (config.ledger.kind === 'comment' && targets.length > 1) {
      return reviewOneByOne(ports, settings, targets, review);
    }
    return { runs: [await review(settings, targets)], failures: [], notes: [] };
  };
}

/** Those whose head a workflow ran on: several, where a branch is to go into several others. */
export function whatHasHead(config: Config, context: ActionContext, head: RunHead): Reviewing {
  return async (ports, review) => {
    const open = createGitHubOpenPullRequests(accessOf(config, context));
    const found = foundByHead(head, await open.ofBranch(head.repository, head.headOwner, head.headBranch));
    if (found.outcome !== 'found') {
      actionsLog.info(`Nothing to do: ${found.why}.`);
      return null;
    }
    actionsLog.info(`${found.why}.`);
    const refs = found.pulls.map(({ key: { repository, number } }) => ({ repository, number }));
    const settings = settingsOf(config, context);
    if (settings.session === null && refs.length > 1) return reviewOneByOne(ports, settings, refs, review);
    return { runs: [await review(settings, refs)], failures: [], notes: [] };
  };
}

/** Whatever is open and needs a review. */
export function whatIsOpen(config: Config, context: ActionContext, repository: RepositoryName): Reviewing {
  return async (ports, review) => {
    if (config.reviewer.kind === 'sarif') {
      throw new ClaimRejected(
        `on ${context.eventName} no pull request is checked out, and an analyser's results say nothing of one: name it by pull-requests, in a job that analyses its head`,
      );
    }
    return reviewOpen(ports, settingsOf(config, context), {
      repository,
      open: createGitHubOpenPullRequests(accessOf(config, context)),
      review,
    });
  };
}
