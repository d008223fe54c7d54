import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../ports/log.ts';
import { GitFault } from '../../ports/repository.ts';
import { basicCredentials, localEnvironment, networkEnvironment, type Setting } from './environment.ts';
import { commandOf, runGit, whatGitSaid, type GitAnswer, type GitCommand } from './git-process.ts';

export type Remote = { url: string; token: string | null };

export type GitOptions = {
  /** Any exit code is an answer; otherwise one but 0 is a fault. */
  anyExit?: boolean;
  input?: string | Uint8Array;
  env?: Record<string, string>;
  cwd?: string;
  onOutput?: (chunk: Uint8Array) => void;
  /** Less than what every git process has. */
  timeoutMs?: number;
};

/** A bare repository of our own in a fresh folder, and the two ways to run git in it. */
export type BareRepository = {
  folder: string;
  /** For what git needs to see as files: indexes, the sides of a merge. */
  scratch: string;
  objectFormat: 'sha1' | 'sha256';
  /** The object name that means none: all zeros. */
  nullOid: string;
  /** False while no blob can be here: nothing need be asked for then before it is fetched. */
  mayHoldBlobs: boolean;
  /** An object store that is read from as well. */
  alternates: string | null;
  remote: Remote | null;
  /** Looks at objects that are here. */
  local(args: readonly string[], options?: GitOptions): Promise<GitAnswer>;
  /** May fetch what is missing from the remote, by itself or as a command of its own. */
  network(args: readonly string[], options?: GitOptions): Promise<GitAnswer>;
  remove(): Promise<void>;
};

export type BareRepositoryOptions = {
  remote: Remote | null;
  /** Folder under which the fresh one is made. */
  workFolder: string;
  /** An object store (`.git/objects`) to read from, which stays untouched. */
  alternates: string | null;
  objectFormat: 'sha1' | 'sha256';
  timeoutMs: number;
  /** Of all commands that may use the network, together. */
  networkMs: number;
  /** Ends every git process when it aborts. */
  signal: AbortSignal | null;
  log: Log | null;
};

export const REMOTE = 'origin';

export async function createBareRepository(options: BareRepositoryOptions): Promise<BareRepository> {
  await mkdir(options.workFolder, { recursive: true });
  const root = await mkdtemp(join(options.workFolder, 'git-'));
  const remove = (): Promise<void> => rm(root, { recursive: true, force: true, maxRetries: 3 });
  try {
    return await layOut(root, options, remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

async function layOut(
  root: string,
  options: BareRepositoryOptions,
  remove: () => Promise<void>,
): Promise<BareRepository> {
  const { remote, timeoutMs, signal, log } = options;
  const folder = join(root, 'repository.git');
  const scratch = join(root, 'scratch');
  await mkdir(scratch);
  const token = remote?.token ?? null;
  const secrets = token === null ? [] : [token, basicCredentials(token)];
  const run = async (args: readonly string[], env: Record<string, string>, git: GitOptions): Promise<GitAnswer> => {
    const command: GitCommand = { args, cwd: git.cwd ?? folder, env: { ...env, ...git.env }, timeoutMs, secrets };
    if (git.timeoutMs !== undefined) command.timeoutMs = Math.min(timeoutMs, git.timeoutMs);
    if (signal !== null) command.signal = signal;
    if (git.input !== undefined) command.input = git.input;
    if (git.onOutput !== undefined) command.onOutput = git.onOutput;
    const answer = await runGit(command);
    log?.debug(`git ${commandOf(args)}: exit code ${answer.code}`);
    if (answer.code !== 0 && git.anyExit !== true) {
      throw new GitFault(`git ${commandOf(args)} failed: ${whatGitSaid(answer)}`);
    }
    return answer;
  };
  let spentMs = 0;
  const here = { GIT_DIR: folder };
  const local = localEnvironment(root);
  const network = remote === null ? local : networkEnvironment(root, remote, promisorOf(remote));
  await writeLayout(folder, options);
  return {
    folder,
    scratch,
    objectFormat: options.objectFormat,
    mayHoldBlobs: options.alternates !== null,
    alternates: options.alternates,
    nullOid: '0'.repeat(options.objectFormat === 'sha256' ? 64 : 40),
    remote,
    local: (args, git = {}) => run(args, { ...local, ...here }, git),
    network: async (args, git = {}) => {
      if (remote === null) return run(args, { ...network, ...here }, git);
      const left = options.networkMs - spentMs;
      if (left <= 0) throw new GitFault(`git used up the ${options.networkMs} ms that the remote was given in all`);
      const started = performance.now();
      try {
        return await run(args, { ...network, ...here }, { ...git, timeoutMs: Math.min(git.timeoutMs ?? left, left) });
      } finally {
        spentMs += performance.now() - started;
      }
    },
    remove,
  };
}

/** What `git init --bare` would leave, without its process: the files that make a folder a repository, and nothing else. */
export async function writeLayout(
  folder: string,
  options: Pick<BareRepositoryOptions, 'objectFormat' | 'alternates'>,
): Promise<void> {
  for (const part of ['info', 'refs', join('objects', 'info'), join('objects', 'pack')]) {
    await mkdir(join(folder, part), { recursive: true });
  }
  const format =
    options.objectFormat === 'sha256'
      ? '[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = sha256\n'
      : '[core]\n\trepositoryformatversion = 0\n\tbare = true\n';
  await Promise.all([
    writeFile(join(folder, 'HEAD'), 'ref: refs/heads/none\n'),
    writeFile(join(folder, 'config'), format),
    // Outranks every .gitattributes of a tree: no driver of a repository's choosing has a say in a diff or a merge.
    writeFile(join(folder, 'info', 'attributes'), '* !diff !merge !conflict-marker-size !text !eol !filter !ident\n'),
    options.alternates === null
      ? null
      : writeFile(join(folder, 'objects', 'info', 'alternates'), `${quoted(options.alternates)}\n`),
  ]);
}

/** Makes the remote one from which git fetches a missing blob when a command needs it. */
function promisorOf(remote: Remote): Setting[] {
  return [
    [`remote.${REMOTE}.url`, remote.url],
    [`remote.${REMOTE}.promisor`, 'true'],
    [`remote.${REMOTE}.partialclonefilter`, 'blob:none'],
  ];
}

/** Lets a repository read from one more object store. */
export async function addAlternate(folder: string, objects: string): Promise<void> {
  await appendFile(join(folder, 'objects', 'info', 'alternates'), `${quoted(objects)}\n`);
}

/** As the alternates file wants a path whose first character could mean something else. */
function quoted(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
