import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createSarifReviewer } from '../../../src/adapters/reviewers/sarif/sarif-reviewer.ts';
import type { ReviewerOutcome, ReviewRequest } from '../../../src/ports/reviewer.ts';
import { sha } from '../../support/builders.ts';
import { aPullRequest, aRequest, aSmallPullRequest } from './requests.ts';

async function review(
  files: Record<string, string | Uint8Array>,
  patterns: string[],
  request: ReviewRequest = aRequest(aSmallPullRequest),
  signal = new AbortController().signal,
): Promise<ReviewerOutcome> {
  const root = await mkdtemp(join(tmpdir(), 'sarif-reviewer-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), typeof content === 'string' ? content.replaceAll('ROOT', root) : content);
    }
    const outcome = await createSarifReviewer({ files: patterns, root, fingerprintParts: [] }).review(request, signal);
    return outcome.outcome === 'failed' ? { ...outcome, why: outcome.why.replaceAll(root, 'ROOT') } : outcome;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function log(tool: string, results: object[], run: object = {}): string {
  return JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: tool } }, results, ...run }] });
}

const at = (uri: string, startLine: number, rest: object = {}): object => ({
  ruleId: 'r',
  message: { text: 'Wrong' },
  locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine } } }],
  ...rest,
});
const provenance = (revisionId: string): object => ({ versionControlProvenance: [{ revisionId }] });

function places(outcome: ReviewerOutcome): unknown {
  if (outcome.outcome !== 'reviewed') return outcome;
  return outcome.reviews.map((one) => one.findings.map(({ path, line }) => `${path}:${line}`));
}

describe('SARIF files', () => {
  test('by name, by glob, each once, in a fixed order', async () => {
    const files = {
      'b/two.sarif': log('two', [at('b.ts', 2)]),
      'a one.sarif': log('one', [at('a.ts', 1), at('file://ROOT/c.ts', 3)]),
      'c.json': 'no SARIF, and nobody asked for it',
    };
    expect(places(await review(files, ['**/*.sarif', 'a one.sarif']))).toEqual([['a.ts:1', 'c.ts:3', 'b.ts:2']]);
  });

  test('in UTF-16, as some tools write on Windows', async () => {
    const utf16 = Buffer.from(`\ufeff${log('one', [at('a.ts', 1)])}`, 'utf16le');
    expect(places(await review({ 'a.sarif': utf16 }, ['a.sarif']))).toEqual([['a.ts:1']]);
  });

  test('say which tree they are about, and whether they are all', async () => {
    const files = {
      'a.sarif': log('one', [], provenance(sha('5'))),
      'b.sarif': log('two', [], { invocations: [{ executionSuccessful: false }] }),
    };
    const outcome = await review(files, ['*.sarif']);
    expect(outcome.outcome === 'reviewed' ? outcome.reviews[0]?.analysed : outcome).toEqual({
      revision: sha('5'),
      complete: false,
    });
  });

  test('that name files of the PR as not analysed', async () => {
    const notification = (uri: string): object => ({
      level: 'error',
      message: { text: 'parse error' },
      locations: [{ physicalLocation: { artifactLocation: { uri } } }],
    });
    const run = {
      invocations: [
        { executionSuccessful: true, toolExecutionNotifications: [notification('a.ts'), notification('z.ts')] },
      ],
    };
    const outcome = await review({ 'a.sarif': log('one', [], run) }, ['a.sarif']);
    expect(outcome.outcome === 'reviewed' ? outcome.reviews[0]?.notReviewed : outcome).toEqual([
      { path: 'a.ts', reason: 'one could not analyse it: parse error' },
    ]);
  });
});

describe('suggestions', () => {
  const fix = {
    fixes: [
      {
        artifactChanges: [
          {
            artifactLocation: { uri: 'a.ts' },
            replacements: [
              { deletedRegion: { startLine: 2, startColumn: 13, endColumn: 15 }, insertedContent: { text: '===' } },
            ],
          },
        ],
      },
    ],
  };
  const snippet = (text: string): object => ({
    locations: [
      { physicalLocation: { artifactLocation: { uri: 'a.ts' }, region: { startLine: 2, snippet: { text } } } },
    ],
  });
  test.each<[string, string, string | null]>([
    ['the tool looked at the head', log('t', [at('a.ts', 2, fix)], provenance(sha('1'))), 'const x = y === z;'],
    [
      'its snippet is what stands there',
      log('t', [at('a.ts', 2, { ...fix, ...snippet('y == z') })]),
      'const x = y === z;',
    ],
    ['its snippet is not', log('t', [at('a.ts', 2, { ...fix, ...snippet('y != z') })]), null],
    ['nobody knows what it looked at', log('t', [at('a.ts', 2, fix)]), null],
  ])('%s', async (_name, sarif, expected) => {
    const outcome = await review({ 'a.sarif': sarif }, ['a.sarif']);
    expect(outcome.outcome === 'reviewed' ? outcome.reviews[0]?.findings[0]?.suggestion : outcome).toBe(expected);
  });
});

describe('what can not be used', () => {
  test.each<[string, Record<string, string>, string[], RegExp]>([
    [
      'no such file',
      {},
      ['out/*.sarif'],
      /^No SARIF file matches "out\/\*\.sarif" in ROOT: run the analyser before, or correct sarif-file\.$/,
    ],
    ['no JSON', { 'a.sarif': 'oops' }, ['a.sarif'], /^The SARIF file a\.sarif can't be used: is no JSON/],
    [
      'a bad field',
      { 'a.sarif': log('t', [{ message: 5 }]) },
      ['a.sarif'],
      /a\.sarif can't be used: runs\[0\]\.results\[0\]\.message: /,
    ],
    [
      'two commits',
      { 'a.sarif': log('t', [], provenance(sha('1'))), 'b.sarif': log('t', [], provenance(sha('2'))) },
      ['*.sarif'],
      /^The SARIF files are about different commits/,
    ],
  ])('%s', async (_name, files, patterns, why) => {
    const outcome = await review(files, patterns);
    expect(outcome.outcome === 'failed' ? outcome.why : outcome).toMatch(why);
  });

  test('several pull requests at once', async () => {
    const request = aRequest(aSmallPullRequest, aPullRequest({}, {}));
    const outcome = await review({ 'a.sarif': log('t', []) }, ['a.sarif'], request);
    expect(outcome.outcome === 'failed' ? outcome.why : outcome).toMatch(/2 pull requests were asked for: name one/);
  });

  test('a run that has ended', async () => {
    const outcome = await review(
      { 'a.sarif': log('t', []) },
      ['a.sarif'],
      aRequest(aSmallPullRequest),
      AbortSignal.abort(),
    );
    expect(outcome).toEqual({ outcome: 'aborted' });
  });
});
