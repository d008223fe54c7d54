import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Finding } from '../../../src/core/finding.ts';
import { Reason, type Mode } from '../../../src/core/mode.ts';
import { PullRequestNumber, RepositoryName } from '../../../src/core/ids.ts';
import type { ViewContext } from '../../../src/core/render/view.ts';
import { parseMarker } from '../../../src/core/render/marker.ts';
import { renderSummary } from '../../../src/core/render/summary.ts';
import { aFinding, sha } from '../../support/builders.ts';
import { aView } from '../../support/views.ts';
import { NOTHING_COVERED } from '../../../src/core/coverage.ts';
import { NO_USAGE } from '../../../src/core/usage.ts';
import { FULL_REASONS, INCREMENTAL_REASONS } from '../../../src/core/mode.ts';

const idOf = (number: number): string => `f${String(number).padStart(23, '0')}`;

function numbered(number: number, overrides: Partial<Finding> = {}): Finding {
  return aFinding({ id: idOf(number), shortId: number, line: number, endLine: number, ...overrides });
}

function companion(repository: string, number: number): ViewContext['companions'][number] {
  return { repository: RepositoryName.parse(repository), number: PullRequestNumber.parse(number) };
}

function modeOf(reason: Reason): Mode {
  if (FULL_REASONS.some((full) => full === reason)) return 'full';
  return INCREMENTAL_REASONS.some((incremental) => incremental === reason) ? 'incremental' : 'none';
}

/** Without the marker, which has its own tests. */
function visible(body: string): string {
  return body.slice(body.indexOf('\n') + 1);
}

describe('renderSummary', () => {
  test('nothing found: three lines', () => {
    const view = aView({ result: { summary: '', usage: { ...NO_USAGE, scopeTokens: 950, fullTokens: 950 } } });
    expect(visible(renderSummary(view))).toMatchSnapshot('comment');
  });

  test('new, open and fixed findings of an incremental review', () => {
    const view = aView({
      inline: new Set([idOf(4), idOf(1)]),
      result: {
        mode: 'incremental',
        reason: 'new-commits',
        verdict: 'changes_requested',
        findings: [
          numbered(1, { status: 'open' }),
          numbered(2, {
            status: 'fixed',
            fixedSha: sha('1'),
            title: 'Unused variable `total`',
            severity: 'suggestion',
          }),
          numbered(3, {
            status: 'new',
            severity: 'suggestion',
            title: 'Name this constant',
            path: 'src/price/tax.ts',
            endLine: 9,
          }),
          numbered(4, {
            status: 'new',
            severity: 'critical',
            title: 'The total ignores the discount',
            line: 40,
            endLine: 44,
          }),
          numbered(5, { status: 'gone' }),
          numbered(6, { status: 'dismissed', title: 'Too long' }),
        ],
        usage: {
          ...NO_USAGE,
          scopeTokens: 1_240,
          fullTokens: 8_400,
          inputTokens: 3_100,
          outputTokens: 420,
          costUsd: 0.031,
        },
        reviewer: { name: 'model', model: 'anthropic/some-model', fingerprint: 'r', sessionId: null },
      },
    });
    expect(visible(renderSummary(view))).toMatchSnapshot('comment');
  });

  test('an unfinished review, with what was left out, in a session of several', () => {
    const view = aView({
      context: { companions: [companion('acme/shop', 13), companion('acme/api', 7)] },
      result: {
        verdict: 'inconclusive',
        summary: '',
        coverage: {
          ...NOTHING_COVERED,
          pending: [
            { path: 'src/a.ts', reason: 'the token budget ran out' },
            { path: 'src/b|c.ts', reason: 'the token budget ran out' },
          ],
          excluded: [{ path: 'package-lock.json', reason: 'lockfile' }],
        },
      },
    });
    expect(visible(renderSummary(view))).toMatchSnapshot('comment');
  });

  test.each(Reason.options)('the reason %s in plain words', (reason) => {
    const view = aView({ context: { detail: 'a detail' }, result: { summary: '', mode: modeOf(reason), reason } });
    expect(visible(renderSummary(view)).split('\n')[2]).toMatchSnapshot('reason line');
  });

  test.each([
    ['ahead', 2],
    ['rewritten', 1],
    ['unknown', 0],
  ] as const)('unchanged, %s, %i files moved upstream', (relation, movedUpstream) => {
    const view = aView({
      context: { relation, movedUpstream },
      result: { mode: 'none', reason: 'unchanged', summary: '' },
    });
    expect(visible(renderSummary(view)).split('\n')[2]).toMatchSnapshot('reason line');
  });

  test('a comment is told of by its line, the others in full', () => {
    const findings = [numbered(1, { body: 'said on the line' }), numbered(2, { body: 'said nowhere else' })];
    const body = renderSummary(
      aView({ inline: new Set([idOf(1)]), result: { verdict: 'changes_requested', findings } }),
    );
    expect(body).toContain('said nowhere else');
    expect(body).not.toContain('said on the line');
  });

  test('five hundred findings stay under the limit, cut at an edge, and a line says how many are missing', () => {
    const findings = Array.from({ length: 500 }, (_, at) =>
      numbered(at + 1, { body: `**Why**\n\n${'words and '.repeat(60)}` }),
    );
    const body = renderSummary(aView({ result: { verdict: 'changes_requested', findings } }));
    const rows = body.match(/^\| 🟠&nbsp;\*\*F\d+\*\*/gmu)?.length ?? 0;
    const texts = body.match(/^🟠 \*\*F\d+\*\*/gmu)?.length ?? 0;
    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(rows).toBeGreaterThan(100);
    expect(texts).toBeGreaterThan(20);
    expect(body).toContain(`**${500 - rows} findings did not fit here`);
    expect(body).toContain(`The other ${500 - texts} did not fit here`);
    expect(body.match(/<details>/gu)?.length).toBe(body.match(/<\/details>/gu)?.length);
    expect(body.trimEnd().endsWith('</sub>')).toBe(true);
  });

  test('its marker says which record it shows and how far it told', () => {
    const body = renderSummary(aView({ told: 9, reviewRefused: true, result: { findings: [numbered(3)] } }));
    expect(parseMarker(body)).toEqual({
      kind: 'summary',
      session: 'acme/shop#12',
      repositoryId: 4711,
      number: 12,
      runId: `run_4711_12_${sha('1')}`,
      attempt: 1,
      reviewRefused: true,
      told: 9,
    });
  });

  test('is bounded whatever the record holds', () => {
    const wild = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.constantFrom('|', '`', '<b>', '@x', '\n').map((c) => c.repeat(4_000)),
    );
    const finding = fc.record({
      title: wild,
      body: wild,
      path: wild.filter((path) => path !== ''),
      status: fc.constantFrom('new', 'open', 'fixed', 'gone'),
    });
    fc.assert(
      fc.property(
        fc.array(finding, { maxLength: 60 }),
        wild,
        fc.array(fc.record({ path: wild, reason: wild }), { maxLength: 50 }),
        (list, summary, pending) => {
          const findings = list.map((one, at) =>
            numbered(at + 1, { ...one, title: one.title.slice(0, 500), path: one.path.slice(0, 4_096) }),
          );
          const body = renderSummary(
            aView({
              result: { verdict: 'inconclusive', findings, summary, coverage: { ...NOTHING_COVERED, pending } },
            }),
          );
          expect(body.length).toBeLessThanOrEqual(65_536);
          expect(parseMarker(body)?.kind).toBe('summary');
        },
      ),
      { numRuns: 60 },
    );
  });
});
