import type { AgentName } from '../agents/cli.ts';
import type { Config, LedgerConfig, ReviewerConfig } from '../config.ts';
import type { NamedPullRequest } from '../event.ts';
import type { GatePolicy } from '../gate.ts';
import { modelTarget } from '../reviewing/model-target.ts';
import { sizeOf, type Fault, type FilePlace, type InputFault } from './faults.ts';
import { readFields, readersFor, type Fields } from './fields.ts';
import { FILE_KEYS, type ConfigFile, type FileKey } from './file.ts';
import { INPUT_NAMES, setTo, withDefaults, type InputName, type InputTexts } from './names.ts';
import type { HostContext } from './pull-request-list.ts';
import { ruleFaults } from './rules.ts';
import { TEXT, type Shape } from './shape.ts';
import type { Severity } from '../severity.ts';

/** What the inputs are read against. */
export type InputContext = HostContext & {
  /** AWS's own setting in the environment; empty: none. */
  awsRegion: string;
};

export type ParsedInputs = { outcome: 'config'; config: Config } | { outcome: 'faults'; faults: Fault[] };

/**
 * Reads and checks all inputs at once.
 * @param raw what the workflow set, by input name
 * @param file what the configuration file says of those that are not set; null: there is none. What is in neither takes its default.
 */
export function parseInputs(
  raw: Readonly<Record<string, string>>,
  context: InputContext,
  file: ConfigFile | null = null,
): ParsedInputs {
  const texts = withDefaults(raw, file?.texts);
  const read = readFields(texts, context);
  const placeOf = (input: InputName): FilePlace | null => placeIn(file, raw, input);
  const called = (input: InputName): string => {
    const at = placeOf(input);
    return at === null ? input : `${input} (${at.file}, line ${at.line})`;
  };
  // Of a file that is broken nobody knows what follows from it.
  const rules = file?.broken === true ? [] : ruleFaults(texts, context, called);
  const placed = [...read.faults, ...rules].map((fault) => {
    const at = placeOf(fault.input);
    return at === null ? fault : { ...fault, at };
  });
  const faults = [...(file?.faults ?? []), ...withoutSecrets(placed, texts, file?.secrets ?? [])];
  if (!isWhole(read.fields) || faults.length > 0) return { outcome: 'faults', faults };
  return { outcome: 'config', config: configOf(read.fields, context) };
}

/** What must be known before the file is read: what is needed to read it, whether anything is to be done, and how to fail. */
export type Beforehand = {
  /** What the workflow itself set wrongly. */
  faults: InputFault[];
  /** Null where these are among what is wrong. */
  access: { githubToken: string; configFile: string | null } | null;
  pullRequests: NamedPullRequest[];
  /** By the workflow's word alone. */
  gate: GatePolicy;
};

export function parseBeforehand(raw: Readonly<Record<string, string>>, context: InputContext): Beforehand {
  const texts = withDefaults(raw);
  const { fields, faults } = readFields(texts, context);
  const token = fields['github-token'];
  const configFile = fields['config-file'];
  const gated = { 'fail-on': fields['fail-on'] ?? 'never', 'on-error': fields['on-error'] ?? null };
  return {
    faults: withoutSecrets(faults, texts, []),
    access: token === undefined || configFile === undefined ? null : { githubToken: token, configFile },
    pullRequests: fields['pull-requests'] ?? [],
    gate: gateOf(gated),
  };
}

/** The shapes of the values that the file may hold. */
export function fileShapes(context: HostContext): Record<FileKey, Shape> {
  const readers = readersFor(context);
  const shapeOf = ({ shape }: { shape?: Shape }): Shape => shape ?? TEXT;
  return Object.fromEntries(FILE_KEYS.map((key) => [key, shapeOf(readers[key])])) as Record<FileKey, Shape>;
}

/** Where in the file the text of an input comes from; null: not from there. */
function placeIn(file: ConfigFile | null, raw: Readonly<Record<string, string>>, input: InputName): FilePlace | null {
  if (file === null || setTo(raw, input) !== null) return null;
  const line = file.lines.get(input);
  return line === undefined ? null : { file: file.path, line };
}

function isWhole(fields: Partial<Fields>): fields is Fields {
  return INPUT_NAMES.every((name) => fields[name] !== undefined);
}

function configOf(fields: Fields, context: InputContext): Config {
  return {
    githubToken: fields['github-token'],
    ledger: ledgerOf(fields, context),
    session: fields.session,
    pullRequests: fields['pull-requests'],
    reviewer: reviewerOf(fields),
    incremental: fields.incremental,
    force: fields.force,
    filters: {
      paths: fields.paths,
      pathsIgnore: fields['paths-ignore'],
      includeGenerated: fields['include-generated'],
    },
    eligibility: {
      ignoreAuthors: fields['ignore-authors'],
      skipLabel: fields['skip-label'] ?? '',
      reviewDrafts: fields['review-drafts'],
    },
    allowForkCode: fields['allow-fork-code'],
    publish: {
      minSeverity: fields['min-severity'],
      maxComments: fields['max-comments'],
      calmAfter: fields['calm-after'],
      resolveThreads: fields['resolve-threads'],
      requestChangesAt: fields['review-event'] === 'comment' ? null : severityOf(fields['fail-on']),
      linkHosts: new Set(fields['link-hosts']),
    },
    checkName: fields['check-name'],
    gate: gateOf(fields),
    configFile: fields['config-file'],
    instructionsFile: fields['instructions-file'],
    timeoutMs: Math.round(fields['timeout-minutes'] * 60_000),
  };
}

function gateOf(fields: Pick<Fields, 'fail-on' | 'on-error'>): GatePolicy {
  const failOn = fields['fail-on'];
  return { failOn, onError: fields['on-error'] ?? (failOn === 'never' ? 'warn' : 'fail') };
}

function severityOf(failOn: Fields['fail-on']): Severity | null {
  return failOn === 'never' ? null : failOn;
}

function ledgerOf(fields: Fields, context: InputContext): LedgerConfig {
  const table = fields['dynamodb-table'];
  const direct = table === null ? null : { table, region: fields['aws-region'] ?? context.awsRegion };
  if (fields.endpoint !== null) {
    const audience = fields.audience ?? new URL(fields.endpoint).origin;
    return { kind: 'endpoint', url: fields.endpoint, audience, readsFrom: direct };
  }
  return direct === null ? { kind: 'comment' } : { kind: 'dynamodb', ...direct };
}

function reviewerOf(fields: Fields): ReviewerConfig {
  const [program, ...args] = fields.command;
  const kind = fields.reviewer ?? reviewerSaid(fields);
  if (kind === 'model') return modelOf(fields);
  if (kind === 'sarif') return { kind, files: fields['sarif-file'] };
  if (kind !== 'command') return agentOf(fields, kind);
  if (program === undefined)
    throw new Error('reviewer command without a command: the rules between inputs let it through');
  return { kind, argv: [program, ...args], passEnv: fields['pass-env'] };
}

/** Of the reviewers, the one whose input is set: the rules between inputs see to it that there is one. */
function reviewerSaid(fields: Fields): 'model' | 'command' | 'sarif' {
  if (fields.model !== null) return 'model';
  return fields.command.length > 0 ? 'command' : 'sarif';
}

function modelOf(fields: Fields): ReviewerConfig {
  const target = modelTarget(fields.model ?? '');
  if (target === null) throw new Error('reviewer model without a model: the rules between inputs let it through');
  return {
    kind: 'model',
    target,
    apiKey: fields['api-key'],
    baseUrl: fields['base-url'],
    budget: { inputTokens: fields['max-input-tokens'], costUsd: fields['max-cost'] },
    lifeBudget: { inputTokens: fields['max-input-tokens-total'], costUsd: fields['max-cost-total'] },
    prices: fields.prices,
    verify: fields.verify,
  };
}

function agentOf(fields: Fields, agent: AgentName): ReviewerConfig {
  const [program, ...args] = fields.command;
  return {
    kind: 'agent',
    agent,
    command: program === undefined ? null : [program, ...args],
    model: fields.model,
    apiKey: fields['api-key'],
    baseUrl: fields['base-url'],
    maxCostUsd: fields['max-cost'],
    passEnv: fields['pass-env'],
  };
}

/** A secret may have been pasted into another input as well: no error shows it, nor a part of it. */
function withoutSecrets(faults: InputFault[], texts: InputTexts, more: readonly string[]): InputFault[] {
  const secrets = [texts['github-token'], texts['api-key'], ...more].filter((secret) => secret !== '');
  const leaks = (fault: InputFault) => secrets.some((secret) => texts[fault.input].includes(secret));
  return faults.map((fault) => (leaks(fault) ? { ...fault, found: sizeOf(texts[fault.input]) } : fault));
}
