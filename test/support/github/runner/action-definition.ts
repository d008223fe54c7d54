import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

export type ActionDefinition = {
  main: string;
  post: string | null;
  /** Defaults of the inputs, as written. */
  defaults: Record<string, string>;
};

/** Reads an action.yml as far as the runner needs it. */
export async function readAction(file: string): Promise<ActionDefinition> {
  const { runs, inputs } = parse(await readFile(file, 'utf8')) as {
    runs: { main: string; post?: string };
    inputs?: Record<string, { default?: string | number | boolean }>;
  };
  // An input without a default and without a value is set all the same, to nothing.
  const defaults = Object.entries(inputs ?? {}).map(([name, input]) => [name, String(input.default ?? '')] as const);
  const folder = dirname(file);
  return {
    main: join(folder, runs.main),
    post: runs.post === undefined ? null : join(folder, runs.post),
    defaults: Object.fromEntries(defaults),
  };
}

/** The inputs that the action gets: those of the workflow, over the defaults with their expressions worked out. */
export function inputsOf(
  definition: ActionDefinition,
  given: Record<string, string>,
  token: string,
): Record<string, string> {
  const defaults = Object.entries(definition.defaults).map(
    ([name, value]) => [name, evaluate(name, value, token)] as const,
  );
  return { ...Object.fromEntries(defaults), ...given };
}

function evaluate(input: string, value: string, token: string): string {
  return value.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    if (expression !== 'github.token')
      throw new Error(`the default of ${input} has an expression that is not known here: ${expression}`);
    return token;
  });
}
