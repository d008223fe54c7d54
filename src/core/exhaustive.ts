/** Ends a switch over a union: a case added later fails the type check here, and a value from outside the union throws. */
export function assertNever(value: never, what: string): never {
  throw new Error(`${what}: unexpected value ${JSON.stringify(value)}`);
}
