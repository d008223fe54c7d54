import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSarifReviewer } from '../../../src/adapters/reviewers/sarif/sarif-reviewer.ts';
import type { Judgement, RawFinding } from '../../../src/core/finding.ts';
import type { CommitSha } from '../../../src/core/ids.ts';
import { pullRequestName } from '../../../src/core/pull-request.ts';
import type { PullRequestRequest, Reviewer } from '../../../src/ports/reviewer.ts';
import { MARK } from '../../support/git/marked-lines.ts';
import type { TreeLines } from '../../support/git/tree-reader.ts';
import type { MarkedCode } from './marked-code.ts';

/** What a push asks of an oracle. */
export type Sitting = {
  /** Files of the scope that it leaves unread. */
  left: number;
  /** Goes on before it answers. */
  meanwhile: () => Promise<void>;
};

export type Oracle = {
  reviewer(sitting: Sitting): Reviewer;
  /** What was checked out where it ran, for the pipeline's `checkedOut`. */
  checkedOut(version: { baseSha: CommitSha; headSha: CommitSha }): Promise<CommitSha | null>;
};

/** An analyser that flags every marked line of the checked-out merge, written as SARIF and read back from it. */
export function sarifOracle(code: MarkedCode, folder: string): Oracle {
  const analysed = async (version: { baseSha: CommitSha; headSha: CommitSha }): Promise<CommitSha> =>
    (await code.mergeCommit(version.baseSha, version.headSha)) as CommitSha;
  const read = createSarifReviewer({ files: ['oracle.sarif'], root: folder, fingerprintParts: [] });
  return {
    checkedOut: analysed,
    reviewer: ({ left, meanwhile }) => ({
      ...read,
      async review(request, signal) {
        const [pull] = request.pullRequests;
        if (pull === undefined) throw new Error('nothing is asked');
        const failed = new Set(pull.scope.files.slice(0, left).map(({ path }) => path));
        const results = (await code.marked(await analysed(pull.version))).filter(({ path }) => !failed.has(path));
        await writeFile(join(folder, 'oracle.sarif'), sarif(results, [...failed]));
        const answer = await read.review(request, signal);
        await meanwhile();
        return answer;
      },
    }),
  };
}

function sarif(results: readonly { path: string; line: number; text: string }[], failed: readonly string[]): string {
  const at = (uri: string, region?: object): object => ({ physicalLocation: { artifactLocation: { uri }, region } });
  return JSON.stringify({
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'oracle' } },
        results: results.map(({ path, line, text }) => ({
          ruleId: 'no-bug',
          message: { text: 'A bug' },
          locations: [at(path, { startLine: line, snippet: { text } })],
        })),
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: failed.map((path) => ({
              level: 'error',
              message: { text: 'not parsed' },
              locations: [at(path)],
            })),
          },
        ],
      },
    ],
  });
}

/**
 * A reader that flags each marked line in scope and judges each finding listed to it by whether its line still stands.
 * It words things differently every time, and points a line beside where the text tells.
 */
export function scopeOracle(code: MarkedCode, pointing: 'exact' | 'beside'): Oracle {
  let sittings = 0;
  return {
    checkedOut: async () => null,
    reviewer: ({ left, meanwhile }) => ({
      name: 'oracle',
      model: null,
      kind: 'scope',
      fingerprint: 'oracle',
      async review({ pullRequests }) {
        sittings += 1;
        const reviews = [];
        for (const pull of pullRequests) {
          const tree = await code.tree(pull.version.headSha);
          const unread = new Set(pull.scope.files.slice(0, left).map(({ path }) => path));
          reviews.push({
            pullRequest: pullRequestName(pull.pullRequest),
            summary: '',
            findings: markedInScope(pull, WORDS[sittings % WORDS.length] ?? '', pointing).filter(
              ({ path }) => !unread.has(path),
            ),
            judgements: judgementsOf(pull, tree).filter(({ path }) => !unread.has(path)),
            notReviewed: [...unread].map((path) => ({ path, reason: 'no budget' })),
            analysed: null,
          });
        }
        await meanwhile();
        const usage = { inputTokens: null, outputTokens: null, costUsd: null };
        return { outcome: 'reviewed', reviews, usage, sessionId: null };
      },
    }),
  };
}

const WORDS = ['A bug', 'This is a bug', 'Here a bug hides', 'A marked line'];

function markedInScope({ scope }: PullRequestRequest, title: string, pointing: 'exact' | 'beside'): RawFinding[] {
  return scope.files.flatMap((file) =>
    file.hunks
      .flatMap((hunk) => hunk.lines)
      .flatMap(({ newLine, text }) => {
        // Of equal lines the hunk may show another one as added: the scope's word counts.
        const inScope = file.added.some(({ start, end }) => newLine !== null && start <= newLine && newLine <= end);
        if (newLine === null || !inScope || !text.includes(MARK)) return [];
        const line = pointing === 'exact' ? newLine : newLine + 1;
        const said = { path: file.path, line, endLine: line, side: 'RIGHT', quote: text } as const;
        return [{ ...said, severity: 'warning', category: 'correctness', title, body: '' } as const];
      }),
  );
}

function judgementsOf({ findings }: PullRequestRequest, tree: TreeLines): (Judgement & { path: string })[] {
  return findings.map(({ id, path, line, quote }) => {
    const stands = line !== null && tree.get(path)?.[line - 1] === quote;
    return { findingId: id, status: stands ? 'open' : 'fixed', why: '', path };
  });
}
