import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { renderJobSummary } from '../../../src/core/render/job-summary.ts';
import { annotationsOf, logLines } from '../../../src/core/render/log-lines.ts';
import { cost, tokenCount } from '../../../src/core/render/words.ts';
import { NO_USAGE } from '../../../src/core/usage.ts';
import { aFinding, aPullReport } from '../../support/builders.ts';
import { isRunnersCommand } from '../../support/runner-commands.ts';
import { aView } from '../../support/views.ts';

describe('renderJobSummary', () => {
  test('tells of each pull request, and in full what its comments say', () => {
    const view = aView({
      inline: new Set([aFinding().id]),
      result: { verdict: 'changes_requested', findings: [aFinding({ body: 'said on the line' })] },
    });
    const failed = aPullReport({ outcome: 'failed', detail: 'the reviewer @broke', record: null });
    const summary = renderJobSummary([
      { report: aPullReport(), view },
      { report: failed, view: null },
      { report: aPullReport({ outcome: 'overtaken', detail: 'a newer push' }), view },
    ]);
    expect(summary).toContain(
      '### 🛑 Changes requested: 1 warning · [acme/shop#12](https://github.example/acme/shop/pull/12)',
    );
    expect(summary).toContain('said on the line');
    expect(summary).toContain('NOT reviewed: the reviewer @\u200bbroke');
    expect(summary).toContain('overtaken: a newer push');
    expect(summary).not.toContain('<!--');
  });

  test('of many large reviews stays under what a host takes', () => {
    const findings = Array.from({ length: 2_000 }, (_, at) => aFinding({ shortId: at + 1, body: 'é'.repeat(1_000) }));
    const view = aView({ result: { verdict: 'changes_requested', findings } });
    const summary = renderJobSummary(Array.from({ length: 30 }, () => ({ report: aPullReport(), view })));
    expect(Buffer.byteLength(summary)).toBeLessThan(1_048_576);
    expect(summary.match(/did not fit here/gu)?.length).toBeGreaterThanOrEqual(30);
  });
});

describe('logLines', () => {
  test('one fact a line', () => {
    const view = aView({
      context: { detail: 'commits were added' },
      result: {
        mode: 'incremental',
        reason: 'new-commits',
        verdict: 'changes_requested',
        findings: [aFinding({ title: 'one\ntwo' })],
        usage: { ...NO_USAGE, scopeTokens: 1_240, fullTokens: 8_400 },
      },
    });
    expect(logLines(view)).toEqual([
      'changes_requested at 1111111: incremental, new-commits (commits were added)',
      'open: 1 warning',
      'F1 warning, new: src/cart.ts:3: one two',
      'read 1.2k of 8.4k tokens, saved 85 %',
    ]);
  });

  test('none can be read as a command of the runner', () => {
    const hostile = fc.constantFrom(
      '::error::x',
      '\n::set-output name=a::b',
      '##[error]x',
      'src/a ##[set-output name=verdict]approved',
      '##\u200b[error]x',
      '\r::stop',
      '\u2028::x',
      '\u0085::x',
    );
    fc.assert(
      fc.property(hostile, hostile, (detail, title) => {
        const lines = logLines(
          aView({ context: { detail }, result: { findings: [aFinding({ title, path: title })] } }),
        );
        for (const line of lines) expect(isRunnersCommand(line)).toBe(false);
      }),
    );
  });
});

test('annotationsOf: the gravest open findings of the head, no more than asked for', () => {
  const findings = [
    aFinding({ shortId: 1, status: 'open' }),
    aFinding({ shortId: 2, severity: 'suggestion' }),
    aFinding({ shortId: 3, severity: 'critical', line: null, endLine: null, body: '' }),
    aFinding({ shortId: 4, side: 'LEFT', severity: 'critical' }),
    aFinding({ shortId: 5, status: 'fixed', severity: 'critical' }),
    aFinding({ shortId: 6, line: 7, endLine: 9 }),
  ];
  expect(annotationsOf(findings, 3)).toEqual([
    {
      level: 'failure',
      path: 'src/cart.ts',
      startLine: 1,
      endLine: 1,
      title: 'F3 Compare with ===',
      message: 'Compare with ===',
    },
    {
      level: 'warning',
      path: 'src/cart.ts',
      startLine: 7,
      endLine: 9,
      title: 'F6 Compare with ===',
      message: '`==` converts its operands.',
    },
    {
      level: 'warning',
      path: 'src/cart.ts',
      startLine: 3,
      endLine: 3,
      title: 'F1 Compare with ===',
      message: '`==` converts its operands.',
    },
  ]);
});

test('annotationsOf: one without words still says something, for hosts refuse a check with one that does not', () => {
  const [silent] = annotationsOf([aFinding({ shortId: 3, title: ' ', body: '\u200b' })], 1);
  expect([silent?.title, silent?.message]).toEqual(['F3', 'F3']);
});

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1k'],
  [1_240, '1.2k'],
  [9_960, '10k'],
  [84_400, '84k'],
  [999_499, '999k'],
  [1_300_000, '1.3M'],
])('%i tokens show as %s', (tokens, shown) => {
  expect(tokenCount(tokens)).toBe(shown);
});

test.each([
  [0.031, '$0.03'],
  [0.004, '<$0.01'],
  [12, '$12.00'],
])('%d dollars show as %s', (usd, shown) => {
  expect(cost(usd)).toBe(shown);
});
