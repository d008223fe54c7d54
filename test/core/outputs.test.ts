import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { FindingsDocument, findingsDocument, outputSchemas } from '../../src/core/findings-document.ts';
import { outputsOf } from '../../src/core/outputs.ts';
import { schemaText } from '../../src/core/prompt/json-schemas.ts';
import { NO_USAGE } from '../../src/core/usage.ts';
import { aFinding, aKey, aPullReport, aRecord, aRunReport, sha } from '../support/builders.ts';

const usage = { ...NO_USAGE, inputTokens: 100, outputTokens: 10, costUsd: 0.25, scopeTokens: 40, fullTokens: 100 };
const findings = [
  aFinding({ id: 'f00000000000000000000001', shortId: 1, status: 'new' }),
  aFinding({ id: 'f00000000000000000000002', shortId: 2, status: 'open' }),
  aFinding({ id: 'f00000000000000000000003', shortId: 3, status: 'fixed' }),
  aFinding({ id: 'f00000000000000000000004', shortId: 4, status: 'dismissed' }),
];
const reviewed = aPullReport({
  record: aRecord({ result: { verdict: 'changes_requested', findings, usage, previousSha: sha('9') } }),
});
const second = { ...aKey, number: 13 as typeof aKey.number };

const only = (pulls: Parameters<typeof aRunReport>[0]) => ({ runs: [aRunReport(pulls)], failures: [] });

describe('outputsOf', () => {
  test('one pull request', () => {
    expect(outputsOf(only([reviewed]))).toEqual({
      verdict: 'changes_requested',
      mode: 'full',
      reason: 'first-review',
      session: 'acme/shop#12',
      'batch-id': `batch_${'0'.repeat(32)}`,
      'run-ids': reviewed.runId,
      'head-sha': sha('1'),
      'previous-sha': sha('9'),
      new: '1',
      open: '2',
      fixed: '1',
      carried: '1',
      'input-tokens': '100',
      'output-tokens': '10',
      'saved-tokens': '60',
      cost: '0.25',
    });
  });

  test('several: the gravest verdict, lists in order, sums; what was not spent in this run is not counted', () => {
    const approved = aPullReport({ pullRequest: second, headSha: sha('2'), mode: 'none', reason: 'unchanged' });
    const standing = aPullReport({
      outcome: 'skipped',
      reason: 'already-reviewed',
      mode: 'none',
      runId: null,
      record: aRecord({ result: { verdict: 'inconclusive', usage } }),
    });
    expect(outputsOf(only([reviewed, approved, standing]))).toMatchObject({
      verdict: 'changes_requested',
      mode: 'full,none,none',
      reason: 'first-review,unchanged,already-reviewed',
      'run-ids': `${reviewed.runId},${approved.runId},`,
      'head-sha': `${sha('1')},${sha('2')},${sha('1')}`,
      'previous-sha': `${sha('9')},,`,
      open: '2',
      'input-tokens': '100',
      'saved-tokens': '60',
    });
  });

  test.each([
    ['failed', aPullReport({ outcome: 'failed', record: null })],
    ['overtaken', aPullReport({ outcome: 'overtaken' })],
    ['skipped without a review', aPullReport({ outcome: 'skipped', record: null })],
  ])('one of them has no verdict (%s): there is none for all', (_name, pull) => {
    expect(outputsOf(only([aPullReport(), pull]))['verdict']).toBe('');
    expect(outputsOf(only([pull]))['verdict']).toBe('');
  });

  test('costs add up to what a person would write', () => {
    const dime = aPullReport({ record: aRecord({ result: { usage: { ...usage, costUsd: 0.1 } } }) });
    const two = aPullReport({ record: aRecord({ result: { usage: { ...usage, costUsd: 0.2 } } }) });
    expect(outputsOf(only([dime, two]))['cost']).toBe('0.3');
  });

  test('what the reviewer did not say is empty, not nought', () => {
    const outputs = outputsOf(only([aPullReport()]));
    expect([outputs['input-tokens'], outputs['output-tokens'], outputs['cost']]).toEqual(['', '', '']);
    expect(outputsOf(only([]))).toMatchObject({ verdict: '', mode: '', new: '0', 'saved-tokens': '0' });
  });
});

describe('findingsDocument', () => {
  test('is what its published schema says', async () => {
    for (const [name, schema] of Object.entries(outputSchemas())) {
      expect(await readFile(`docs/schemas/${name}`, 'utf8')).toBe(schemaText(schema));
    }
    const failed = aPullReport({ outcome: 'failed', record: null, mode: null, reason: null });
    const document = findingsDocument(only([reviewed, failed]));
    expect(FindingsDocument.parse(document)).toEqual(document);
  });

  test('holds each pull request, with and without a review', () => {
    const failed = aPullReport({ pullRequest: second, outcome: 'failed', record: null, detail: 'no key', mode: null });
    const document: unknown = JSON.parse(JSON.stringify(findingsDocument(only([reviewed, failed]))));
    expect(document).toMatchObject({
      session: 'acme/shop#12',
      pullRequests: [
        {
          pullRequest: 'acme/shop#12',
          outcome: 'reviewed',
          verdict: 'changes_requested',
          headSha: sha('1'),
          previousSha: sha('9'),
          findings: [{ shortId: 1 }, { shortId: 2 }, { shortId: 3 }, { shortId: 4 }],
          pending: [],
          usage: { inputTokens: 100 },
        },
        {
          pullRequest: 'acme/shop#13',
          outcome: 'failed',
          mode: null,
          detail: 'no key',
          verdict: null,
          findings: [],
          usage: null,
        },
      ],
    });
  });
});
