/** The command was called with something that can't be right; every fault found, each with the way out. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('; '));
    this.faults = faults;
  }
}
