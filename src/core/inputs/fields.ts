import * as z from 'zod';
import type { Config } from '../config.ts';
import { AGENT_NAMES } from '../agents/cli.ts';
import { SessionName } from '../ids.ts';
import { Force } from '../ledger/commands.ts';
import { SEVERITIES } from '../severity.ts';
import { endpointUrl } from './endpoint-url.ts';
import { apiKey, modelAddress, tokenPrices } from './model.ts';
import { sizeOf } from './faults.ts';
import { argumentList, fileList, hostList, loginList, pathPatterns, repositoryPath, variableNames } from './lists.ts';
import type { InputName } from './names.ts';
import { pullRequestList, type HostContext } from './pull-request-list.ts';
import {
  boolean,
  booleanOf,
  decimalNumber,
  field,
  matching,
  oneOf,
  optional,
  wholeNumber,
  type Reading,
} from './text.ts';

const VISIBLE = /^[\x21-\x7e]+$/;
const REGION = /^[a-z]{2,8}(?:-[a-z]+)+-[0-9]{1,2}$/;

/** A schema for each input by itself. */
export function fieldsFor(context: HostContext) {
  return z.object({
    'github-token': field(token),
    endpoint: field(optional(endpointUrl)),
    audience: field(optional(matching(VISIBLE, 512, 'printable ASCII without blanks, 512 characters at most'))),
    'dynamodb-table': field(optional(matching(/^[A-Za-z0-9_.-]{3,255}$/, 255, 'the name of a DynamoDB table'))),
    'aws-region': field(optional(matching(REGION, 40, 'an AWS region such as eu-central-1'))),
    session: field(optional(session)),
    'pull-requests': field(pullRequestList(context)),
    reviewer: field(optional(oneOf('model', ...AGENT_NAMES, 'command', 'sarif'))),
    command: field(argumentList),
    'pass-env': field(variableNames),
    'sarif-file': field(fileList),
    model: field(optional(matching(VISIBLE, 320, 'provider/id, such as anthropic/claude-sonnet-5-5'))),
    'api-key': field(optional(apiKey)),
    'base-url': field(optional(modelAddress)),
    'max-input-tokens': field(optional(wholeNumber(1, 999_999_999))),
    'max-cost': field(optional(decimalNumber(0.0001, 100_000))),
    'max-input-tokens-total': field(optional(wholeNumber(1, 999_999_999))),
    'max-cost-total': field(optional(decimalNumber(0.0001, 100_000))),
    prices: field(optional(tokenPrices)),
    verify: field(boolean),
    incremental: field(autoOrBoolean),
    force: field(optional(oneOf(...Force.options))),
    paths: field(pathPatterns),
    'paths-ignore': field(pathPatterns),
    'include-generated': field(boolean),
    'instructions-file': field(optional(repositoryPath)),
    'ignore-authors': field(loginList),
    'skip-label': field(optional(matching(/^[^\0-\x1f\x7f]+$/, 50, 'one label of at most 50 characters'))),
    'review-drafts': field(boolean),
    'allow-fork-code': field(boolean),
    'min-severity': field(oneOf(...SEVERITIES)),
    'max-comments': field(wholeNumber(0, 100)),
    'calm-after': field(wholeNumber(0, 1000)),
    'resolve-threads': field(autoOrBoolean),
    'review-event': field(oneOf('comment', 'request-changes')),
    'link-hosts': field(hostList),
    'fail-on': field(oneOf('never', ...SEVERITIES)),
    'check-name': field(optional(matching(/^[^\0-\x1f\x7f]+$/, 100, 'one line of at most 100 characters'))),
    'on-error': field(optional(oneOf('warn', 'fail'))),
    'timeout-minutes': field(decimalNumber(0.1, 360)),
  } satisfies Record<InputName, unknown>);
}

export type Fields = z.output<ReturnType<typeof fieldsFor>>;

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

function autoOrBoolean(text: string): Reading<Config['incremental']> {
  if (text === 'auto') return { value: 'auto' };
  const value = booleanOf(text);
  return value === null ? [{ expected: 'auto, true or false' }] : { value: value ? 'true' : 'false' };
}
