import { describe, expect, test } from '@jest/globals';
import { heed, signalsIn } from '../../../src/core/publish/signals.ts';
import { aComment, NO_CONVERSATION } from '../../support/carry-out.ts';

const ID = 'f'.padEnd(24, '0');
const { thread } = aComment(ID);
const resolvedBy = (by: string | null) => ({ thread: { ...thread, resolved: { by } } });

describe('signalsIn', () => {
  test.each([
    ['untouched', {}, []],
    ['resolved by a person', resolvedBy('bob'), [{ findingId: ID, by: 'bob', how: 'thread resolved' }]],
    ['resolved by no person', resolvedBy(null), []],
    ['disliked', { thumbsDown: ['bob'] }, [{ findingId: ID, by: 'bob', how: 'thumbs-down' }]],
    ['put away by us, and resolved', { state: 'fixed', ...resolvedBy('bob') }, []],
    ['reopened by command', { byCommandOnly: true, ...resolvedBy('bob') }, []],
  ] as const)('%s', (_what, overrides, expected) => {
    const conversation = { ...NO_CONVERSATION, comments: [aComment(ID, overrides)] };
    expect(signalsIn(conversation, new Set([ID]))).toEqual(expected);
    expect(signalsIn(conversation, new Set())).toEqual([]);
  });
});

describe('heed', () => {
  const resolved = (by: string) => ({ findingId: ID, by, how: 'thread resolved' as const });
  const disliked = (by: string) => ({ findingId: ID, by, how: 'thumbs-down' as const });

  test.each([
    ['a resolver who is not the author', [resolved('bob')], [], { dismissals: [resolved('bob')], unknown: [] }],
    ['the author, however written', [resolved('ALICE'), disliked('alice')], [], { dismissals: [], unknown: [] }],
    ['a stranger who reacts', [disliked('eve')], [], { dismissals: [], unknown: ['eve'] }],
    ['one known to have no right', [disliked('eve')], [['eve', false]], { dismissals: [], unknown: [] }],
    ['one known to have it', [disliked('bob')], [['bob', true]], { dismissals: [disliked('bob')], unknown: [] }],
    [
      'nobody is looked up for what is decided',
      [disliked('eve'), resolved('bob')],
      [],
      { dismissals: [resolved('bob')], unknown: [] },
    ],
  ] as const)('%s', (_what, signals, known, expected) => {
    expect(heed(signals, 'alice', new Map(known))).toEqual(expected);
  });
});
