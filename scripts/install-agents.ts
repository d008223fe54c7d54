import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { AGENT_CLIS } from '../src/core/agents/all.ts';
import { AGENT_NAMES, type AgentCli, type AgentName } from '../src/core/agents/cli.ts';
import { versionText } from '../src/core/agents/version.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'node_modules/.cache/agents');

export type Installed = { program: string } | { missing: string };

/** Installs the agents' command lines, each in the version it is tested with, into a folder of their own. Once. */
export async function installAgents(names: readonly AgentName[] = AGENT_NAMES): Promise<Map<AgentName, Installed>> {
  const found = new Map<AgentName, Installed>();
  for (const name of names) found.set(name, await install(AGENT_CLIS[name]));
  return found;
}

async function install(cli: AgentCli): Promise<Installed> {
  const folder = join(FOLDER, `${cli.name}-${versionText(cli.minVersion)}`);
  const program = join(folder, 'node_modules/.bin', cli.program);
  const done = join(folder, 'installed');
  if (!existsSync(done)) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{"private":true}\n');
    try {
      const named = `${cli.packageName}@${versionText(cli.minVersion)}`;
      await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', named], { cwd: folder });
      await run(program, ['--version'], { cwd: folder });
    } catch (error) {
      return { missing: `${cli.packageName} can't be installed or does not run here: ${firstLine(error)}` };
    }
    await writeFile(done, '');
  }
  return { program };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 3).join(' ');
}

if (import.meta.main) {
  for (const [name, installed] of await installAgents()) {
    process.stdout.write(`${name}: ${'program' in installed ? installed.program : installed.missing}\n`);
  }
}
