import type { AskedPullRequest } from '../prompt/request.ts';
import { pullRequestName } from '../pull-request.ts';
import type { ScopeFile } from '../scope.ts';
import { clusters } from './affinity.ts';
import { riskOf } from './risk.ts';
import { sliceFile } from './slice-file.ts';

/** What one call of a model reviews. Each file in scope is in exactly one part, or in all the slices of it. */
export type Part = {
  /** `owner/repo#12` */
  pullRequest: string;
  /** At least one; in the order in which they are shown. */
  files: PartFile[];
  /** Where the part is a piece of one file that is too long for a part: which of how many, from 1. */
  slice: { index: number; of: number } | null;
  /** Of the files together, as the prompt shows them; without what every call carries beside. */
  tokens: number;
  /** The highest of its files. */
  risk: number;
};

export type PartFile = { file: ScopeFile; tokens: number; risk: number };

export type PartOptions = {
  /** What a part may hold. A file that is longer goes in slices; a single line that is longer goes nevertheless. */
  maxTokens: number;
  /** Of a file as the prompt shows it. */
  tokensOf: (file: ScopeFile) => number;
};

/** The scopes of all pull requests in parts of files that belong together, those at the highest risk first. */
export function partsOf(pulls: readonly AskedPullRequest[], options: PartOptions): Part[] {
  return pulls
    .flatMap((pull, index) => partsOfOne(pull, options).map((part) => ({ part, index })))
    .toSorted((a, b) => b.part.risk - a.part.risk || a.index - b.index || byPlace(a.part, b.part))
    .map(({ part }) => part);
}

/** The pull request with nothing but the part's files in scope, and of the findings those it is to judge with their code. */
export function askedIn(pull: AskedPullRequest, part: Part): AskedPullRequest {
  const shown = new Set(part.files.map(({ file }) => file.path));
  return {
    ...pull,
    scope: { ...pull.scope, files: part.files.map(({ file }) => file), tokens: part.tokens },
    findings: pull.findings.map((finding) => ({ ...finding, touched: finding.touched && shown.has(finding.path) })),
  };
}

function partsOfOne(pull: AskedPullRequest, options: PartOptions): Part[] {
  const pullRequest = pullRequestName(pull.pullRequest);
  const measured = pull.scope.files.map((file) => ({
    file,
    tokens: options.tokensOf(file),
    risk: riskOf(file, pull.findings),
  }));
  const sliced = measured
    .filter(({ tokens }) => tokens > options.maxTokens)
    .flatMap(({ file, risk }) => {
      const slices = sliceFile(file, options);
      return slices.map((slice, at): Part => {
        const files = [{ ...slice, risk }];
        const of = slices.length;
        return { pullRequest, files, slice: of === 1 ? null : { index: at + 1, of }, tokens: slice.tokens, risk };
      });
    });
  const together = clusters(
    measured.filter(({ tokens }) => tokens <= options.maxTokens),
    options.maxTokens,
  ).map((files): Part => ({ pullRequest, files, slice: null, ...totalOf(files) }));
  return [...sliced, ...together];
}

export function totalOf(files: readonly PartFile[]): { tokens: number; risk: number } {
  return {
    tokens: files.reduce((sum, { tokens }) => sum + tokens, 0),
    risk: Math.max(...files.map(({ risk }) => risk)),
  };
}

function byPlace(a: Part, b: Part): number {
  const [first, second] = [a.files[0]?.file.path ?? '', b.files[0]?.file.path ?? ''];
  if (first !== second) return first < second ? -1 : 1;
  return (a.slice?.index ?? 0) - (b.slice?.index ?? 0);
}
