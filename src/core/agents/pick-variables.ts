type Environment = Readonly<Record<string, string | undefined>>;

/** Those of the named variables that are set to something. */
export function pickVariables(env: Environment, names: readonly string[]): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = env[name];
    if (value !== undefined && value !== '') picked[name] = value;
  }
  return picked;
}

export function firstVariable(env: Environment, names: readonly string[]): string | null {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== '') ?? null;
}
