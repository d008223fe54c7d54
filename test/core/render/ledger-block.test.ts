import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  joinBody,
  LEDGER_ROOM,
  MAX_LEDGER_BYTES,
  splitBody,
  SUMMARY_ROOM,
} from '../../../src/core/render/ledger-block.ts';
import { parseMarker } from '../../../src/core/render/marker.ts';
import { isPlaceholder, renderPlaceholder, toldIn } from '../../../src/core/render/placeholder.ts';
import { renderSummary } from '../../../src/core/render/summary.ts';
import { MAX_BODY_LENGTH } from '../../../src/core/render/view.ts';
import { aFinding, aKey, aRecord, sha } from '../../support/builders.ts';
import { renderMarkdown } from '../../support/github/page/markdown.ts';
import type { MarkdownContext } from '../../support/github/page/markdown-context.ts';
import { aView } from '../../support/views.ts';

const summary = renderSummary(aView());
const page: MarkdownContext = { repositoryUrl: 'https://github.example/acme/shop', replaced: null, language: '' };
const packed = Buffer.from('anything at all').toString('base64');

describe('a ledger in a comment', () => {
  test('comes back as it was, and the summary too, whatever line ends the host gives', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(bytes, fc.boolean(), (content, carriageReturns) => {
        const base64 = Buffer.from(content).toString('base64');
        const body = joinBody(summary, base64);
        const stored = carriageReturns ? body.replaceAll('\n', '\r\n') : body;
        expect(splitBody(stored)).toEqual({ summary, ledger: { outcome: 'found', base64 } });
      }),
    );
  });

  test('leaves the marker first, and is not to be seen', () => {
    const body = joinBody(summary, packed);
    expect(parseMarker(body)).toEqual(parseMarker(summary));
    const seen = (text: string): string => renderMarkdown(text, page).html.trim();
    expect(seen(body)).toBe(seen(summary));
  });

  test('stands beside the longest summary within what the host takes', () => {
    const findings = Array.from({ length: 400 }, (_, at) =>
      aFinding({ id: `f${String(at).padStart(23, '0')}`, shortId: at + 1, body: 'word '.repeat(800) }),
    );
    const long = renderSummary(aView({ result: { findings, verdict: 'changes_requested' } }), SUMMARY_ROOM);
    expect(long.length).toBeGreaterThan(SUMMARY_ROOM * 0.8);
    expect(long.length).toBeLessThanOrEqual(SUMMARY_ROOM);
    const base64 = Buffer.alloc(MAX_LEDGER_BYTES).toString('base64');
    const body = joinBody(long, base64);
    expect(body.length - long.length).toBeLessThanOrEqual(LEDGER_ROOM);
    expect(body.length).toBeLessThanOrEqual(MAX_BODY_LENGTH);
  });

  const body = joinBody(summary, packed);
  test.each([
    ['there is none', summary, 'none'],
    ['the marker is not ours', body.replace('pushback:1', 'pushback:x'), 'none'],
    ['a reviewer quotes one', `${summary}\n<!-- pushback-ledger:1 ${packed} -->`, 'none'],
    ['it is of a newer version', body.replace('ledger:1', 'ledger:2'), 'unreadable'],
    ['it is of no version', body.replace('ledger:1', 'ledger:x'), 'unreadable'],
    ['it is cut off', body.replace(`${packed} -->`, packed.slice(0, 5)), 'unreadable'],
    ['it is empty', body.replace(packed, ''), 'unreadable'],
    ['it is no base64', body.replace(packed, 'a-b!'), 'unreadable'],
  ])('where %s', (_what, text, outcome) => {
    expect(splitBody(text).ledger.outcome).toBe(outcome);
  });

  test('any text is read without a fault, and what is unreadable goes out of the summary', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void splitBody(text)));
    expect(splitBody(body.replace('ledger:1', 'ledger:9')).summary).toBe(summary);
  });
});

test('a placeholder is known as one, keeps what was told, and says which commit it is about', () => {
  const about = { session: 'acme/shop#12', pullRequest: aKey, runId: aRecord().runId, headSha: sha('1'), told: 7 };
  for (const state of ['begun', 'ended'] as const) {
    const text = renderPlaceholder({ ...about, runUrl: 'https://ci.example/1' }, state);
    expect(isPlaceholder(text)).toBe(true);
    expect(toldIn(text)).toBe(7);
    expect(text).toContain('`1111111`');
    expect(text).toContain('[run](https://ci.example/1)');
  }
  expect(isPlaceholder(summary)).toBe(false);
});
