import { checkEndOf, checkNameFor, type CheckEnd } from '../core/publish/check.ts';
import type { GatePolicy } from '../core/gate.ts';
import type { SessionName } from '../core/ids.ts';
import { pullRequestName } from '../core/pull-request.ts';
import type { PullReport } from '../core/report.ts';
import type { Checks, NamedCheck } from '../ports/checks.ts';
import type { Log } from '../ports/log.ts';
import { HostFault, type PullRequestSnapshot } from '../ports/pull-requests.ts';

/** A check that says "in progress", until somebody concludes it. */
export type OpenCheck = { check: NamedCheck; id: number };

export type CheckSettings = {
  api: Checks;
  /** As branch rules ask for it. */
  name: string;
  policy: GatePolicy;
  /** Told which checks are open from now on, so that an interrupted process can conclude them. */
  holding: (open: readonly OpenCheck[]) => void;
  /** What the check's page tells of a report, markdown. */
  summaryOf: (report: PullReport, session: SessionName) => string;
};

export type CheckKeeper = {
  begin(pullRequests: readonly PullRequestSnapshot[]): Promise<void>;
  finish(pullRequest: PullRequestSnapshot, report: PullReport): Promise<void>;
  /** Every check that is still open: the run came to nothing. */
  abandon(why: string): Promise<void>;
};

/**
 * The checks of one batch: in progress from the claim on, concluded on every way out. A token that may not write checks
 * is told of once, and the run goes on without: the step's own end says the same.
 */
export function keepChecks(
  settings: CheckSettings | null,
  ports: { log: Log; holder: { url: string }; randomHex(bytes: number): string },
  session: SessionName,
): CheckKeeper {
  if (settings === null) return NO_CHECKS;
  const { api, name, policy, holding, summaryOf } = settings;
  const open = new Map<PullRequestSnapshot, OpenCheck>();
  const unique = ports.randomHex(4);
  let refused = false;

  const checkOn = ({ key, version }: PullRequestSnapshot): NamedCheck => {
    const own = pullRequestName(key);
    return {
      repository: key.repository,
      headSha: version.headSha,
      name: checkNameFor(name, session, own),
      externalId: `pushback ${own} ${session} ${unique}`,
      detailsUrl: ports.holder.url === '' ? null : ports.holder.url,
    };
  };
  async function trying(work: () => Promise<void>): Promise<boolean> {
    if (refused) return false;
    try {
      await work();
      return true;
    } catch (error) {
      refused = error instanceof HostFault && error.missingPermission !== null;
      ports.log.warning(`The check says nothing: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }
  async function end(pullRequest: PullRequestSnapshot, ending: CheckEnd): Promise<void> {
    const standing = open.get(pullRequest);
    const check = standing?.check ?? checkOn(pullRequest);
    const said = await trying(() => api.finish(check, ending, standing?.id ?? null));
    if (said && open.delete(pullRequest)) holding([...open.values()]);
  }

  return {
    async begin(pullRequests) {
      for (const pullRequest of pullRequests) {
        await trying(async () => {
          const check = checkOn(pullRequest);
          open.set(pullRequest, { check, id: await api.begin(check) });
          holding([...open.values()]);
        });
      }
    },
    async finish(pullRequest, report) {
      const ending = checkEndOf(report, policy, summaryOf(report, session));
      if (ending !== null) await end(pullRequest, ending);
    },
    async abandon(why) {
      const fails = policy.failOn !== 'never' || policy.onError === 'fail';
      const conclusion = fails ? ('failure' as const) : ('neutral' as const);
      for (const pullRequest of open.keys()) {
        await end(pullRequest, {
          conclusion,
          title: `NOT reviewed: ${why}`.slice(0, 120),
          summary: why,
          annotations: [],
        });
      }
    },
  };
}

const NO_CHECKS: CheckKeeper = {
  begin: async () => undefined,
  finish: async () => undefined,
  abandon: async () => undefined,
};
