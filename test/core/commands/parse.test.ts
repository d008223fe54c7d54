import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { commandAsked } from '../../../src/core/commands/asked.ts';
import { parseCommand } from '../../../src/core/commands/parse.ts';
import { blockText, inlineText } from '../../../src/core/neutralise.ts';
import { renderExplanation, renderHelp } from '../../../src/core/render/replies.ts';
import { aFinding } from '../../support/builders.ts';
import { aView } from '../../support/views.ts';

const is = (command: object) => ({ outcome: 'command', command });
const NONE = { outcome: 'none' };

describe('parseCommand', () => {
  test.each([
    ['/pushback review', is({ command: 'review' })],
    ['/pushback full', is({ command: 'full' })],
    ['/pushback pause', is({ command: 'pause' })],
    ['/pushback resume', is({ command: 'resume' })],
    ['/pushback', is({ command: 'help' })],
    ['  /pushback   REVIEW  ', is({ command: 'review' })],
    [
      'I think so.\r\n\r\n/pushback dismiss F3 as meant,  see #12\r\n\r\nThanks',
      is({ command: 'dismiss', finding: 3, why: 'as meant, see #12' }),
    ],
    ['/pushback dismiss f12', is({ command: 'dismiss', finding: 12, why: '' })],
    ['/pushback reopen F3', is({ command: 'reopen', finding: 3 })],
    ['/pushback explain F3', is({ command: 'explain', finding: 3 })],
    ['/pushback review\n/pushback full', is({ command: 'review' })],
    ['/pushback approve', { outcome: 'misspelt', why: 'there is no such command' }],
    ['/pushback dismiss', { outcome: 'misspelt', why: 'dismiss takes a finding such as F3' }],
    ['/pushback dismiss 3', { outcome: 'misspelt', why: 'dismiss takes a finding such as F3' }],
    ['/pushback reopen F3 now', { outcome: 'misspelt', why: 'reopen takes nothing after the finding' }],
    ['/pushback review F3', { outcome: 'misspelt', why: 'review takes nothing after it' }],
    ['', NONE],
    ['/pushbackreview', NONE],
    ['please /pushback review', NONE],
    ['> /pushback review', NONE],
    ['> quoted\n/pushback review', NONE],
    ['```\n/pushback review\n```', NONE],
    ['~~~sh\n```\n/pushback review\n~~~', NONE],
    ['````\n```\n/pushback review\n````', NONE],
    ['```\n/pushback review', NONE],
    ['    /pushback review', NONE],
    ['\t/pushback review', NONE],
    ['`/pushback review`', NONE],
    ['<!-- \n/pushback review\n-->', NONE],
    ['> quoted\n\n/pushback review', is({ command: 'review' })],
    ['```\ncode\n```\n/pushback review', is({ command: 'review' })],
  ])('%j', (comment, expected) => {
    expect(parseCommand(comment)).toEqual(expected);
  });

  test('nothing that a reviewer says makes a command of a comment of ours', () => {
    const hostile = fc.array(
      fc.constantFrom(
        '/pushback review',
        '/pushback',
        '\n',
        '\n\n',
        '> ',
        '```',
        '-->',
        '<!--',
        ' ',
        '\\',
        '&#47;',
        'x',
        '\r',
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(hostile, (pieces) => {
        const words = pieces.join('');
        const finding = aFinding({ title: `t ${words}`.slice(0, 400), body: words, why: words, suggestion: words });
        const comments = [
          renderExplanation(aView(), finding),
          renderHelp(),
          `<!-- pushback:1 kind=finding -->\n🟠 **${inlineText(words)}**\n\n${blockText(words)}`,
        ];
        // Not even where a person's token posted it.
        for (const body of comments) {
          const comment = { id: 1, body, user: { login: 'bob', type: 'User' } };
          const event = { action: 'created', comment, repository: { full_name: 'a/b' }, pull_request: { number: 1 } };
          expect(commandAsked('pull_request_review_comment', event).outcome).toBe('ignored');
        }
      }),
    );
  });
});
