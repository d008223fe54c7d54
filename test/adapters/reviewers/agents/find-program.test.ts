import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findProgram } from '../../../../src/adapters/reviewers/agents/find-program.ts';
import { AGENT_CLIS } from '../../../../src/core/agents/all.ts';

let home: string;
beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'home-')));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** What an agent's shell may read of where its program lies: never what lies beside it by chance. */
test.each([
  ['a program by itself', 'codex', 'codex'],
  ['one among others', 'bin/codex', 'bin/codex'],
  ['a package of a scope', 'lib/node_modules/@openai/codex/bin/codex.js', 'lib/node_modules/@openai'],
  ['a package', 'lib/node_modules/codex/bin/codex.js', 'lib/node_modules/codex'],
])('%s', async (_what, path, installed) => {
  const program = join(home, path);
  await mkdir(dirname(program), { recursive: true });
  await writeFile(program, '#!/bin/sh\necho codex-cli 0.169.0\n', { mode: 0o755 });
  const place = { env: {}, cwd: home, environment: { HOME: home, PATH: '/usr/bin:/bin' } };
  const found = await findProgram(AGENT_CLIS.codex, [program], place, new AbortController().signal);
  expect(found).toMatchObject({ outcome: 'found', installed: join(home, installed) });
});
