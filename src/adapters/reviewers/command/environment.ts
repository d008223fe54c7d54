/** What a program needs to run at all. Everything else must be named by the person who configured it. */
const ALWAYS = ['PATH', 'LANG', 'LC_ALL', 'TZ'] as const;

/**
 * The whole environment of a reviewer's process: what every program needs, a home and a temporary folder of its own, the
 * variables that `pass-env` names, and ours. No token of the job gets in unless it was named.
 */
export function reviewerEnvironment(options: {
  env: Readonly<Record<string, string | undefined>>;
  passEnv: readonly string[];
  folder: string;
  requestFile: string;
  sessionId: string | null;
}): Record<string, string> {
  const environment: Record<string, string> = { HOME: options.folder, TMPDIR: options.folder };
  for (const name of [...ALWAYS, ...options.passEnv]) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new Error(`pass-env: ${JSON.stringify(name)} is no name of an environment variable`);
    }
    const value = options.env[name];
    if (value !== undefined) environment[name] = value;
  }
  environment['PUSHBACK_REQUEST'] = options.requestFile;
  if (options.sessionId !== null) environment['PUSHBACK_SESSION_ID'] = options.sessionId;
  return environment;
}

/** The names in `pass-env` that hand over a credential of the job itself: whoever sets it up is to be told. */
export function jobCredentials(passEnv: readonly string[]): string[] {
  return passEnv.filter((name) => /^(?:GITHUB_TOKEN|GH_TOKEN|INPUT_.*|ACTIONS_.*(?:TOKEN|URL).*|AWS_.*)$/.test(name));
}
