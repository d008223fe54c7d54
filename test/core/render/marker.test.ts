import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseMarker, printMarker, readMarker, type Marker } from '../../../src/core/render/marker.ts';
import { aRecord } from '../../support/builders.ts';

const common = { repositoryId: 4711, number: 12, runId: aRecord().runId, attempt: 2 };

describe('markers', () => {
  test.each<Marker>([
    { kind: 'summary', session: 'acme/shop#12', ...common, reviewRefused: false, told: 0 },
    { kind: 'summary', session: 'acme/shop#12', ...common, reviewRefused: true, told: 57 },
    { kind: 'review', session: 'a', ...common, findingIds: ['a'.repeat(24), 'b'.repeat(24)] },
    { kind: 'review', session: 'a', ...common, findingIds: [] },
    { kind: 'finding', session: 'a', ...common, findingId: 'a'.repeat(24), state: 'open' },
    { kind: 'finding', session: 'a', ...common, findingId: 'a'.repeat(24), state: 'fixed' },
    { kind: 'finding', session: 'a', ...common, findingId: 'a'.repeat(24), state: 'open', byCommandOnly: true },
    { kind: 'summary', session: 'a', ...common, reviewRefused: false, told: 3, trend: [3, 0, 12] },
  ])('%j is read as it was written', (marker) => {
    expect(parseMarker(`${printMarker(marker)}\nwords`)).toEqual(marker);
  });

  test('any session name comes back, and none can end the comment', () => {
    const names = fc.string({ minLength: 1, maxLength: 200, unit: 'binary-ascii' });
    fc.assert(
      fc.property(names, (session) => {
        const marker: Marker = { kind: 'summary', session, ...common, reviewRefused: false, told: 1 };
        const printed = printMarker(marker);
        expect(printed.indexOf('-->')).toBe(printed.length - 3);
        expect(printed).not.toMatch(/\n/u);
        expect(parseMarker(printed)).toEqual(marker);
      }),
    );
  });

  test('fields of a later version do not hide what we know', () => {
    const printed = printMarker({ kind: 'finding', session: 'a', ...common, findingId: 'a'.repeat(24), state: 'open' });
    const later = printed.replace('pushback:1 ', 'pushback:2 ').replace(' -->', ' sig=abc -->');
    expect(parseMarker(later)).toEqual(parseMarker(printed));
  });

  describe('signed', () => {
    const sign = (text: string): string => `s${text.length}`;
    const marker: Marker = { kind: 'review', session: 'a', ...common, findingIds: [] };
    const printed = printMarker(marker, sign);
    test.each([
      ['as it was written', printed, sign, marker],
      ['with words after it', `${printed}\nwords sig=s9 -->`, sign, marker],
      ['by nobody', printMarker(marker), sign, null],
      ['with another key', printed, (text: string) => `t${text.length}`, null],
      ['and changed since', printed.replace('attempt=2', 'attempt=12'), sign, null],
      ['where no key is known', printed, null, marker],
    ])('%s', (_what, body, by, read) => {
      expect(readMarker(body, by)).toEqual(read);
    });
  });

  const good = printMarker({ kind: 'finding', session: 'a', ...common, findingId: 'a'.repeat(24), state: 'open' });
  test.each([
    ['not at the beginning', `x${good}`],
    ['in a quote', `> ${good}`],
    ['cut off', good.slice(0, -4)],
    ['of no version', good.replace('pushback:1', 'pushback:x')],
    ['of no kind', good.replace('kind=finding', 'kind=other')],
    ['of a wrong run', good.replace('run=run', 'run=ran')],
    ['with a broken escape', good.replace('session=a', 'session=%')],
    ['with a field that is none', good.replace('session=a', 'session')],
    ['with a finding id that is none', good.replace(/finding=a+/u, 'finding=F1')],
    ['empty', ''],
  ])('%s: none', (_what, body) => {
    expect(parseMarker(body)).toBeNull();
  });

  test('hostile text never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseMarker(`<!-- pushback:1 ${text} -->`)));
  });
});
