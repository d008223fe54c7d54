import { delimiter, isAbsolute } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a program that talks to its provider needs, whoever it is. */
const ALWAYS = [
  'LANG',
  'LC_ALL',
  'TZ',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
] as const;

/** Folders of one call: a home (kept, where conversations are), and what is thrown away afterwards. */
export type Folders = { home: string; scratch: string };

/**
 * The whole environment of an agent: what every program needs, folders of its own, and what its command line asks for.
 * Nothing else of the job gets in, unless `pass-env` names it.
 */
export function agentEnvironment(options: {
  env: Environment;
  passEnv: readonly string[];
  folders: Folders;
  own: Readonly<Record<string, string>>;
}): Record<string, string> {
  const { env, folders } = options;
  const environment: Record<string, string> = {
    PATH: safePath(env['PATH']),
    HOME: folders.home,
    TMPDIR: folders.scratch,
    XDG_CACHE_HOME: folders.scratch,
    CI: '1',
  };
  for (const name of [...ALWAYS, ...options.passEnv]) {
    const value = env[name];
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...options.own };
}

/** It is started among the pull request's files: a relative entry would find programs there. */
export function safePath(path: string | undefined): string {
  return (path ?? '')
    .split(delimiter)
    .filter((entry) => isAbsolute(entry))
    .join(delimiter);
}
