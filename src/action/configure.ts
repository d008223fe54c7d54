import type { ActionContext } from '../adapters/actions/context.ts';
import { actionsLog } from '../adapters/actions/log.ts';
import { readRepositoryFile } from '../adapters/github/repository-file.ts';
import type { Config } from '../core/config.ts';
import type { Fault } from '../core/inputs/faults.ts';
import { readConfigFile, type ConfigFile } from '../core/inputs/file.ts';
import { fileShapes, type Beforehand } from '../core/inputs/parse.ts';
import { INPUT_DEFAULTS } from '../core/inputs/names.ts';
import { readInputs } from '../inputs.ts';
import { accessOf } from './ledger.ts';

export type Configured =
  | { outcome: 'config'; config: Config }
  | { outcome: 'faults'; faults: readonly Fault[] }
  /** What the file would have said is not known: nothing may be done by other settings instead. */
  | { outcome: 'unreadable'; error: unknown };

/** Inputs and configuration file together. One call of GitHub's API, none where the workflow refuses the file. */
export async function configure(before: Beforehand, context: ActionContext): Promise<Configured> {
  let file: ConfigFile | null = null;
  try {
    file = await fileFor(before, context);
  } catch (error) {
    return before.faults.length > 0 ? { outcome: 'faults', faults: before.faults } : { outcome: 'unreadable', error };
  }
  return readInputs(context, file);
}

async function fileFor({ access }: Beforehand, context: ActionContext): Promise<ConfigFile | null> {
  if (access === null || access.configFile === null) return null;
  const { configFile: path, githubToken } = access;
  const { MAX_CONFIG_BYTES, readYaml } = await import('../adapters/yaml/read-document.ts');
  const bytes = await readRepositoryFile(
    accessOf({ githubToken }, context),
    context.repository,
    path,
    MAX_CONFIG_BYTES,
  );
  if (bytes === null) {
    if (path !== INPUT_DEFAULTS['config-file']) {
      actionsLog.warning(
        `config-file: there is no ${JSON.stringify(path)} on the default branch: the inputs alone count.`,
      );
    }
    return null;
  }
  const file = readConfigFile(path, readYaml(bytes), fileShapes(context), secretsOf(process.env));
  const keys = Object.keys(file.texts);
  actionsLog.info(`Configuration: ${path} of the default branch${keys.length === 0 ? '' : ` (${keys.join(', ')})`}`);
  return file;
}

function secretsOf(env: NodeJS.ProcessEnv): string[] {
  const set = ['INPUT_GITHUB-TOKEN', 'INPUT_API-KEY'].flatMap((name) => (env[name] ?? '').split(/\r?\n/));
  return set.map((line) => line.trim()).filter((line) => line !== '');
}
