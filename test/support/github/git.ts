import { startSmall } from '../git/starter.ts';
import { type DiffFile, readDiff } from './diff.ts';

export type Commit = {
  sha: string;
  treeSha: string;
  parents: string[];
  author: { name: string; email: string; date: string };
  committer: { name: string; email: string; date: string };
  message: string;
};

const environment = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
};
const spelledOut = [
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--full-index',
  '-M',
  '-U3',
  '--diff-algorithm=myers',
];

/** Reads one real repository, and writes only the refs and merge commits that GitHub itself would. */
export class Git {
  readonly folder: string;
  readonly #diffs = new Map<string, Promise<DiffFile[]>>();
  readonly #texts = new Map<string, Promise<string>>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(folder: string): Promise<Git> {
    const found = await runGit(folder, ['rev-parse', '--absolute-git-dir']);
    return new Git(found.trim());
  }

  run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    return runGit(this.folder, args, env);
  }

  async succeeds(args: readonly string[]): Promise<boolean> {
    return this.run(args).then(
      () => true,
      () => false,
    );
  }

  async branches(): Promise<Map<string, string>> {
    const listing = await this.run(['for-each-ref', '--format=%(objectname) %(refname:lstrip=2)', 'refs/heads']);
    return new Map(
      linesOf(listing).map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]),
    );
  }

  /** The commit that a SHA, a branch or a ref names. */
  async commitSha(revision: string): Promise<string | null> {
    if (revision.startsWith('-')) return null;
    for (const name of [revision, `refs/heads/${revision}`, `refs/${revision}`]) {
      const sha = await this.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]).catch(
        () => '',
      );
      if (sha !== '') return sha.trim();
    }
    return null;
  }

  async mergeBase(a: string, b: string): Promise<string | null> {
    return this.run(['merge-base', a, b]).then(
      (text) => text.trim(),
      () => null,
    );
  }

  isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    return this.succeeds(['merge-base', '--is-ancestor', ancestor, descendant]);
  }

  /** Commits of `from..to`, oldest first. */
  async commits(from: string, to: string): Promise<Commit[]> {
    return readCommits(
      await this.run(['log', '-z', '--topo-order', '--reverse', `--format=${COMMIT}`, `${from}..${to}`]),
    );
  }

  async commit(sha: string): Promise<Commit> {
    const [commit] = readCommits(await this.run(['log', '-z', '-1', `--format=${COMMIT}`, sha]));
    if (commit === undefined) throw new Error(`git shows no commit ${sha}`);
    return commit;
  }

  diff(from: string, to: string): Promise<DiffFile[]> {
    const key = `${from} ${to}`;
    const known = this.#diffs.get(key);
    if (known !== undefined) return known;
    const reading = Promise.all([
      this.run(['diff', '--raw', '-z', '--no-abbrev', '-M', from, to]),
      this.diffText(from, to),
    ]);
    const files = reading.then(([raw, patch]) => readDiff(raw, patch));
    this.#diffs.set(key, files);
    return files;
  }

  diffText(from: string, to: string): Promise<string> {
    const key = `${from} ${to}`;
    const text = this.#texts.get(key) ?? this.run(['diff', '-p', ...spelledOut, from, to]);
    this.#texts.set(key, text);
    return text;
  }

  /** The merge commit that GitHub keeps at `refs/pull/N/merge`; null where the sides conflict. */
  async testMerge(base: string, head: string, message: string): Promise<string | null> {
    const tree = await this.run(['merge-tree', '--write-tree', base, head]).catch(() => null);
    if (tree === null) return null;
    const who = {
      GIT_AUTHOR_NAME: 'GitHub',
      GIT_AUTHOR_EMAIL: 'noreply@github.com',
      GIT_AUTHOR_DATE: '1700000000 +0000',
    };
    const committer = {
      GIT_COMMITTER_NAME: 'GitHub',
      GIT_COMMITTER_EMAIL: 'noreply@github.com',
      GIT_COMMITTER_DATE: '1700000000 +0000',
    };
    const sha = await this.run(['commit-tree', '-p', base, '-p', head, '-m', message, tree.trim()], {
      ...who,
      ...committer,
    });
    return sha.trim();
  }
}

const COMMIT = '%H%x1f%T%x1f%P%x1f%an%x1f%ae%x1f%aI%x1f%cn%x1f%ce%x1f%cI%x1f%B';

function readCommits(log: string): Commit[] {
  return log
    .split('\0')
    .filter((record) => record !== '')
    .map((record) => {
      const [sha = '', treeSha = '', parents = '', an = '', ae = '', ad = '', cn = '', ce = '', cd = '', message = ''] =
        record.split('\x1f');
      return {
        sha,
        treeSha,
        parents: parents.split(' ').filter((parent) => parent !== ''),
        author: { name: an, email: ae, date: utc(ad) },
        committer: { name: cn, email: ce, date: utc(cd) },
        message: message.trimEnd(),
      };
    });
}

function utc(date: string): string {
  return `${new Date(date).toISOString().slice(0, 19)}Z`;
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

async function runGit(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { code, stdout, stderr } = await startSmall({
    args: ['-c', 'safe.directory=*', '-c', 'core.attributesFile=/dev/null', ...args],
    cwd: folder,
    env: { ...environment, ...env },
    input: undefined,
  });
  if (code === 0) return stdout.toString();
  throw new Error(`git ${args[0] ?? ''} ended with ${code}: ${stderr.trim()}`);
}
