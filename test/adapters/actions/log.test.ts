import { describe, expect, test } from '@jest/globals';
import { asPlainLine } from '../../../src/adapters/actions/log.ts';
import { isRunnersCommand } from '../../support/runner-commands.ts';

describe('a line of the job log', () => {
  test.each([
    ['begins with a command', '::error::x'],
    ['begins with one after white space of any kind', '\u0085\u00a0 ::set-output name=verdict::approved'],
    ['begins with one of the old form', '##[error]x'],
    ['holds one of the old form, as a file name can', 'Left out: a ##[set-output name=verdict]approved: too large'],
    ['holds two of them', '##[group]a ##[save-state name=held-runs]x'],
    ['holds one that appears once something is taken out', '##\u0000[error]x'],
    ['hides a second line', 'fine\r\n::stop-commands::x'],
  ])('is no command where it %s', (_what, message) => {
    expect(isRunnersCommand(message) || message.includes('\u0000')).toBe(true);
    expect(isRunnersCommand(asPlainLine(message))).toBe(false);
  });

  test('says what it said', () => {
    expect(asPlainLine('Left out: src/a.ts: `##` and std::vector, [1]: too large')).toBe(
      'Left out: src/a.ts: `##` and std::vector, [1]: too large',
    );
  });
});
