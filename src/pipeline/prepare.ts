import { isComplete, type Coverage } from '../core/coverage.ts';
import { decideMode, type ModeFacts } from '../core/decide-mode.ts';
import { byPathRule } from '../core/exclude/decide.ts';
import type { EarlierFindings } from '../core/findings/today.ts';
import { mergeCoverage, withoutExcluded } from '../core/interdiff.ts';
import type { SessionName } from '../core/ids.ts';
import type { PullRequestVersion } from '../core/pull-request.ts';
import type { ReviewRecord } from '../core/review-record.ts';
import { instructedFingerprint, isOfReviewer } from '../core/reviewing/fingerprint.ts';
import { fullScope, incrementalScope, type Scope } from '../core/scope.ts';
import type { FileDiff } from '../core/diff.ts';
import type { Repository } from '../ports/repository.ts';
import type { Claimed } from './claim.ts';
import { CarriedVersions } from './carried-versions.ts';
import { withContext } from './context.ts';
import { fetchVersions } from './fetch-versions.ts';
import { decideExclusions, exclusionRules } from './exclusions.ts';
import { linesReader } from './file-lines.ts';
import { patchDigests, samePatches, type PatchDigests } from './patch-digests.ts';
import { readHistory, type Recorded } from './history.ts';
import { readInstructions } from './instructions.ts';
import { compareWithReviewed, type Interdiff } from './interdiff.ts';
import { mapLines } from './line-maps.ts';
import type { ReviewPorts, ReviewSettings } from './ports.ts';
import type { Prepared } from './prepared.ts';
import { remembering } from './token-memory.ts';

/** Everything there is to know about a claimed PR before it is reviewed: history, scope, and the mode with its reason. */
export async function prepare(
  ports: ReviewPorts,
  settings: ReviewSettings,
  session: SessionName,
  repository: Repository,
  claimed: Claimed,
): Promise<Prepared> {
  const { pullRequest, answer } = claimed;
  const today = pullRequest.version;
  const recorded = await readHistory(ports, session, claimed);
  const { reviewer } = ports;
  const records = allRecords(recorded).filter(({ result }) =>
    isOfReviewer(result.reviewer.fingerprint, reviewer.fingerprint),
  );
  const anew = settings.force === 'full' || settings.incremental === 'false';
  const versions = new CarriedVersions(repository, today.mergeBaseSha);
  const isInstructed = reviewer.kind === 'scope';
  const alsoFetched = isInstructed ? [pullRequest.trustedSha] : [];
  // Before the instructions are known: that they changed since is the exception.
  await fetchVersions(repository, versions, today, anew ? null : coverageOf(records), ports.log, alsoFetched);
  const instructions = isInstructed
    ? await readInstructions(repository, pullRequest.trustedSha, settings.instructionsFile, ports.log)
    : null;
  const fingerprint = instructedFingerprint(reviewer.fingerprint, instructions, (text) => ports.sha256Hex(text));
  // What another reviewer covered says nothing about what ours would find.
  const usable = records.filter(({ result }) => result.reviewer.fingerprint === fingerprint);
  const builtOn = anew ? null : coverageOf(usable);
  const fullDiff = await repository.diff(today.mergeBaseSha, today.headSha);
  const digestOf = patchDigests(fullDiff, (text) => ports.sha256Hex(text));
  const countTokens = remembering((text) => ports.tokens.count(text));
  const rules = exclusionRules(settings.filters, ports.reviewer.kind);
  const exclusions = await decideExclusions(repository, today.mergeBaseSha, fullDiff, rules);
  const input = { fullDiff, countTokens, exclude: exclusions.of };
  const full = fullScope({ ...input, why: 'the whole pull request' });
  const read = mergeCoverage(usable.map(({ result }) => withoutExcluded(result.coverage, exclusions.has)));
  const interdiff =
    builtOn === null ? null : await compareWithReviewed(repository, versions, read, today, fullDiff, digestOf);
  if (interdiff?.outcome === 'compared') {
    for (const why of interdiff.lost) ports.log.info(`An earlier version can't be compared with: ${why}`);
  }
  const partial = interdiff?.outcome === 'compared' ? incrementalScope({ ...interdiff, ...input }) : null;
  const relation = await relationTo(ports, claimed, recorded);
  const decision = decideMode({
    force: settings.force,
    today,
    previous: previousFacts(recorded, isComplete(read)),
    fingerprint,
    incremental: settings.incremental,
    flag: answer.incremental,
    full: { files: full.files.length, tokens: full.tokens },
    interdiff: interdiffFacts(interdiff, partial),
    relation: relation ?? 'unknown',
  });
  const bare = decision.mode === 'full' ? full : (partial ?? { ...full, files: [], tokens: 0 });
  // A reviewer that is a function of the tree has all of it; where nothing is reviewed, nothing has to be understood.
  const scope =
    ports.reviewer.kind === 'scope' && decision.mode !== 'none'
      ? await withContext(repository, { scope: bare, headSha: today.headSha, fullDiff, countTokens })
      : bare;
  const earlier = await earlierFindings(repository, versions, today, recorded, fullDiff, digestOf);
  const readLines = linesReader(repository, today, fullDiff);
  const inReview = fullDiff.filter((file) => byPathRule(file, rules.pathRule) === null);
  const found = { fullDiff, inReview, recorded, readLines, earlier, scope };
  return { claimed, pullRequest, repository, ...found, decision, relation, instructions, fingerprint };
}

function coverageOf(records: readonly ReviewRecord[]): Coverage | null {
  return records.length === 0 ? null : mergeCoverage(records.map(({ result }) => result.coverage));
}

/** In the order in which they were begun: what a later one says of a path counts. */
function allRecords({ previous, sources }: Recorded): ReviewRecord[] {
  const records = previous.outcome === 'found' ? [previous.record, ...sources] : sources;
  return records.toSorted((a, b) => a.generation - b.generation);
}

function interdiffFacts(interdiff: Interdiff | null, partial: Scope | null): ModeFacts['interdiff'] {
  if (interdiff === null || partial === null) return interdiff?.outcome === 'unavailable' ? interdiff : null;
  const note = interdiff.outcome === 'compared' ? interdiff.note : null;
  return { outcome: 'scoped', files: partial.files.length, tokens: partial.tokens, note };
}

/** A source without a previous review (a first run that was superseded) is built on like one, where it covers anything. */
function previousFacts(recorded: Recorded, complete: boolean): ModeFacts['previous'] {
  const { previous } = recorded;
  if (previous.outcome === 'unavailable') return previous;
  const covers = ({ result }: ReviewRecord): boolean => result.coverage.covered.length > 0;
  const newest = previous.outcome === 'found' ? previous.record : recorded.sources.findLast(covers);
  if (newest === undefined) return { outcome: 'none' };
  return { outcome: 'found', version: newest.version, fingerprint: newest.result.reviewer.fingerprint, complete };
}

async function relationTo(
  ports: ReviewPorts,
  { pullRequest }: Claimed,
  { previous, sources }: Recorded,
): Promise<Prepared['relation']> {
  const newest = previous.outcome === 'found' ? previous.record : sources.at(-1);
  if (newest === undefined) return null;
  if (newest.version.headSha === pullRequest.version.headSha) return 'ahead';
  return ports.pullRequests.relation(pullRequest.key.repository, newest.version.headSha, pullRequest.version.headSha);
}

async function earlierFindings(
  repository: Repository,
  versions: CarriedVersions,
  today: PullRequestVersion,
  recorded: Recorded,
  fullDiff: readonly FileDiff[],
  digestOf: PatchDigests,
): Promise<EarlierFindings[]> {
  const delivered = recorded.previous.outcome === 'found' && recorded.previous.delivered;
  const earlier: EarlierFindings[] = [];
  for (const record of allRecords(recorded)) {
    const findings = [...record.result.findings, ...(record.result.remembered ?? [])];
    if (findings.length === 0) continue;
    const paths = findings.map(({ path }) => path);
    const samePatch = samePatches(record.result.coverage, record.version, digestOf);
    earlier.push({
      findings,
      map: await mapLines(repository, versions, record.version, today, fullDiff, paths, samePatch),
      delivered: delivered && recorded.previous.outcome === 'found' && record === recorded.previous.record,
    });
  }
  return earlier;
}
