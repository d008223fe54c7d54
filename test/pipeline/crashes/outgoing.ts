import type { Call, Fault } from '../../support/github/faults.ts';
import { effects } from '../../support/github/faults.ts';
import { LedgerUnavailable } from '../../../src/ports/ledger.ts';

/** `kill`: the process is gone once the call took effect. `lose`: it took effect, its answer never came. */
export type Cut = { at: number; how: 'kill' | 'lose' };

/** Counts what leaves a process, in order, and ends it (or loses an answer) at the call that is named. */
export class Outgoing {
  /** What left it: `GitHub pulls/create-review`, `ledger claim`. */
  readonly calls: string[] = [];
  readonly #cut: Cut | null;
  #dead = false;

  constructor(cut: Cut | null = null) {
    this.#cut = cut;
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** What becomes of the next call. */
  leaves(name: string): 'answered' | 'unanswered' {
    this.calls.push(name);
    if (this.#cut?.at !== this.calls.length - 1) return 'answered';
    this.#dead = this.#cut.how === 'kill';
    return 'unanswered';
  }

  /** A port whose calls are counted. */
  through<T extends object>(name: string, port: T): T {
    const wrapped: Record<PropertyKey, unknown> = {};
    for (const property of membersOf(port)) {
      const member: unknown = Reflect.get(port, property);
      if (typeof member !== 'function') wrapped[property] = member;
      else if (typeof property === 'symbol')
        wrapped[property] = (...args: unknown[]): unknown => Reflect.apply(member, port, args);
      else
        wrapped[property] = (...args: unknown[]) =>
          this.#call(`${name} ${property}`, () => Reflect.apply(member, port, args));
    }
    return wrapped as T;
  }

  async #call(name: string, call: () => unknown): Promise<unknown> {
    if (this.#dead) throw new Error('the process is gone');
    const fate = this.leaves(name);
    const answer = await call();
    if (fate === 'unanswered') throw lost(name);
    return answer;
  }

  /** The same for GitHub's calls, as the stand-in sees them. */
  gitHubFaults(isOurs: (call: Call) => boolean): Fault[] {
    const cutHere = (call: Call): boolean =>
      isOurs(call) &&
      !this.#dead &&
      this.leaves(`GitHub ${call.operation === 'graphql' ? call.fields.join('+') : call.operation}`) === 'unanswered';
    return [
      { on: cutHere, times: Infinity, effect: effects.loseAnswer() },
      { on: (call) => isOurs(call) && this.#dead, times: Infinity, effect: effects.drop() },
    ];
  }
}

/** Its own, and those of the classes it is made of. */
function membersOf(port: object): PropertyKey[] {
  const parent = Object.getPrototypeOf(port) as object | null;
  const inherited = parent === null || parent === Object.prototype ? [] : membersOf(parent);
  return [...new Set([...Reflect.ownKeys(port), ...inherited])].filter((property) => property !== 'constructor');
}

function lost(name: string): Error {
  return name.startsWith('ledger ')
    ? new LedgerUnavailable('its answer was lost')
    : new Error(`${name} gave no answer`);
}
