import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createLocalPullRequests, localPullRequestKey } from '../adapters/git/local-pull-requests.ts';
import { openLocalRepository, type LocalRepository } from '../adapters/git/local-repository.ts';
import { openRepository } from '../adapters/git/open-repository.ts';
import { createFileSnapshotStore } from '../adapters/ledger-snapshot/file-store.ts';
import { createSnapshotLedger } from '../adapters/ledger-snapshot/ledger.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { createConsoleLog } from '../adapters/system/console-log.ts';
import { listenForInterruption } from '../adapters/system/interruption.ts';
import { hashOfToken, newHolderToken, randomHex, sha256Hex } from '../adapters/system/randomness.ts';
import { createTokenCounter } from '../adapters/tokens/o200k.ts';
import { agentSessions } from '../compose/agent-sessions.ts';
import { openReviewer } from '../compose/reviewer.ts';
import type { ReviewerConfig } from '../core/config.ts';
import { gate } from '../core/gate.ts';
import { SessionName, type CommitSha, type RunId } from '../core/ids.ts';
import { NO_LINKS } from '../core/neutralise.ts';
import { DEFAULT_LEASE_SECONDS } from '../core/ledger/commands.ts';
import type { PullRequestCommits } from '../core/pull-request.ts';
import type { PullReport } from '../core/report.ts';
import type { ReviewPorts, ReviewSettings } from '../pipeline/ports.ts';
import { letGo as letGoOf } from '../pipeline/record.ts';
import { runReview } from '../run-review.ts';
import { createPartsBar } from './parts-bar.ts';
import type { Streams } from './streams.ts';
import { readReviewFlags, type RawReviewFlags, type ReviewFlags } from './review-flags.ts';
import { reviewJson, reviewText } from './review-result.ts';
import { WrongUse } from './wrong-use.ts';

const HEARTBEAT_MS = 30_000;
/** Long enough for the lease of a run that was killed to end. */
const MAX_WAIT_MS = (DEFAULT_LEASE_SECONDS + 30) * 1000;
const INTERRUPTED = 130;
/** As many as GitHub names. */
const LISTED_COMMITS = 30;

/** `pushback review`: the action's own pipeline over two commits of a local repository and a ledger in a file. */
export async function reviewCommand(raw: RawReviewFlags, argv: readonly string[], streams: Streams): Promise<number> {
  const faults: string[] = [];
  const flags = readReviewFlags(raw, argv, process.env, faults);
  const target = await targetOf(flags, faults);
  using interruption = listenForInterruption();
  const { ports, settings, key, letGo } = await compose(flags, target, streams, interruption.signal);
  try {
    const report = await runReview(ports, settings, [key]);
    const pull = report.pulls[0];
    if (pull === undefined) throw new Error('the run came to no result');
    streams.out(flags.json ? `${JSON.stringify(reviewJson(report, pull))}\n` : reviewText(pull));
    return interruption.signal.aborted ? INTERRUPTED : exitCode(pull, flags.failOn);
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    streams.err(`error: NOT reviewed: ${error instanceof Error ? error.message : String(error)}\n`);
    return INTERRUPTED;
  } finally {
    await letGo();
  }
}

function exitCode(pull: PullReport, failOn: ReviewFlags['failOn']): number {
  return gate([pull], { failOn, onError: 'fail' }).conclusion === 'fail' ? 1 : 0;
}

type Target = {
  repository: LocalRepository;
  base: { ref: string; sha: CommitSha };
  head: { ref: string; sha: CommitSha };
  mergeBaseSha: CommitSha;
  commits: PullRequestCommits;
  reviewer: ReviewerConfig;
  session: SessionName;
};

/** What the flags mean in the repository. Throws `WrongUse` with everything that is wrong, `faults` included. */
async function targetOf(flags: ReviewFlags, faults: string[]): Promise<Target> {
  const repository = await openLocalRepository(flags.repo).catch((error: unknown) => {
    throw new WrongUse([...faults, `--repo: ${error instanceof Error ? error.message : String(error)}`]);
  });
  const commitOf = async (flag: string, revision: string): Promise<CommitSha | null> => {
    const sha = revision === '' ? null : await repository.resolve(revision);
    if (sha === null && revision !== '') {
      faults.push(`${flag}: ${JSON.stringify(revision)} names no commit of ${resolve(flags.repo)}`);
    }
    return sha;
  };
  const baseSha = await commitOf('--base', flags.base);
  const headSha = await commitOf('--head', flags.head);
  const mergeBaseSha = baseSha !== null && headSha !== null ? await repository.mergeBase(baseSha, headSha) : null;
  if (baseSha !== null && headSha !== null && mergeBaseSha === null) {
    faults.push(
      `--base and --head: ${flags.base} and ${flags.head} have no common ancestor (fetch more history, where the clone is shallow)`,
    );
  }
  const session = SessionName.safeParse(flags.session ?? (await defaultSession(repository, flags.head)));
  if (!session.success) faults.push('--session: must be printable ASCII without blanks, at most 200 characters');
  const { reviewer } = flags;
  if (faults.length > 0 || !session.success || baseSha === null || headSha === null || mergeBaseSha === null) {
    throw new WrongUse(faults);
  }
  if (reviewer === null) throw new WrongUse(['--reviewer: needed']);
  return {
    repository,
    base: { ref: flags.base, sha: baseSha },
    head: { ref: flags.head, sha: headSha },
    mergeBaseSha,
    commits: await repository.commits(baseSha, headSha, LISTED_COMMITS),
    reviewer,
    session: session.data,
  };
}

const MAX_SESSION = 200;

/** One session for each branch: the next call on the same branch builds on this one, `HEAD` meaning the branch too. */
async function defaultSession(repository: LocalRepository, head: string): Promise<string> {
  const name = await repository.refName(head);
  const session = `local:${encodeURIComponent(name?.replace(/^refs\/(?:heads\/)?/u, '') ?? head)}`;
  // Cut short, it could be another branch's as well.
  return session.length <= MAX_SESSION ? session : `${session.slice(0, MAX_SESSION - 65)}~${sha256Hex(session)}`;
}

type Composed = {
  ports: ReviewPorts;
  settings: ReviewSettings;
  key: ReturnType<typeof localPullRequestKey>;
  /** Releases what a run that broke off still holds, so that the next need not wait. */
  letGo: () => Promise<void>;
};

async function compose(
  flags: ReviewFlags,
  target: Target,
  streams: Streams,
  interrupted: AbortSignal,
): Promise<Composed> {
  const folder = resolve(flags.repo);
  const token = newHolderToken();
  const { timeoutMs } = flags;
  let held: { session: SessionName; runIds: readonly RunId[] } | null = null;
  const bar =
    streams.isTerminal === true && !flags.quiet ? createPartsBar(streams.err, () => systemClock.monotonicMs()) : null;
  const writeLine = (line: string): void => {
    bar?.clear();
    streams.err(`${line}\n`);
  };
  const log = createConsoleLog(writeLine, { quiet: flags.quiet });
  const ledgerFile = flags.ledger ?? join(dirname(target.repository.objectsFolder), 'pushback', 'ledger');
  const snapshot = createSnapshotLedger({ store: createFileSnapshotStore(resolve(ledgerFile)), clock: systemClock });
  const tokens = await createTokenCounter();
  const ports: ReviewPorts = {
    pullRequests: createLocalPullRequests({ ...target, folder, now: () => systemClock.now() }),
    ledger: snapshot({ ownerId: '1', workflowRun: null, trust: 'contributor' }),
    openRepository: () =>
      openRepository({
        remoteUrl: null,
        token: null,
        workFolder: tmpdir(),
        alternates: target.repository.objectsFolder,
        signal: interrupted,
        log,
      }),
    reviewer: openReviewer(target.reviewer, {
      env: process.env,
      workspace: folder,
      cwd: process.cwd(),
      tempFolder: tmpdir(),
      timeoutMs,
      sessionsFolder:
        agentSessions(process.env) ?? join(dirname(target.repository.objectsFolder), 'pushback', 'sessions'),
      filters: flags.filters,
      tokens,
      clock: systemClock,
      log,
      idToken: null,
      ...(bar === null ? {} : { watchParts: bar.watch }),
    }),
    tokens,
    clock: systemClock,
    log,
    checkedOut: null,
    holder: { token, hash: hashOfToken(token), url: '' },
    randomHex,
    sha256Hex,
    signWith: () => (text) => sha256Hex(text),
    checks: null,
    interrupted,
    holding: (session, runIds) => {
      held = { session, runIds };
    },
  };
  const settings: ReviewSettings = {
    session: target.session,
    incremental: flags.incremental,
    force: flags.force,
    filters: flags.filters,
    instructionsFile: flags.instructionsFile,
    exclusionOf: () => null,
    refusalOf: () => null,
    serverUrl: '',
    publication: {
      minSeverity: 'warning',
      maxComments: 0,
      calmAfter: 0,
      resolveThreads: 'false',
      requestChangesAt: null,
    },
    maxLookUps: 0,
    linkHosts: NO_LINKS,
    timeoutMs,
    leaseSeconds: DEFAULT_LEASE_SECONDS,
    heartbeatMs: HEARTBEAT_MS,
    maxWaitMs: MAX_WAIT_MS,
  };
  const letGo = async (): Promise<void> => {
    for (const runId of held?.runIds ?? []) {
      if (held !== null) await letGoOf(ports, held.session, runId, 'cancelled', 'the command ended early');
    }
  };
  return { ports, settings, key: localPullRequestKey(folder), letGo };
}
