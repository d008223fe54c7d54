import { expect, test } from '@jest/globals';
import type { Ledger } from '../../src/ports/ledger.ts';
import { inShort, Scene } from './scene.ts';

const MAIN = { 'base.txt': 'base\n' };
const TOPIC = { 'a.txt': 'one\ntwo\n', 'b.txt': 'three\n' };

/** Answers every claim as a deployment does that has switched incremental reviews off for this owner. */
function switchedOff(ledger: Ledger): Ledger {
  return {
    ...ledger,
    async claim(command) {
      const outcome = await ledger.claim(command);
      if (outcome.outcome === 'rejected') return outcome;
      const incremental = { value: false, cause: 'deployment: 30 %, this owner is out' };
      return { ...outcome, answers: outcome.answers.map((answer) => ({ ...answer, incremental })) };
    },
  };
}

test.each([
  ['auto', 'full/incremental-off', 'off (deployment: 30 %, this owner is out)'],
  [
    'true',
    'incremental/new-commits',
    'true by the input, whatever the flag says: off (deployment: 30 %, this owner is out)',
  ],
] as const)(
  "incremental: %s where the flag is off: the log says the flag's value and cause",
  async (incremental, took, words) => {
    await using scene = await Scene.start(MAIN, TOPIC);
    await scene.reviewOne();
    expect(scene.log).toContain('Incremental reviews: on (default)');
    await scene.push({ 'a.txt': 'one\ntwo\nmore\n' });
    scene.log.length = 0;
    const pull = await scene.reviewOne({ ledger: switchedOff(scene.ledger()), settings: { incremental } });
    expect(inShort(pull)).toBe(`reviewed ${took} approved`);
    expect(scene.log).toContain(`Incremental reviews: ${words}`);
  },
);
