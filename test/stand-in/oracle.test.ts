import { expect, test } from '@jest/globals';
import { promptPieces, textOf } from '../../src/core/prompt/prompt.ts';
import { requestOf } from '../../src/core/prompt/request.ts';
import { aFinding } from '../support/builders.ts';
import { aPullRequest } from '../adapters/reviewers/requests.ts';
import type { ModelRequest } from '../support/models/exchange.ts';
import { oracle } from '../support/models/oracle.ts';

const boundary = 'x'.repeat(32);
const asking = (text: string): ModelRequest => ({
  protocol: 'openai-chat',
  path: '/',
  headers: {},
  body: {},
  model: 'm',
  stream: false,
  system: '',
  messages: [{ role: 'user', text, calls: [], results: [] }],
  tools: [],
  outputSchema: null,
  signal: new AbortController().signal,
});

/** What it answers to the whole prompt about a change. */
async function answerTo(...pulls: Parameters<typeof aPullRequest>[]): Promise<unknown> {
  const asked = requestOf(
    'acme/shop#12',
    pulls.map((pull) => aPullRequest(...pull)),
  );
  const reply = await oracle()(asking(textOf(promptPieces(asked, null, { boundary, instructions: null }))));
  return reply.kind === 'answer' ? JSON.parse(reply.text ?? '') : reply;
}

test('finds what is planted on new lines, and only there', async () => {
  const before = 'old // BUG(old): was there\nstart\nend\n';
  const after = before.replace('start\n', 'start\n  go(); // BUG(off-by-one, critical): one too many\n');
  expect(await answerTo([{ 'a "b".ts': before }, { 'a "b".ts': after }])).toMatchObject({
    reviews: [
      {
        pullRequest: 'acme/shop#12',
        findings: [
          {
            rule: 'off-by-one',
            severity: 'critical',
            path: 'a "b".ts',
            line: 3,
            quote: '  go(); // BUG(off-by-one, critical): one too many',
            title: 'one too many',
          },
        ],
      },
    ],
  });
});

test('judges a finding by whether its code still stands', async () => {
  const findings = [
    { ...aFinding({ id: 'a'.repeat(16), path: 'a.ts', line: 1, quote: 'x(); // BUG(x): bad' }), touched: true },
    { ...aFinding({ id: 'b'.repeat(16), path: 'a.ts', line: 2, quote: 'y(); // BUG(y): bad' }), touched: true },
  ];
  const tree = (first: string) => ({ 'a.ts': `${first}\ny(); // BUG(y): bad\n` });
  expect(await answerTo([tree('x(); // BUG(x): bad'), tree('x(1);'), { findings }])).toMatchObject({
    reviews: [
      {
        judgements: [
          { findingId: 'a'.repeat(16), status: 'fixed' },
          { findingId: 'b'.repeat(16), status: 'open' },
        ],
      },
    ],
  });
});
