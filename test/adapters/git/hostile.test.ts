import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { localEnvironment } from '../../../src/adapters/git/environment.ts';
import { openLocalRepository } from '../../../src/adapters/git/local-repository.ts';
import { openRepository } from '../../../src/adapters/git/open-repository.ts';
import { NOTHING_COVERED } from '../../../src/core/coverage.ts';
import type { FileDiff } from '../../../src/core/diff.ts';
import type { CommitSha } from '../../../src/core/ids.ts';
import { coverageAfter } from '../../../src/core/interdiff.ts';
import { isolatedGitEnvironment, runGit } from '../../support/git/git-process.ts';
import { GitRepository, type Files } from '../../support/git/git-repository.ts';
import { scopeOfPush } from '../../support/git/scope-of-push.ts';

const numbered = (changes: Record<number, string> = {}): string =>
  Array.from({ length: 12 }, (_, at) => `${changes[at + 1] ?? `line ${at + 1} $Id$ $Format:%H$`}\r\n`).join('');

const BASE: Files = { 'a.txt': numbered(), 'src/b.txt': numbered(), 'new.lock': 'l\n' };
const HEAD: Files = { 'a.txt': numbered({ 2: 'PR', 6: 'PR' }), 'src/b.txt': numbered({ 2: 'PR' }), 'added.txt': 'é\n' };
const TODAY: Files = { 'a.txt': numbered({ 6: 'UP', 11: 'UP' }), 'src/b.txt': numbered({ 11: 'UP' }) };
const MERGED: Files = {
  'a.txt': numbered({ 2: 'PR', 6: 'PR', 11: 'UP' }),
  'src/b.txt': numbered({ 2: 'PR', 5: 'PR', 11: 'UP' }),
};

type Versions = { base: CommitSha; head: CommitSha; today: CommitSha; merged: CommitSha };

/** A PR that conflicts with its base, and what became of it, written without any filter. */
async function build(git: GitRepository, attributes: string | null): Promise<Versions> {
  await writeFile(
    join(git.folder, '.git', 'info', 'attributes'),
    '* !diff !merge -text !eol !filter !ident !working-tree-encoding\n',
  );
  const also: Files =
    attributes === null ? {} : { '.gitattributes': attributes, 'src/.gitattributes': attributes, '.gitmodules': '' };
  const base = await git.commit('base', { ...BASE, ...also });
  await git.checkout('pr', 'main');
  const head = await git.commit('pr', {
    ...HEAD,
    ...(attributes === null ? {} : { '.gitattributes': `${attributes}\n` }),
  });
  await git.checkout('main');
  const today = await git.commit('main', TODAY);
  await git.checkout('pr');
  const merged = await git.merge('main', MERGED);
  return { base, head, today, merged };
}

type Outcome = { mergeBase: string | null; own: FileDiff[]; conflicts: string[]; carried: string[]; scope: unknown };

/** All that the git layer says of it, but for the attribute files themselves. */
async function lookAt(folder: string, { base, head, today, merged }: Versions, workFolder: string): Promise<Outcome> {
  const isOurs = (path: string): boolean => !/(?:^|\/)\.git(?:attributes|modules)$/.test(path);
  const local = await openLocalRepository(folder);
  await using repository = await openRepository({
    remoteUrl: null,
    token: null,
    workFolder,
    alternates: local.objectsFolder,
  });
  await repository.fetch([base, head, today, merged]);
  const own = await repository.diff(base, head);
  const carried = await repository.carry({ mergeBaseSha: base, headSha: head }, today);
  if (carried.outcome !== 'carried') throw new Error(carried.why);
  const first = { mergeBaseSha: base, headSha: head };
  const before = await scopeOfPush(repository, NOTHING_COVERED, first);
  const coverage = coverageAfter({ today: first, fullDiff: before.fullDiff, scope: before.scope, notReviewed: [] });
  const { scope } = await scopeOfPush(repository, coverage, { mergeBaseSha: today, headSha: merged });
  const [bare = ''] = await readdir(workFolder);
  const listing = await runGit(
    [`--git-dir=${join(workFolder, bare, 'repository.git')}`, 'ls-tree', '-r', carried.tree],
    {
      cwd: '/',
      env: { ...isolatedGitEnvironment('/nonexistent'), PATH: process.env['PATH'] },
    },
  );
  return {
    mergeBase: (await local.mergeBase(merged, today)) === today ? 'today' : 'another',
    own: own.filter((file) => isOurs(file.new?.path ?? file.old?.path ?? '')),
    conflicts: carried.conflicts,
    carried: listing.stdout
      .toString()
      .split('\n')
      .filter((line) => line !== '' && isOurs(line.split('\t')[1] ?? '')),
    scope: scope.files.filter(({ path }) => isOurs(path)),
  };
}

let home: string;
let clean: Outcome;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'pushback-hostile-'));
  await using git = await GitRepository.create();
  clean = await lookAt(git.folder, await build(git, null), join(home, 'clean'));
});

afterAll(() => rm(home, { recursive: true, force: true }));

/** A program that leaves a trace, and does what a filter or driver would, only wrong. */
async function trap(folder: string): Promise<{ program: string; sprung: () => Promise<boolean> }> {
  const program = join(folder, 'trap');
  const trace = join(folder, 'sprung');
  await writeFile(program, `#!/bin/sh\ntouch '${trace}'\necho wrong\n`);
  await chmod(program, 0o755);
  return {
    program,
    async sprung() {
      const was = existsSync(trace);
      await rm(trace, { force: true });
      return was;
    },
  };
}

/** Every way to have git run something, or to see things otherwise. */
function settings(program: string): Record<string, string> {
  return {
    'core.fsmonitor': program,
    'core.hooksPath': join(program, '..', 'hooks'),
    'core.attributesFile': join(program, '..', 'attributes'),
    'core.pager': program,
    'core.sshCommand': program,
    'core.editor': program,
    'core.autocrlf': 'true',
    'core.quotePath': 'false',
    'core.alternateRefsCommand': program,
    'diff.external': program,
    'diff.evil.textconv': program,
    'diff.evil.command': program,
    'diff.evil.binary': 'true',
    'diff.algorithm': 'minimal',
    'diff.context': '0',
    'diff.interHunkContext': '9',
    'diff.noprefix': 'true',
    'diff.renames': 'false',
    'diff.orderFile': join(program, '..', 'order'),
    'diff.wsErrorHighlight': 'all',
    'diff.colorMoved': 'zebra',
    'color.ui': 'always',
    'merge.default': 'union',
    'merge.conflictStyle': 'diff3',
    'merge.evil.driver': `${program} %A`,
    'merge.evil.recursive': 'evil',
    'merge.directoryRenames': 'true',
    'merge.renames': 'false',
    'merge.renormalize': 'true',
    'merge.verifySignatures': 'true',
    'filter.evil.clean': program,
    'filter.evil.smudge': program,
    'filter.evil.process': program,
    'filter.evil.required': 'true',
    'uploadpack.packObjectsHook': program,
    'credential.helper': `!${program}`,
    'gpg.program': program,
    'commit.gpgSign': 'true',
    'log.showSignature': 'true',
    'alias.diff-tree': `!${program}`,
    'i18n.commitEncoding': 'utf-16',
  };
}

function asConfig(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([key, value]) => {
      const [, section = '', sub, name = ''] = /^([^.]+)(?:\.(.+))?\.([^.]+)$/.exec(key) ?? [];
      return `[${section}${sub === undefined ? '' : ` "${sub}"`}]\n\t${name} = ${JSON.stringify(value)}\n`;
    })
    .join('');
}

describe('attributes in the tree', () => {
  test.each([
    ['a union of conflicts', '* merge=union'],
    ['drivers of their own', '* merge=evil diff=evil filter=evil'],
    ['no diff, no merge', '* -diff -merge'],
    ['binary', '* binary'],
    ['other endings', '* text=auto eol=lf'],
    ['another encoding', '* text working-tree-encoding=UTF-16 eol=crlf'],
    ['keywords', '* ident export-subst export-ignore'],
    ['short markers', '* conflict-marker-size=1 whitespace=blank-at-eol,cr-at-eol delta=false'],
    ['a macro and folders', '[attr]evil -diff merge=union\n* evil\nsrc/** evil\n**/*.txt linguist-generated evil'],
  ])('change nothing: %s', async (_, attributes) => {
    await using git = await GitRepository.create();
    const versions = await build(git, `${attributes}\n`);
    const { program, sprung } = await trap(git.folder);
    await appendFile(join(git.folder, '.git', 'config'), asConfig(settings(program)));
    const workFolder = await mkdtemp(join(home, 'work-'));
    expect(await lookAt(git.folder, versions, workFolder)).toEqual(clean);
    expect(await sprung()).toBe(false);
  });
});

describe('a remote that is a program', () => {
  test.each([
    ['this git', {}],
    ['a git that always fetches what is missing', { GIT_NO_LAZY_FETCH: undefined }],
  ])('is not asked for what is missing, by %s', async (_, older) => {
    await using git = await GitRepository.create();
    await git.commit('base', { a: '1\n' });
    const { program, sprung } = await trap(git.folder);
    const config = {
      'core.repositoryFormatVersion': '1',
      'extensions.partialClone': 'origin',
      'remote.origin.promisor': 'true',
      'remote.origin.url': `ext::${program}`,
      'protocol.ext.allow': 'always',
    };
    await appendFile(join(git.folder, '.git', 'config'), asConfig(config));
    const missing = ['rev-parse', '--verify', `${'f'.repeat(40)}^{commit}`];
    await runGit(missing, { cwd: git.folder, env: isolatedGitEnvironment(git.folder) });
    expect(await sprung()).toBe(true);
    const env: NodeJS.ProcessEnv = { ...localEnvironment(home, [['safe.directory', '*']]), ...older };
    await runGit(missing, { cwd: git.folder, env });
    expect(await sprung()).toBe(false);
  });
});

describe('a repository and an environment full of traps', () => {
  /** Replaced commits, a false ancestry, attributes and hooks, and a store that points elsewhere. */
  async function rig(git: GitRepository, versions: Versions, program: string): Promise<void> {
    const folder = join(git.folder, '.git');
    const hooks = join(program, '..', 'hooks');
    for (const place of [hooks, join(folder, 'hooks')]) {
      await mkdir(place, { recursive: true });
      for (const hook of [
        'reference-transaction',
        'post-index-change',
        'pre-auto-gc',
        'post-checkout',
        'proc-receive',
      ]) {
        await writeFile(join(place, hook), `#!/bin/sh\n'${program}'\n`);
        await chmod(join(place, hook), 0o755);
      }
    }
    await git.git('replace', versions.head, versions.base);
    await git.git(
      'replace',
      await git.git('rev-parse', `${versions.today}:a.txt`),
      await git.git('rev-parse', `${versions.base}:a.txt`),
    );
    await writeFile(join(folder, 'info', 'grafts'), `${versions.merged} ${versions.base}\n`);
    await writeFile(join(folder, 'info', 'attributes'), '* diff=evil merge=union filter=evil\n');
    await writeFile(join(program, '..', 'attributes'), '* diff=evil merge=union filter=evil\n');
    await writeFile(join(program, '..', 'order'), 'src/*\n');
    await writeFile(join(program, '..', 'evil.config'), asConfig(settings(program)));
    await writeFile(join(folder, 'config.worktree'), asConfig(settings(program)));
    const included = { 'include.path': join(program, '..', 'evil.config'), 'extensions.worktreeConfig': 'true' };
    await appendFile(join(folder, 'config'), asConfig({ ...settings(program), ...included }));
    const elsewhere = join(program, '..', 'elsewhere', 'objects');
    await mkdir(join(elsewhere, 'info'), { recursive: true });
    await writeFile(join(elsewhere, 'info', 'alternates'), `${join(program, '..', 'nowhere')}\n`);
    await writeFile(join(folder, 'objects', 'info', 'alternates'), `${elsewhere}\n`);
  }

  /** What git would listen to, had it been passed on. */
  async function environment(program: string): Promise<Record<string, string>> {
    const evil = join(program, '..', 'home');
    await mkdir(join(evil, 'git'), { recursive: true });
    for (const name of ['.gitconfig', 'git/config', 'system'])
      await writeFile(join(evil, name), asConfig(settings(program)));
    await writeFile(join(evil, 'git', 'attributes'), '* diff=evil merge=union\n');
    return {
      HOME: evil,
      XDG_CONFIG_HOME: evil,
      GIT_CONFIG: join(evil, '.gitconfig'),
      GIT_CONFIG_SYSTEM: join(evil, 'system'),
      GIT_CONFIG_GLOBAL: join(evil, '.gitconfig'),
      GIT_CONFIG_PARAMETERS: `'diff.external=${program}'`,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'diff.external',
      GIT_CONFIG_VALUE_0: program,
      GIT_EXTERNAL_DIFF: program,
      GIT_DIFF_OPTS: '--unified=0',
      GIT_PAGER: program,
      GIT_EDITOR: program,
      GIT_ASKPASS: program,
      SSH_ASKPASS: program,
      GIT_SSH_COMMAND: program,
      GIT_PROXY_COMMAND: program,
      GIT_TEMPLATE_DIR: join(program, '..'),
      GIT_DIR: '/nonexistent',
      GIT_WORK_TREE: '/nonexistent',
      GIT_INDEX_FILE: '/nonexistent/index',
      GIT_OBJECT_DIRECTORY: '/nonexistent/objects',
      GIT_ALTERNATE_OBJECT_DIRECTORIES: '/nonexistent/objects',
      GIT_REPLACE_REF_BASE: 'refs/replace/',
      GIT_NAMESPACE: 'evil',
      GIT_ICASE_PATHSPECS: '1',
      GIT_DEFAULT_HASH: 'sha256',
      GIT_TRACE: join(evil, 'trace'),
    };
  }

  test('nothing runs, and everything is as without them', async () => {
    await using git = await GitRepository.create();
    const versions = await build(git, '* merge=evil diff=evil filter=evil\n');
    const { program, sprung } = await trap(git.folder);
    await rig(git, versions, program);
    const variables = await environment(program);
    const before = { ...process.env };
    const workFolder = await mkdtemp(join(home, 'work-'));
    try {
      // The traps are armed: a git that listens runs into them.
      for (const env of [{}, { GIT_EXTERNAL_DIFF: program }]) {
        await runGit(['diff', '--ext-diff', versions.base, versions.merged], {
          cwd: git.folder,
          env: { ...isolatedGitEnvironment(git.folder), ...env },
        });
        expect(await sprung()).toBe(true);
      }
      Object.assign(process.env, variables);
      expect(await lookAt(git.folder, versions, workFolder)).toEqual(clean);
      expect(await sprung()).toBe(false);
      expect(existsSync(variables['GIT_TRACE'] ?? '')).toBe(false);
    } finally {
      for (const name of Object.keys(variables)) delete process.env[name];
      Object.assign(process.env, before);
    }
  });
});
