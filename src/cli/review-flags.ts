import { AGENT_NAMES } from '../core/agents/cli.ts';
import type { ReviewerConfig } from '../core/config.ts';
import type { ReviewFilters } from '../core/exclude/filters.ts';
import { pathPatterns, repositoryPath } from '../core/inputs/lists.ts';
import { readAgent } from './agent-flags.ts';
import { readModel, type RawModelFlags } from './model-flags.ts';
import { SEVERITIES, type Severity } from '../core/severity.ts';

/** As commander hands them over: only text, and whether it is there. */
export type RawReviewFlags = RawModelFlags & {
  repo: string;
  base?: string;
  head: string;
  reviewer?: string;
  sarifFile?: string[];
  passEnv: string[];
  paths?: string[];
  pathsIgnore?: string[];
  includeGenerated?: boolean;
  instructionsFile?: string;
  ledger?: string;
  session?: string;
  incremental: string;
  force?: string;
  failOn: string;
  timeoutMinutes: string;
  json: boolean;
  quiet: boolean;
};

export type ReviewFlags = {
  repo: string;
  base: string;
  head: string;
  reviewer: ReviewerConfig | null;
  filters: ReviewFilters;
  instructionsFile: string | null;
  ledger: string | null;
  session: string | null;
  incremental: 'true' | 'false';
  force: 'full' | 'rerun' | null;
  failOn: Severity | 'never';
  timeoutMs: number;
  json: boolean;
  quiet: boolean;
};

export const FAIL_ON = [...SEVERITIES, 'never'] as const;
export const REVIEWERS = ['command', 'sarif', 'model', ...AGENT_NAMES] as const;
export const FORCES = ['full', 'rerun'] as const;

/** Reads them all, and adds everything that is wrong to `faults`; what is at fault reads as something harmless then. */
export function readReviewFlags(
  raw: RawReviewFlags,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  faults: string[],
): ReviewFlags {
  if (raw.base === undefined || raw.base === '')
    faults.push('--base: needed, say what the branch is to be merged into');
  const minutes = Number(raw.timeoutMinutes);
  const minutesFit = raw.timeoutMinutes.trim() !== '' && minutes > 0 && minutes <= 360;
  if (!minutesFit) {
    faults.push(`--timeout-minutes: must be a number above 0, at most 360, not ${JSON.stringify(raw.timeoutMinutes)}`);
  }
  return {
    repo: raw.repo,
    base: raw.base ?? '',
    head: raw.head,
    reviewer: readReviewer(raw, argv, env, faults),
    filters: {
      paths: readPatterns('--paths', raw.paths, faults),
      pathsIgnore: readPatterns('--paths-ignore', raw.pathsIgnore, faults),
      includeGenerated: raw.includeGenerated ?? false,
    },
    instructionsFile: readPath('--instructions-file', raw.instructionsFile, faults),
    ledger: raw.ledger ?? null,
    session: raw.session ?? null,
    incremental: oneOf('--incremental', raw.incremental, ['true', 'false'], faults),
    force: raw.force === undefined ? null : oneOf('--force', raw.force, FORCES, faults),
    failOn: oneOf('--fail-on', raw.failOn, FAIL_ON, faults),
    timeoutMs: Math.round((minutesFit ? minutes : 1) * 60_000),
    json: raw.json,
    quiet: raw.quiet,
  };
}

function readPatterns(flag: string, patterns: readonly string[] = [], faults: string[]): string[] {
  const reading = pathPatterns(patterns.join('\n'));
  if ('value' in reading) return reading.value;
  faults.push(
    ...reading.map(
      ({ expected, found }) => `${flag}: expected ${expected}${found === undefined ? '' : `; found ${found}`}`,
    ),
  );
  return [];
}

function readPath(flag: string, text: string | undefined, faults: string[]): string | null {
  if (text === undefined) return null;
  const reading = repositoryPath(text);
  if ('value' in reading) return reading.value;
  faults.push(...reading.map(({ expected }) => `${flag}: must be ${expected}, not ${JSON.stringify(text)}`));
  return null;
}

function readReviewer(
  raw: RawReviewFlags,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  faults: string[],
): ReviewerConfig | null {
  const files = raw.sarifFile ?? [];
  const strange = raw.passEnv.filter((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  faults.push(...strange.map((name) => `--pass-env: ${JSON.stringify(name)} is no name of an environment variable`));
  const kind =
    raw.reviewer === undefined
      ? kindOfWhatIsGiven(raw.model, argv, files)
      : oneOf('--reviewer', raw.reviewer, REVIEWERS, faults);
  if (kind === null) {
    faults.push(
      '--reviewer: say model (with --model), an agent (claude, codex, gemini, opencode or copilot), command (with the program after --) or sarif (with --sarif-file)',
    );
    return null;
  }
  if (kind === 'model') {
    if (files.length > 0) faults.push('--sarif-file: only for --reviewer sarif');
    if (argv.length > 0) faults.push(`--reviewer model: runs no program, and ${JSON.stringify(argv[0])} was given`);
    return readModel(raw, env, faults);
  }
  if (kind === 'sarif') {
    if (files.length === 0) faults.push('--sarif-file: name at least one file for --reviewer sarif');
    if (argv.length > 0) faults.push(`--reviewer sarif: runs no program, and ${JSON.stringify(argv[0])} was given`);
    return { kind, files };
  }
  if (kind !== 'command') {
    if (files.length > 0) faults.push('--sarif-file: only for --reviewer sarif');
    return readAgent(kind, raw, argv, env, faults);
  }
  const [program, ...rest] = argv;
  if (files.length > 0) faults.push('--sarif-file: only for --reviewer sarif');
  if (program === undefined) {
    if (raw.reviewer === 'command') {
      faults.push('--reviewer command: put the program and its arguments last, after --');
    }
    return null;
  }
  return { kind, argv: [program, ...rest], passEnv: raw.passEnv };
}

/** The one reviewer whose own flags are there; null where it is none, or not one. */
function kindOfWhatIsGiven(
  model: string | undefined,
  argv: readonly string[],
  files: readonly string[],
): 'model' | 'command' | 'sarif' | null {
  const given = { model: model !== undefined, command: argv.length > 0, sarif: files.length > 0 };
  const [kind, ...others] = (['model', 'command', 'sarif'] as const).filter((name) => given[name]);
  return others.length === 0 ? (kind ?? null) : null;
}

/** One of the choices; else a fault, and the first of them. */
function oneOf<const T extends string>(flag: string, text: string, choices: readonly [T, ...T[]], faults: string[]): T {
  const chosen = choices.find((choice) => choice === text);
  if (chosen === undefined) faults.push(`${flag}: must be one of ${choices.join(', ')}, not ${JSON.stringify(text)}`);
  return chosen ?? choices[0];
}
