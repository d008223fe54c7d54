import * as core from '@actions/core';
import { INPUT_NAMES } from './core/inputs/names.ts';
import { parseInputs, type InputContext, type ParsedInputs } from './core/inputs/parse.ts';

/**
 * Reads the action's inputs from the environment that the runner sets, all at once.
 * @param context where a bare pull request number is at home: the workflow's own repository and server.
 */
export function readInputs(context: Omit<InputContext, 'awsRegion'>): ParsedInputs {
  const given = INPUT_NAMES.filter((name) => process.env[`INPUT_${name.toUpperCase()}`] !== undefined);
  const raw = Object.fromEntries(given.map((name) => [name, core.getInput(name)]));
  return parseInputs(raw, {
    ...context,
    awsRegion: process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'] || '',
  });
}
