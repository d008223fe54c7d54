import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runShipped, type PullIn } from '../e2e/support.ts';
import { COMPILED_SOURCES } from '../support/compiled-sources.ts';
import type { ActionResult, RunOptions } from '../support/github/runner/run-action.ts';
import type { ReviewedWorld } from '../support/world.ts';

/** The action from its sources, its steps in processes of their own as the runner starts them. */
export async function runSources(
  pullIn: PullIn<ReviewedWorld>,
  inputs: Record<string, string>,
  options: Partial<RunOptions> = {},
): Promise<ActionResult> {
  const folder = await mkdtemp(join(tmpdir(), 'pushback-action-'));
  try {
    const [main, post] = await Promise.all(
      ['main', 'post'].map(async (name) => {
        const source = pathToFileURL(resolve('src', `${name}.ts`)).href;
        const script = join(folder, `${name}.mjs`);
        await writeFile(script, `const step = await import('${source}');\nawait step.${name}();\n`);
        return script;
      }),
    );
    return await runShipped(
      pullIn,
      { ...pullIn.world.inputs, ...inputs },
      { main: main ?? '', post: post ?? '', ...options, env: { ...COMPILED_SOURCES, ...options.env } },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
