/** A configuration entry for git, given by its environment: neither on disk nor in the argument list. */
export type Setting = readonly [key: string, value: string];

/** What a git process may see of our environment: where programs are, and how the network is reached. */
const PASSED_ON = [
  'PATH',
  'TMPDIR',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
  'CURL_CA_BUNDLE',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
];

/** What git would take from the repository, the user or the machine, spelled out. */
const SETTINGS: readonly Setting[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['core.autocrlf', 'false'],
  ['core.quotePath', 'true'],
  ['core.pager', 'cat'],
  ['i18n.logOutputEncoding', 'UTF-8'],
  ['core.untrackedCache', 'false'],
  ['core.commitGraph', 'false'],
  ['core.logAllRefUpdates', 'false'],
  // A repository of one run: what a crash of the machine takes, nobody will look for.
  ['core.fsync', 'none'],
  ['credential.helper', ''],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['fetch.unpackLimit', '1'],
  ['pack.writeReverseIndex', 'false'],
  ['transfer.bundleURI', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['fetch.writeCommitGraph', 'false'],
  ['fetch.fsckObjects', 'false'],
  ['submodule.recurse', 'false'],
  ['protocol.allow', 'never'],
  ['protocol.version', '2'],
  ['diff.suppressBlankEmpty', 'false'],
  ['diff.ignoreSubmodules', 'none'],
  ['merge.renames', 'true'],
  ['merge.directoryRenames', 'false'],
  ['merge.renormalize', 'false'],
  ['merge.conflictStyle', 'merge'],
  ['merge.renameLimit', '7000'],
  ['diff.renameLimit', '7000'],
];

/** Over the network: only HTTP, no redirects (a token must not travel), and no waiting for a stalled peer. */
const NETWORK_SETTINGS: readonly Setting[] = [
  ['protocol.http.allow', 'always'],
  ['protocol.https.allow', 'always'],
  ['http.followRedirects', 'false'],
  ['http.lowSpeedLimit', '1000'],
  ['http.lowSpeedTime', '30'],
];

/** For commands that look at objects we have: configured by nobody, and never on the network. */
export function localEnvironment(home: string, settings: readonly Setting[] = []): Record<string, string> {
  // Of a repository's own `protocol.<name>.allow` the second outranks every one: gits from before 2.39.4 know only that.
  return { ...baseEnvironment(home, [...SETTINGS, ...settings]), GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: '' };
}

/** For commands that may fetch from the remote: the one place where the token goes. */
export function networkEnvironment(
  home: string,
  remote: { url: string; token: string | null },
  settings: readonly Setting[] = [],
): Record<string, string> {
  const authorization: Setting[] =
    remote.token === null
      ? []
      : [[`http.${remote.url}.extraHeader`, `Authorization: Basic ${basicCredentials(remote.token)}`]];
  return baseEnvironment(home, [...SETTINGS, ...NETWORK_SETTINGS, ...settings, ...authorization]);
}

/** GitHub takes a token as the password of any user; its own documentation names this one. */
export function basicCredentials(token: string): string {
  return Buffer.from(`x-access-token:${token}`).toString('base64');
}

function baseEnvironment(home: string, settings: readonly Setting[]): Record<string, string> {
  const passedOn = PASSED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const configuration = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key] as const,
    [`GIT_CONFIG_VALUE_${index}`, value] as const,
  ]);
  return {
    ...Object.fromEntries(passedOn),
    ...Object.fromEntries(configuration),
    GIT_CONFIG_COUNT: String(settings.length),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    // Where nothing is: a repository's own grafts would tell another ancestry.
    GIT_GRAFT_FILE: '/nonexistent/grafts',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_AUTHOR_NAME: 'pushback',
    GIT_AUTHOR_EMAIL: 'pushback@invalid',
    GIT_AUTHOR_DATE: '@0 +0000',
    GIT_COMMITTER_NAME: 'pushback',
    GIT_COMMITTER_EMAIL: 'pushback@invalid',
    GIT_COMMITTER_DATE: '@0 +0000',
    HOME: home,
    XDG_CONFIG_HOME: home,
    LC_ALL: 'C',
    TZ: 'UTC',
  };
}
