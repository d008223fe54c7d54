import { describe, expect, test } from '@jest/globals';
import { PullRequestNumber } from '../../../src/core/ids.ts';
import { promptOf, promptPieces, textOf, type PromptPart } from '../../../src/core/prompt/prompt.ts';
import { repairPrompt } from '../../../src/core/prompt/repair.ts';
import { requestOf, type AskedPullRequest, type ReviewerRequest } from '../../../src/core/prompt/request.ts';
import { summaryPrompt } from '../../../src/core/prompt/summary.ts';
import { afterSecondLook, verifyPrompt } from '../../../src/core/prompt/verify.ts';
import { askedIn, partsOf } from '../../../src/core/reviewing/parts.ts';
import { aPullRequest } from '../../adapters/reviewers/requests.ts';
import { aFinding, sha } from '../../support/builders.ts';
import { raw } from '../findings/story.ts';
import { linesOf } from '../reviewing/files.ts';

const boundary = '7f3a9c0e5d1b4826';
const options = { boundary, instructions: 'Prices are in cents.' };
const incremental = { mode: 'incremental', reason: 'new-commits', detail: '' } as const;

function ask(overrides: Partial<AskedPullRequest> = {}): AskedPullRequest {
  const after = { 'a.ts': 'a\n', 'b.ts': 'b\nb\n', 'c.ts': 'c\n' };
  const findings = ['a.ts', 'b.ts'].map((path, at) => ({
    ...aFinding({ path, id: `f${at}`.padEnd(17, '0') }),
    touched: true,
  }));
  return { ...aPullRequest({}, after), findings, ...overrides };
}

/** The calls that a review in parts makes. */
function calls(pull: AskedPullRequest, maxTokens: number): { request: ReviewerRequest; parts: PromptPart[] } {
  const parts = partsOf([pull], { maxTokens, tokensOf: linesOf });
  return {
    request: requestOf('s', [pull]),
    parts: parts.map((part, at) => {
      const [asked] = requestOf('s', [askedIn(pull, part)]).pullRequests;
      if (asked === undefined) throw new Error('nothing is asked');
      return { asked, index: at + 1, of: parts.length, slice: part.slice };
    }),
  };
}

describe('the pieces of a prompt', () => {
  test('together they are the whole', () => {
    const request = requestOf('s', [ask()]);
    expect(textOf(promptPieces(request, null, options))).toBe(promptOf(request, options));
  });

  test('the rules are the same for every pull request, push and boundary', () => {
    const one = promptPieces(requestOf('s', [ask()]), null, options);
    const previous = { headSha: sha('2'), summary: 'S' };
    const other = promptPieces(
      requestOf('t', [ask({ title: 'Another', decision: incremental, previous, findings: [] })]),
      null,
      { ...options, boundary: 'x'.repeat(32) },
    );
    expect(other.system).toBe(one.system);
    expect(one.system).not.toContain(boundary);
    expect(one.system.trimEnd().endsWith('Prices are in cents.')).toBe(true);
  });

  test('what is said of the pull request is the same for all of its parts', () => {
    const { request, parts } = calls(ask(), 2);
    const pieces = parts.map((part) => promptPieces(request, part, options));
    expect(pieces.length).toBe(2);
    expect(new Set(pieces.map(({ system, shared }) => system + shared)).size).toBe(1);
    expect(pieces[0]?.shared).toContain(
      `<<<${boundary} files of all calls\n"a.ts" added\n"b.ts" added\n"c.ts" added\n`,
    );
  });

  test('a part shows its files and asks to judge what was found in them, and no other', () => {
    const { request, parts } = calls(ask(), 2);
    const shown = parts.map((part) => promptPieces(request, part, options).part);
    const has = (text: string): boolean[] => shown.map((one) => one.includes(text));
    expect(has('file "a.ts"')).toEqual([false, true]);
    expect(has('file "c.ts"')).toEqual([false, true]);
    expect(has('file "b.ts"')).toEqual([true, false]);
    expect(has('- f0000')).toEqual([false, true]);
    expect(has('- f1000')).toEqual([true, false]);
    expect(shown[1]).toMatch(/^# Call 2 of 2\nReview only the files below/);
  });

  test('the piece of a long file says that it is one', () => {
    const { request, parts } = calls(ask(), 1);
    const texts = parts.map((part) => promptPieces(request, part, options).part);
    expect(texts.filter((text) => text.includes('this is piece 2 of 2'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('too long for one call'))).toHaveLength(2);
  });

  test('the only part of a pull request says nothing of calls', () => {
    const { request, parts } = calls(ask(), 100);
    const [only] = parts;
    if (only === undefined) throw new Error('no part');
    const { shared, part } = promptPieces(request, only, options);
    expect(`${shared}${part}`).not.toMatch(/calls?\b/i);
  });

  test('a part of one pull request knows what the others of the session change', () => {
    const other = ask({
      title: 'The other',
      pullRequest: { ...ask().pullRequest, number: PullRequestNumber.parse(7) },
    });
    const request = requestOf('stack', [ask(), other]);
    const [asked] = request.pullRequests;
    if (asked === undefined) throw new Error('nothing is asked');
    const { shared, part } = promptPieces(request, { asked, index: 1, of: 1, slice: null }, options);
    expect(shared).toContain(
      '2 pull requests of one session are reviewed together, and here acme/shop#12 is asked for.',
    );
    expect(shared).toMatch(/^- acme\/shop#7: .*\n {2}title: The other\n {2}changes "a\.ts", "b\.ts", "c\.ts"$/m);
    expect(shared).not.toContain('# Pull request acme/shop#7');
    expect(part).toContain('Review acme/shop#12 by');
  });

  test.each([
    ['none', /^(?![^]*# Tools)(?![^]*# The work tree)/],
    ['tools', /\n# Tools\n/],
    ['work-tree', /\n# The work tree\n/],
  ] as const)('surroundings: %s', (surroundings, expected) => {
    expect(promptPieces(requestOf('s', [ask()]), null, { ...options, surroundings }).system).toMatch(expected);
  });
});

describe('what is said of a pull request', () => {
  const said = (overrides: Partial<AskedPullRequest>): string =>
    promptPieces(requestOf('s', [ask({ findings: [], ...overrides })]), null, options).shared;
  const commit = (digit: string, message: string) => ({ sha: sha(digit), message });

  test('its commits, those since the previous review marked', () => {
    const commits = { listed: [commit('4', 'One'), commit('2', 'Two\n\nWhy it is.'), commit('1', 'Three')], total: 5 };
    const text = said({ decision: incremental, previous: { headSha: sha('2'), summary: '' }, commits });
    expect(text).toContain(
      [
        'commits',
        '- 4444444 One',
        '- 2222222 Two',
        '  ',
        '  Why it is.',
        '- 1111111 (new) Three',
        '… 3 of 5 commits are listed',
      ].join('\n'),
    );
  });

  test.each([
    ['new commits', { decision: incremental }, 'net of what came in from the base\nbranch, and'],
    [
      'a rebase',
      { decision: { ...incremental, reason: 'history-rewritten' as const } },
      'the commits were rewritten in between',
    ],
    [
      'files left over',
      { decision: { ...incremental, reason: 'resumed-partial' as const } },
      'some files were left over',
    ],
    [
      'a first run that was overtaken',
      { decision: incremental, previous: null },
      'Parts of it were reviewed before; the head is now',
    ],
  ])('%s', (_name, overrides, expected) => {
    const previous = { headSha: sha('2'), summary: '' };
    expect(said({ previous, ...overrides })).toContain(expected);
  });

  test('at length, and bounded all the same', () => {
    const long = 'word '.repeat(20_000);
    const commits = { listed: Array.from({ length: 30 }, () => commit('3', long)), total: 30 };
    const findings = Array.from({ length: 5000 }, (_, at) => ({
      ...aFinding({ id: `f${at}`.padEnd(17, '0') }),
      touched: false,
    }));
    const text = said({ title: long, body: long, commits, findings, previous: { headSha: sha('2'), summary: long } });
    expect(text.length).toBeLessThan(60_000);
    expect(text).toContain('more characters are not shown]');
    expect(text).toContain('… and 4800 more, untouched');
  });

  test('modes where they change', () => {
    const pull = ask();
    const [file] = pull.scope.files;
    if (file === undefined) throw new Error('no file');
    const files = [{ ...file, modes: { old: '100644', new: '100755' } }];
    const { part } = promptPieces(requestOf('s', [{ ...pull, scope: { ...pull.scope, files } }]), null, options);
    expect(part).toContain('added, mode 100644 became 100755');
  });
});

describe('a second look', () => {
  const finding = raw({ path: 'a.ts', line: 2, endLine: 3, quote: 'b', title: 'T', body: 'B', suggestion: 'c' });
  const claim = {
    finding,
    code: [
      { line: 9, text: 'a' },
      { line: 10, text: '' },
    ],
    isNew: (line: number) => line === 10,
    title: 'PR',
  };

  test('has the claim and the code, and asks for a refutation', () => {
    const { system, shared, part } = verifyPrompt(claim, { ...options, tools: true });
    expect(system).toMatch(/try to refute the\nclaim[^]*with the tools[^]*\n\nPrices are in cents\.$/);
    expect(shared).toContain(
      [
        'claim',
        'warning, correctness, at a.ts:2-3',
        'title: T',
        'code meant:',
        'b',
        '',
        'B',
        '',
        'suggested instead:',
        'c',
      ]
        .join('\n')
        .replace('correctness', finding.category),
    );
    expect(part).toContain(`<<<${boundary} file "a.ts"\n 9   a\n10 +\n${boundary}>>>`);
    expect(verifyPrompt({ ...claim, code: [] }, { boundary, instructions: null, tools: false }).part).toContain(
      'There is none to be shown',
    );
  });

  test.each([
    [{ verdict: 'refuted', why: '' }, null],
    [{ verdict: 'confirmed', why: '' }, 'warning'],
    [{ verdict: 'confirmed', why: '', severity: 'suggestion' }, 'suggestion'],
    [{ verdict: 'confirmed', why: '', severity: 'critical' }, 'warning'],
    [{ verdict: 'confirmed', why: '', severity: null }, 'warning'],
  ] as const)('%j leaves %j', (answer, severity) => {
    expect(afterSecondLook({ severity: 'warning' as const }, answer)?.severity ?? null).toBe(severity);
  });
});

test('a repair names the faults, and shows the answer where it is not in the conversation', () => {
  expect(repairPrompt({ faults: ['x: no', 'y: no'], answer: null }, boundary)).toContain(
    `Your answer could not be read:\n<<<${boundary} faults\nx: no\ny: no\n${boundary}>>>\n\nPrint the whole`,
  );
  expect(repairPrompt({ faults: ['x'], answer: '{"a' }, boundary)).toContain(`<<<${boundary} your answer\n{"a\n`);
});

test('one summary of all parts, after the one so far', () => {
  const pull = {
    pullRequest: 'acme/shop#12',
    title: 'T',
    body: 'B',
    mode: 'incremental',
    previous: { headSha: sha('2'), summary: 'Was.' },
  } as const;
  const parts = [
    { paths: ['a.ts', 'b.ts'], summary: 'One.' },
    { paths: ['c.ts'], summary: 'Two.' },
  ];
  const { shared, part } = summaryPrompt(pull, parts, boundary);
  expect(shared).toContain('previous summary\nWas.\n');
  expect(part).toContain('summaries of the parts\n"a.ts", "b.ts":\nOne.\n\n"c.ts":\nTwo.\n');
  expect(summaryPrompt({ ...pull, mode: 'full' }, parts, boundary).shared).not.toContain('Was.');
});
