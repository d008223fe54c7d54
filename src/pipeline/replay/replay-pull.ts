import { isComplete, type Coverage } from '../../core/coverage.ts';
import { decideMode, type ModeFacts } from '../../core/decide-mode.ts';
import { pathOf, type FileDiff } from '../../core/diff.ts';
import { NO_FILTERS } from '../../core/exclude/filters.ts';
import { coverageAfter, withoutExcluded } from '../../core/interdiff.ts';
import type { ModeDecision } from '../../core/mode.ts';
import { kindOf, type ReplayPush } from '../../core/replay/past.ts';
import type { Cost, PushCost } from '../../core/replay/totals.ts';
import { changesMode, fullScope, incrementalScope, type Scope } from '../../core/scope.ts';
import { GitFault, type Repository } from '../../ports/repository.ts';
import { CarriedVersions } from '../carried-versions.ts';
import { withContext } from '../context.ts';
import { decideExclusions, exclusionRules, type Exclusions } from '../exclusions.ts';
import { compareWithReviewed, type Interdiff } from '../interdiff.ts';

export type ReplayPorts = {
  repository: Repository;
  /** o200k tokens of a text. */
  countTokens: (text: string) => number;
};

/** What holds for a reviewer that reads, where nothing is configured. */
const RULES = exclusionRules(NO_FILTERS, 'scope');

/** What a review of one push left behind for the next. */
type Reviewed = {
  push: ReplayPush;
  coverage: Coverage;
  /** The same, had nothing been left out: what the interdiff alone is measured by. */
  everything: Coverage;
};

/** A replay of one pull request, push after push, each reviewed whole: every push builds on the one before. */
export class PullReplay {
  readonly #ports: ReplayPorts;
  readonly #name: string;
  #reviewed: Reviewed | null = null;
  #pushes = 0;

  constructor(ports: ReplayPorts, name: string) {
    this.#ports = ports;
    this.#name = name;
  }

  /** What the push costs to review by each method, and what the product would do with it. */
  async push(today: ReplayPush): Promise<PushCost> {
    const { repository, countTokens } = this.#ports;
    const previous = this.#reviewed;
    const { version } = today;
    await fetchOrThrow(repository, today);
    const fullDiff = await repository.diff(version.mergeBaseSha, version.headSha);
    const exclusions = await decideExclusions(repository, version.mergeBaseSha, fullDiff, RULES);
    const full = fullScope({ fullDiff, countTokens, why: 'the whole pull request', exclude: exclusions.of });
    const everything = fullScope({ fullDiff, countTokens, why: '', exclude: leaveNothingOut });
    const found = previous === null ? null : await this.#compare(previous, today, fullDiff, exclusions);
    const decision = decide(previous, today, full, found);
    const scope = decision.mode === 'full' ? full : (found?.scope ?? full);
    const reviewable = await withContext(repository, { scope, headSha: version.headSha, fullDiff, countTokens });
    const after = { today: version, fullDiff, notReviewed: [] };
    this.#reviewed = {
      push: today,
      coverage: coverageAfter({ ...after, scope }),
      everything: coverageAfter({ ...after, scope: everything }),
    };
    this.#pushes += 1;
    const cost: Cost = {
      full: everything.tokens,
      prevHead: found?.prevHead ?? everything.tokens,
      prevHeadOwn: found?.prevHeadOwn ?? everything.tokens,
      interdiff: found?.interdiffTokens ?? everything.tokens,
      reviewable: reviewable.tokens + (reviewable.contextTokens ?? 0),
    };
    return {
      pull: this.#name,
      push: this.#pushes,
      kind: kindOf(previous?.push.version ?? null, today),
      mode: decision.mode,
      reason: decision.reason,
      ...cost,
      head: version.headSha,
    };
  }

  async #compare(
    previous: Reviewed,
    today: ReplayPush,
    fullDiff: readonly FileDiff[],
    exclusions: Exclusions,
  ): Promise<Compared> {
    const { repository, countTokens } = this.#ports;
    const between = await repository.diff(previous.push.version.headSha, today.version.headSha);
    const sizeOf = (files: readonly FileDiff[]): number =>
      fullScope({ fullDiff: files, countTokens, why: '', exclude: leaveNothingOut }).tokens;
    const prevHead = sizeOf(between);
    const prevHeadOwn = sizeOf(ownFiles(between, fullDiff, previous.everything));
    const versions = new CarriedVersions(repository, today.version.mergeBaseSha);
    const compare = (coverage: Coverage): Promise<Interdiff> =>
      compareWithReviewed(repository, versions, coverage, today.version, fullDiff);
    const interdiff = await compare(previous.everything);
    if (interdiff.outcome === 'unavailable') {
      return { interdiff, scope: null, prevHead, prevHeadOwn, interdiffTokens: null };
    }
    const unfiltered = incrementalScope({ ...interdiff, fullDiff, countTokens, exclude: leaveNothingOut });
    const coverage = withoutExcluded(previous.coverage, exclusions.has);
    // What differs between the two references is left out today, so it makes no difference to the scope.
    const same = interdiff.lost.length === 0 && coverage.pending.every(({ path }) => exclusions.has(path));
    const compared = same ? { ...interdiff, coverage } : await compare(coverage);
    const input = { fullDiff, countTokens, exclude: exclusions.of };
    const scope = compared.outcome === 'compared' ? incrementalScope({ ...compared, ...input }) : null;
    return { interdiff: compared, scope, prevHead, prevHeadOwn, interdiffTokens: unfiltered.tokens };
  }
}

type Compared = {
  interdiff: Interdiff;
  /** Null where the versions can't be compared: everything is read then. */
  scope: Scope | null;
  prevHead: number;
  prevHeadOwn: number;
  interdiffTokens: number | null;
};

function decide(
  previous: Reviewed | null,
  today: ReplayPush,
  full: Scope,
  found: Compared | null,
): Pick<ModeDecision, 'mode' | 'reason'> {
  const facts: ModeFacts = {
    force: null,
    today: versionOf(today),
    previous:
      previous === null
        ? { outcome: 'none' }
        : {
            outcome: 'found',
            version: versionOf(previous.push),
            fingerprint: '',
            complete: isComplete(previous.coverage),
          },
    fingerprint: '',
    incremental: 'true',
    flag: { value: true, cause: 'a replay' },
    full: { files: full.files.length, tokens: full.tokens },
    interdiff: interdiffFacts(found),
    relation: today.relation,
  };
  return decideMode(facts);
}

function interdiffFacts(found: Compared | null): ModeFacts['interdiff'] {
  if (found === null) return null;
  if (found.interdiff.outcome === 'unavailable') return found.interdiff;
  return { outcome: 'scoped', files: found.scope?.files.length ?? 0, tokens: found.scope?.tokens ?? 0 };
}

/** The base branch never changes in a replay: past retargets leave no trace in a repository. */
function versionOf({ version }: ReplayPush): ModeFacts['today'] {
  return { ...version, baseRef: 'base', baseSha: version.mergeBaseSha };
}

async function fetchOrThrow(repository: Repository, { version }: ReplayPush): Promise<void> {
  const fetched = await repository.fetch([version.mergeBaseSha, version.headSha]);
  if (fetched.outcome === 'unavailable') throw new GitFault(`${fetched.missing.join(', ')}: ${fetched.why}`);
}

/** Of another diff the files that the PR changes, as the PR's own diff describes them, or changed before this push. */
function ownFiles(between: readonly FileDiff[], fullDiff: readonly FileDiff[], before: Coverage): FileDiff[] {
  const own = new Map(fullDiff.map((file) => [pathOf(file), file]));
  const changedBefore = new Set(before.covered.map(({ path }) => path));
  return between.flatMap((file) => {
    const ofPull = own.get(pathOf(file));
    // Of a new file the PR's own diff has no mode to compare with.
    if (ofPull?.old === null && changesMode(file)) return [file];
    if (ofPull !== undefined) return [{ ...ofPull, hunks: file.hunks }];
    return changedBefore.has(pathOf(file)) ? [file] : [];
  });
}

function leaveNothingOut(): null {
  return null;
}
