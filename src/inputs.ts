import * as core from '@actions/core';
import type { ConfigFile } from './core/inputs/file.ts';
import { INPUT_NAMES } from './core/inputs/names.ts';
import {
  parseBeforehand,
  parseInputs,
  type Beforehand,
  type InputContext,
  type ParsedInputs,
} from './core/inputs/parse.ts';

/** Where a bare pull request number is at home: the workflow's own repository and server. */
type Home = Omit<InputContext, 'awsRegion'>;

/**
 * Reads the action's inputs from the environment that the runner sets, all at once.
 * @param file what speaks where an input is not set; null: nothing
 */
export function readInputs(home: Home, file: ConfigFile | null = null): ParsedInputs {
  return parseInputs(given(), contextOf(home), file);
}

/** What of them counts before there is a file. */
export function readBeforehand(home: Home): Beforehand {
  return parseBeforehand(given(), contextOf(home));
}

function given(): Record<string, string> {
  const names = INPUT_NAMES.filter((name) => process.env[`INPUT_${name.toUpperCase()}`] !== undefined);
  return Object.fromEntries(names.map((name) => [name, core.getInput(name)]));
}

function contextOf(home: Home): InputContext {
  return { ...home, awsRegion: process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'] || '' };
}
