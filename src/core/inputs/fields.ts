import type { Config } from '../config.ts';
import { AGENT_NAMES } from '../agents/cli.ts';
import { SessionName } from '../ids.ts';
import { Force } from '../ledger/commands.ts';
import { SEVERITIES } from '../severity.ts';
import { endpointUrl } from './endpoint-url.ts';
import { apiKey, modelAddress, tokenPrices } from './model.ts';
import { quoted, sizeOf, type InputFault } from './faults.ts';
import { argumentList, fileList, hostList, loginList, pathPatterns, repositoryPath, variableNames } from './lists.ts';
import { INPUT_NAMES, type InputName, type InputTexts } from './names.ts';
import { pullRequestList, type HostContext } from './pull-request-list.ts';
import {
  boolean,
  booleanOf,
  decimalNumber,
  matching,
  oneOf,
  optional,
  wholeNumber,
  type Reader,
  type Reading,
} from './text.ts';

const VISIBLE = /^[\x21-\x7e]+$/;
const REGION = /^[a-z]{2,8}(?:-[a-z]+)+-[0-9]{1,2}$/;

/** A reader for each input by itself. */
export function readersFor(context: HostContext) {
  return {
    'github-token': token,
    'config-file': configFile,
    endpoint: optional(endpointUrl),
    audience: optional(matching(VISIBLE, 512, 'printable ASCII without blanks, 512 characters at most')),
    'dynamodb-table': optional(matching(/^[A-Za-z0-9_.-]{3,255}$/, 255, 'the name of a DynamoDB table')),
    'aws-region': optional(matching(REGION, 40, 'an AWS region such as eu-central-1')),
    session: optional(session),
    'pull-requests': pullRequestList(context),
    reviewer: optional(oneOf('model', ...AGENT_NAMES, 'command', 'sarif')),
    command: argumentList,
    'pass-env': variableNames,
    'sarif-file': fileList,
    model: optional(matching(VISIBLE, 320, 'provider/id, such as anthropic/claude-sonnet-5-5')),
    'api-key': optional(apiKey),
    'base-url': optional(modelAddress),
    'max-input-tokens': optional(wholeNumber(1, 999_999_999)),
    'max-cost': optional(decimalNumber(0.0001, 100_000)),
    'max-input-tokens-total': optional(wholeNumber(1, 999_999_999)),
    'max-cost-total': optional(decimalNumber(0.0001, 100_000)),
    prices: optional(tokenPrices),
    verify: boolean,
    incremental: autoOrBoolean,
    force: optional(oneOf(...Force.options)),
    paths: pathPatterns,
    'paths-ignore': pathPatterns,
    'include-generated': boolean,
    'instructions-file': optional(repositoryPath),
    'ignore-authors': loginList,
    'skip-label': optional(matching(/^[^\0-\x1f\x7f]+$/, 50, 'one label of at most 50 characters')),
    'review-drafts': boolean,
    'allow-fork-code': boolean,
    'min-severity': oneOf(...SEVERITIES),
    'max-comments': wholeNumber(0, 100),
    'calm-after': wholeNumber(0, 1000),
    'resolve-threads': autoOrBoolean,
    'review-event': oneOf('comment', 'request-changes'),
    'link-hosts': hostList,
    'fail-on': oneOf('never', ...SEVERITIES),
    'check-name': optional(matching(/^[^\0-\x1f\x7f]+$/, 100, 'one line of at most 100 characters')),
    'on-error': optional(oneOf('warn', 'fail')),
    'timeout-minutes': decimalNumber(0.1, 360),
  } satisfies Record<InputName, Reader<unknown>>;
}

type Readers = ReturnType<typeof readersFor>;
export type Fields = { [Name in InputName]: Readers[Name] extends Reader<infer Value> ? Value : never };

export type ReadFields = {
  /** Those that are right. */
  fields: Partial<Fields>;
  faults: InputFault[];
};

/** Reads each by itself. */
export function readFields(texts: InputTexts, context: HostContext): ReadFields {
  const readers: Record<InputName, Reader<unknown>> = readersFor(context);
  const values: [InputName, unknown][] = [];
  const faults: InputFault[] = [];
  for (const input of INPUT_NAMES) {
    const reading = readers[input](texts[input]);
    if ('value' in reading) values.push([input, reading.value]);
    else {
      faults.push(...reading.map(({ expected, found }) => ({ input, found: found ?? quoted(texts[input]), expected })));
    }
  }
  return { fields: Object.fromEntries(values), faults };
}

function token(text: string): Reading<string> {
  const right = text.length <= 4096 && VISIBLE.test(text);
  return right ? { value: text } : [{ expected: 'a GitHub token', found: sizeOf(text) }];
}

function session(text: string): Reading<SessionName> {
  const parsed = SessionName.safeParse(text);
  return parsed.success
    ? { value: parsed.data }
    : [{ expected: 'a name of 1 to 200 printable ASCII characters without blanks' }];
}

/** Of the default branch; null: none is read. */
function configFile(text: string): Reading<string | null> {
  if (text === 'none') return { value: null };
  const reading = repositoryPath(text);
  if ('value' in reading) return reading;
  return [{ expected: 'the path of one file from the root of the repository, such as .github/pushback.yml, or none' }];
}

function autoOrBoolean(text: string): Reading<Config['incremental']> {
  if (text === 'auto') return { value: 'auto' };
  const value = booleanOf(text);
  return value === null ? [{ expected: 'auto, true or false' }] : { value: value ? 'true' : 'false' };
}
autoOrBoolean.shape = { kind: 'auto-or-boolean' } as const;
