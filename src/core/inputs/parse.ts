import type * as z from 'zod';
import type { AgentName } from '../agents/cli.ts';
import type { Config, LedgerConfig, ReviewerConfig } from '../config.ts';
import { modelTarget } from '../reviewing/model-target.ts';
import { sizeOf, type InputFault } from './faults.ts';
import { fieldsFor, type Fields } from './fields.ts';
import { INPUT_NAMES, withDefaults, type InputTexts } from './names.ts';
import type { HostContext } from './pull-request-list.ts';
import { ruleFaults } from './rules.ts';
import type { Severity } from '../severity.ts';

/** What the inputs are read against. */
export type InputContext = HostContext & {
  /** AWS's own setting in the environment; empty: none. */
  awsRegion: string;
};

export type ParsedInputs = { outcome: 'config'; config: Config } | { outcome: 'faults'; faults: InputFault[] };

/**
 * Reads and checks all inputs at once.
 * @param raw what was set, by input name; what is absent takes its default.
 */
export function parseInputs(raw: Readonly<Record<string, string>>, context: InputContext): ParsedInputs {
  const texts = withDefaults(raw);
  const fields = fieldsFor(context).safeParse(texts);
  const faults = [...(fields.success ? [] : fields.error.issues.flatMap(faultsOf)), ...ruleFaults(texts, context)];
  if (!fields.success || faults.length > 0) return { outcome: 'faults', faults: withoutSecret(faults, texts) };
  return { outcome: 'config', config: configOf(fields.data, context) };
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
    gate: {
      failOn: fields['fail-on'],
      onError: fields['on-error'] ?? (fields['fail-on'] === 'never' ? 'warn' : 'fail'),
    },
    instructionsFile: fields['instructions-file'],
    timeoutMs: Math.round(fields['timeout-minutes'] * 60_000),
  };
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

function faultsOf(issue: z.core.$ZodIssue): InputFault[] {
  const input = INPUT_NAMES.find((name) => name === issue.path[0]);
  if (input === undefined || issue.code !== 'custom')
    throw new Error(`an input fails in an unforeseen way: ${issue.message}`);
  return [{ input, found: String(issue.params?.['found']), expected: issue.message }];
}

/** A secret may have been pasted into another input as well: no error shows it, nor a part of it. */
function withoutSecret(faults: InputFault[], texts: InputTexts): InputFault[] {
  const secrets = [texts['github-token'], texts['api-key']].filter((secret) => secret !== '');
  const leaks = (fault: InputFault) => secrets.some((secret) => texts[fault.input].includes(secret));
  return faults.map((fault) => (leaks(fault) ? { ...fault, found: sizeOf(texts[fault.input]) } : fault));
}
