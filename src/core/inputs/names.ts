/**
 * Every input of the action with its default, as `action.yml` declares them (a test compares the two). An empty
 * default: nothing, or something that follows from the other inputs.
 */
export const INPUT_DEFAULTS = {
  'github-token': '${{ github.token }}',
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

/** Inputs for which being set to nothing says something else than not being set. */
const MAY_BE_EMPTIED: ReadonlySet<InputName> = new Set(['ignore-authors', 'skip-label']);

/** An expression that only GitHub's runner can fill in. */
const EXPRESSION = /^\$\{\{.*\}\}$/;

/** `raw` holds what was set, by name; what was not gets its default. */
export function withDefaults(raw: Readonly<Record<string, string>>): InputTexts {
  const texts = INPUT_NAMES.map((name) => {
    const set = raw[name]?.trim();
    if (set !== undefined && (set !== '' || MAY_BE_EMPTIED.has(name))) return [name, set];
    const fallback = INPUT_DEFAULTS[name];
    return [name, EXPRESSION.test(fallback) ? '' : fallback];
  });
  return Object.fromEntries(texts) as InputTexts;
}
