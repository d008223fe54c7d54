/**
 * Every input of the action with its default, as the README lists them. They are not in `action.yml`: what stands there
 * the runner sets as a workflow would, and nobody could tell any more whether the configuration file may speak. An empty
 * default: nothing, or something that follows from the other inputs.
 */
export const INPUT_DEFAULTS = {
  'github-token': '${{ github.token }}',
  'config-file': '.github/pushback.yml',
  endpoint: '',
  audience: '',
  'dynamodb-table': '',
  'aws-region': '',
  session: '',
  'pull-requests': '',
  reviewer: '',
  command: '',
  'pass-env': '',
  'sarif-file': '',
  model: '',
  'api-key': '',
  'base-url': '',
  'max-input-tokens': '',
  'max-cost': '',
  'max-input-tokens-total': '',
  'max-cost-total': '',
  prices: '',
  verify: 'true',
  incremental: 'auto',
  force: '',
  paths: '',
  'paths-ignore': '',
  'include-generated': 'false',
  'instructions-file': '',
  'ignore-authors': 'dependabot[bot],renovate[bot]',
  'skip-label': 'skip-review',
  'review-drafts': 'false',
  'allow-fork-code': 'false',
  'min-severity': 'warning',
  'max-comments': '10',
  'calm-after': '5',
  'resolve-threads': 'auto',
  'review-event': 'comment',
  'link-hosts': '',
  'fail-on': 'never',
  'check-name': '',
  'on-error': '',
  'timeout-minutes': '30',
} as const;

export type InputName = keyof typeof INPUT_DEFAULTS;

export const INPUT_NAMES = Object.keys(INPUT_DEFAULTS) as InputName[];

/** The text of every input, trimmed. */
export type InputTexts = Record<InputName, string>;

/** The text of some. */
export type SomeTexts = Readonly<Partial<InputTexts>>;

/** An expression that only GitHub's runner can fill in. */
const EXPRESSION = /^\$\{\{.*\}\}$/;

/** Inputs for which being set to nothing says something else than not being set. */
const MAY_BE_EMPTIED: ReadonlySet<InputName> = new Set(['ignore-authors', 'skip-label']);

/**
 * What `action.yml` has these set to where a workflow does not set them: the runner would set them to nothing, like a
 * workflow that means nobody and no label. Neither a login nor a list of them, and no label that anybody has.
 */
const NOT_SET = '(not set)';

/** The default that `action.yml` declares for an input; null: none. */
export function declaredDefault(name: InputName): string | null {
  if (EXPRESSION.test(INPUT_DEFAULTS[name])) return INPUT_DEFAULTS[name];
  return MAY_BE_EMPTIED.has(name) ? NOT_SET : null;
}

/** The text that was set, trimmed; null where an input counts as not set. */
export function setTo(texts: Readonly<Record<string, string>> | SomeTexts, name: InputName): string | null {
  const text = Object.hasOwn(texts, name) ? texts[name]?.trim() : undefined;
  if (text === undefined || text === NOT_SET) return null;
  return text !== '' || MAY_BE_EMPTIED.has(name) ? text : null;
}

/**
 * The text of every input: what the workflow set, else what the file says, else the default.
 *
 * @param raw what the workflow set, by name
 */
export function withDefaults(raw: Readonly<Record<string, string>>, file: SomeTexts = {}): InputTexts {
  const texts = INPUT_NAMES.map((name) => {
    const fallback = INPUT_DEFAULTS[name];
    return [name, setTo(raw, name) ?? setTo(file, name) ?? (EXPRESSION.test(fallback) ? '' : fallback)];
  });
  return Object.fromEntries(texts) as InputTexts;
}
