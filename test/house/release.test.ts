import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';

/** The release workflow's own shell steps, over a remote of this machine and with `gh` standing in for GitHub's. */

const run = promisify(execFile);
const WORKFLOW = resolve(import.meta.dirname, '../../.github/workflows/release.yml');
const Workflow = z.object({
  jobs: z.record(
    z.string(),
    z.object({ steps: z.array(z.object({ name: z.string().optional(), run: z.string().optional() })) }),
  ),
});

async function stepOf(job: string, name: string): Promise<string> {
  const { jobs } = Workflow.parse(parse(await readFile(WORKFLOW, 'utf8')));
  const found = jobs[job]?.steps.find((step) => step.name?.startsWith(name))?.run;
  if (found === undefined) throw new Error(`the job ${job} has no step ${name}`);
  return found;
}

/** A clone as the workflow checks it out, its remote, and what was asked of `gh`. */
async function setUp() {
  const folder = await mkdtempDisposable(join(tmpdir(), 'pushback-release-'));
  const at = (name: string): string => join(folder.path, name);
  const env = {
    PATH: `${at('bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    HOME: folder.path,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'ada',
    GIT_AUTHOR_EMAIL: 'ada@example.test',
    GIT_COMMITTER_NAME: 'ada',
    GIT_COMMITTER_EMAIL: 'ada@example.test',
    RELEASES: at('releases'),
  };
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', args, { cwd: at('clone'), env })).stdout.trim();
  await mkdir(at('bin'));
  await writeFile(
    at('bin/gh'),
    '#!/bin/sh\ntouch "$RELEASES"\ncase "$2" in\nview) grep -q "^$3 " "$RELEASES" ;;\ncreate) shift 2; echo "$@" >> "$RELEASES" ;;\nesac\n',
  );
  await chmod(at('bin/gh'), 0o755);
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', at('remote')], { env });
  await run('git', ['clone', '--quiet', at('remote'), at('clone')], { env });
  await git('checkout', '--quiet', '-b', 'main');
  return {
    git,
    at,
    async commit(version: string): Promise<string> {
      await writeFile(at('clone/package.json'), JSON.stringify({ version }));
      await mkdir(at('clone/dist/chunks'), { recursive: true });
      await writeFile(at('clone/dist/index.js'), `// ${version}\n`);
      await writeFile(at('clone/action.yml'), 'name: Pushback\n');
      await writeFile(at('clone/LICENSE'), 'MIT\n');
      await git('add', '--all');
      await git('commit', '--quiet', '--message', version);
      return git('rev-parse', 'HEAD');
    },
    /** As GitHub's runner runs a step; true where it succeeded. */
    async step(script: string, tag: string): Promise<boolean> {
      const sha = await git('rev-parse', `${tag}^{commit}`);
      return run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
        cwd: at('clone'),
        env: { ...env, GITHUB_SHA: sha, GITHUB_REF_NAME: tag },
      }).then(
        () => true,
        () => false,
      );
    },
    releases: async (): Promise<string[]> =>
      (await readFile(at('releases'), 'utf8').catch(() => '')).split('\n').filter(Boolean),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

test('a tag that is not on main, or says another version, is no release', async () => {
  await using scene = await setUp();
  const { git } = scene;
  const check = await stepOf('check', 'The tag is on main');
  await scene.commit('1.2.3');
  await git('push', '--quiet', 'origin', 'main');
  await git('tag', 'v1.2.3');
  await git('tag', 'v1.2.4');
  expect(await scene.step(check, 'v1.2.3')).toBe(true);
  expect(await scene.step(check, 'v1.2.4')).toBe(false);
  await git('checkout', '--quiet', '-b', 'aside');
  await scene.commit('1.3.0');
  await git('tag', 'v1.3.0');
  expect(await scene.step(check, 'v1.3.0')).toBe(false);
});

test('the major tag follows the newest release of its line, and a run that is run again goes on', async () => {
  await using scene = await setUp();
  const { git } = scene;
  const publish = await stepOf('publish', 'Release, and move');
  const major = async (tag: string) => (await git('ls-remote', 'origin', `refs/tags/${tag}`)).split('\t')[0];
  const first = await scene.commit('1.2.9');
  await git('push', '--quiet', 'origin', 'main');
  await git('tag', '--annotate', '--message', 'x', 'v1.2.9');
  expect(await scene.step(publish, 'v1.2.9')).toBe(true);
  expect(await major('v1')).toBe(first);
  const second = await scene.commit('1.2.10');
  await git('tag', 'v1.2.10');
  expect(await scene.step(publish, 'v1.2.10')).toBe(true);
  expect(await scene.step(publish, 'v1.2.10')).toBe(true);
  expect(await major('v1')).toBe(second);
  // Run again, later: it is not the newest any more.
  expect(await scene.step(publish, 'v1.2.9')).toBe(true);
  expect(await major('v1')).toBe(second);
  const next = await scene.commit('2.0.0');
  await git('tag', 'v2.0.0');
  expect(await scene.step(publish, 'v2.0.0')).toBe(true);
  expect([await major('v1'), await major('v2')]).toEqual([second, next]);
  expect((await scene.releases()).map((line) => line.split(' ')[0])).toEqual(['v1.2.9', 'v1.2.10', 'v2.0.0']);
});

test('the archive has the same bytes each time', async () => {
  await using scene = await setUp();
  const { git, at } = scene;
  const pack = await stepOf('publish', 'Pack the action');
  await scene.commit('1.2.3');
  await git('tag', 'v1.2.3');
  const archive = async () => {
    expect(await scene.step(pack, 'v1.2.3')).toBe(true);
    return (await readFile(at('clone/pushback-action.tar.gz'))).toString('base64');
  };
  const once = await archive();
  await writeFile(at('clone/LICENSE'), 'MIT\n');
  expect(await archive()).toBe(once);
  const { stdout } = await run('tar', ['-tzf', at('clone/pushback-action.tar.gz')]);
  expect(stdout.trim().split('\n')).toEqual(['action.yml', 'dist/', 'dist/chunks/', 'dist/index.js', 'LICENSE']);
});
