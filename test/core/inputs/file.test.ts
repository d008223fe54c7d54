import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readYaml } from '../../../src/adapters/yaml/read-document.ts';
import { RepositoryName } from '../../../src/core/ids.ts';
import { faultMessage } from '../../../src/core/inputs/faults.ts';
import { FILE_KEYS, readConfigFile, type ConfigFile, type FileKey } from '../../../src/core/inputs/file.ts';
import { INPUT_DEFAULTS, INPUT_NAMES, setTo, withDefaults } from '../../../src/core/inputs/names.ts';
import { nearestName } from '../../../src/core/inputs/nearest.ts';
import { fileShapes, parseInputs } from '../../../src/core/inputs/parse.ts';

const PATH = '.github/pushback.yml';
const TOKEN = 'ghs_0123456789';
const context = { repository: RepositoryName.parse('acme/shop'), serverUrl: 'https://github.com', awsRegion: '' };
const fileOf = (yaml: string, secrets: readonly string[] = [TOKEN]): ConfigFile =>
  readConfigFile(PATH, readYaml(new TextEncoder().encode(yaml)), fileShapes(context), secrets);

function parse(yaml: string, raw: Record<string, string> = {}) {
  return parseInputs({ 'github-token': TOKEN, ...raw }, context, fileOf(yaml));
}
function configOf(yaml: string, raw: Record<string, string> = {}) {
  const parsed = parse(yaml, raw);
  if (parsed.outcome === 'faults') throw new Error(parsed.faults.map(faultMessage).join('\n'));
  return parsed.config;
}
function faultsOf(yaml: string, raw: Record<string, string> = {}): string[] {
  const parsed = parse(yaml, raw);
  return parsed.outcome === 'faults' ? parsed.faults.map(faultMessage) : [];
}

describe('what the file says', () => {
  test('of everything that it may', () => {
    const yaml = `
endpoint: https://pushback.example
audience: pushback
session: ours
reviewer: model
model: anthropic/claude-sonnet-5-5
max-input-tokens: 200000
max-cost: 0.50
prices: 2/10
verify: false
incremental: true
paths: [src/**, '!src/gen/**']
paths-ignore: |
  **.md
  docs/**
include-generated: true
instructions-file: docs/review.md
ignore-authors:
  - octocat
  - dependabot[bot]
skip-label: ''
review-drafts: TRUE
min-severity: suggestion
max-comments: 0
resolve-threads: auto
review-event: request-changes
link-hosts: eslint.org docs.example.com
fail-on: critical
check-name: Pushback
on-error: warn
timeout-minutes: 0.5
`;
    expect(configOf(yaml)).toMatchObject({
      ledger: { kind: 'endpoint', url: 'https://pushback.example', audience: 'pushback' },
      session: 'ours',
      reviewer: {
        kind: 'model',
        budget: { inputTokens: 200_000, costUsd: 0.5 },
        prices: { input: 2, output: 10 },
        verify: false,
      },
      incremental: 'true',
      filters: { paths: ['src/**', '!src/gen/**'], pathsIgnore: ['**.md', 'docs/**'], includeGenerated: true },
      eligibility: { ignoreAuthors: ['octocat', 'dependabot[bot]'], skipLabel: '', reviewDrafts: true },
      publish: { minSeverity: 'suggestion', maxComments: 0, requestChangesAt: 'critical' },
      checkName: 'Pushback',
      gate: { failOn: 'critical', onError: 'warn' },
      instructionsFile: 'docs/review.md',
      timeoutMs: 30_000,
    });
  });

  test.each([
    ['command: [node, -e, "console.log(1)"]', ['node', '-e', 'console.log(1)']],
    ['command: |\n  node\n  review.js', ['node', 'review.js']],
    ['command: review-it', ['review-it']],
  ])('a program: %s', (yaml, argv) => {
    expect(configOf(yaml).reviewer).toEqual({ kind: 'command', argv, passEnv: [] });
  });

  test('nothing: then the inputs are all there is', () => {
    const raw = { command: 'x' };
    expect(parse('# nothing yet', raw)).toEqual(parseInputs({ 'github-token': TOKEN, ...raw }, context));
  });

  test('an empty list is nobody, and no pattern', () => {
    const { eligibility, filters } = configOf('command: x\nignore-authors: []\npaths: []');
    expect([eligibility.ignoreAuthors, filters.paths]).toEqual([[], []]);
  });
});

describe('inputs win', () => {
  const yaml = 'command: x\nfail-on: critical\nignore-authors: octocat\nskip-label: no\npaths: src/**';
  test.each<[Record<string, string>, object]>([
    [{}, { gate: { failOn: 'critical' }, filters: { paths: ['src/**'] } }],
    [{ 'fail-on': 'warning' }, { gate: { failOn: 'warning' } }],
    [{ 'fail-on': 'never' }, { gate: { failOn: 'never' } }],
    [
      { 'fail-on': '', paths: ' \n' },
      { gate: { failOn: 'critical' }, filters: { paths: ['src/**'] } },
    ],
    [{ 'ignore-authors': '' }, { eligibility: { ignoreAuthors: [], skipLabel: 'no' } }],
    [
      { 'ignore-authors': '(not set)', 'skip-label': '(not set)' },
      { eligibility: { ignoreAuthors: ['octocat'], skipLabel: 'no' } },
    ],
    [{ 'skip-label': '' }, { eligibility: { ignoreAuthors: ['octocat'], skipLabel: '' } }],
  ])('%j', (raw, expected) => {
    expect(configOf(yaml, raw)).toMatchObject(expected);
  });

  test('over the file, and the file over the default, whatever they are', () => {
    const some = fc.dictionary(fc.constantFrom(...INPUT_NAMES), fc.constantFrom('', ' ', 'a', ' b ', '(not set)'));
    fc.assert(
      fc.property(some, some, (raw, file) => {
        const texts = withDefaults(raw, file);
        for (const name of INPUT_NAMES) {
          const fallback = name === 'github-token' ? '' : INPUT_DEFAULTS[name];
          const [byInput, byFile] = [setTo(raw, name), setTo(file, name)];
          expect(texts[name]).toBe(byInput ?? byFile ?? fallback);
          if (byInput !== null) expect(withDefaults(raw)[name]).toBe(texts[name]);
        }
      }),
    );
  });

  test('a value of the file that an input takes the place of is not read, and so can’t be wrong', () => {
    expect(faultsOf('command: x\nfail-on: sometimes', { 'fail-on': 'never' })).toEqual([]);
  });
});

const VALUE = 'expected one text, number, true or false';
const LIST = 'expected one text, or a list of such';

describe('one fault', () => {
  test.each<[string, string]>([
    ['fail-on: error', `${PATH}, line 2: fail-on: found "error"; expected never, critical, warning or suggestion`],
    ['verify: yes', `${PATH}, line 2: verify: found "yes"; expected true or false`],
    ['max-comments: 1e1', `${PATH}, line 2: max-comments: found "1e1"; expected a whole number from 0 to 100`],
    ['max-comments: [1]', `${PATH}, line 2: max-comments: found a list; ${VALUE}`],
    ['model: {a: b}', `${PATH}, line 2: model: found a map; ${VALUE}`],
    ['paths: {a: b}', `${PATH}, line 2: paths: found a map; ${LIST}`],
    [
      'paths:\n- a\n- {b: c}',
      `${PATH}, line 4: paths: found an entry that is a map; expected entries of one line each`,
    ],
    [
      'paths:\n- !docs/**',
      `${PATH}, line 3: paths: found an entry that is a tag (it begins with ! and is not in quotes)`,
    ],
    ['paths: *.js', `${PATH}, line 2: paths: found an alias (it begins with * and is not in quotes); ${LIST}`],
    [
      'paths: ["a\\nb"]',
      `${PATH}, line 2: paths: found an entry that is a text of 3 characters; expected entries of one`,
    ],
    [
      'ignore-authors: [a b]',
      `${PATH}, line 2: ignore-authors: found an entry that is a text of 3 characters; expected entries of one word`,
    ],
    ['paths: [a, ""]', `${PATH}, line 2: paths: found an entry that is nothing; expected entries of one line`],
    ['paths:', `${PATH}, line 2: paths: found nothing; expected a value, or no such key`],
    ['paths: "/src"', `${PATH}, line 2: paths: found "/src", which starts with a slash or a dot`],
    [
      'verify: true\nverify: true',
      `${PATH}, line 3: verify: found the key again, as in line 2; expected each key once`,
    ],
    ['github-token: x', `${PATH}, line 2: github-token: found a text of 1 characters; expected no token in a file`],
    [
      'api-key: sk-0123',
      `${PATH}, line 2: api-key: found a text of 7 characters; expected no key in a file that everybody`,
    ],
    [
      'force: full',
      `${PATH}, line 2: force: found a text of 4 characters; expected this in the workflow or as the command`,
    ],
    [
      'pull-requests: 12',
      `${PATH}, line 2: pull-requests: found a text of 2 characters; expected this in the workflow only`,
    ],
    [
      'config-file: none',
      `${PATH}, line 2: config-file: found a text of 4 characters; expected this in the workflow only`,
    ],
    [
      'fail_on: critical',
      `${PATH}, line 2: "fail_on": found an unknown key; expected an input of the action, such as fail-on`,
    ],
    [
      'api_key: sk-0123',
      `${PATH}, line 2: "api_key": found an unknown key; expected no key in a file that everybody can`,
    ],
    [
      'ignoreAuthors: x',
      `${PATH}, line 2: "ignoreAuthors": found an unknown key; expected an input of the action, such as ignore-authors`,
    ],
    [
      '__proto__: 1',
      `${PATH}, line 2: "__proto__": found an unknown key; expected inputs of the action: endpoint, audience,`,
    ],
    [
      'constructor: {a: 1}',
      `${PATH}, line 2: "constructor": found an unknown key; expected inputs of the action: endpoint`,
    ],
    ['review-event: request-changes', 'input fail-on: found never; expected critical, warning or suggestion'],
    [
      'aws-region: eu-west-1',
      `${PATH}, line 2: aws-region: found a region without dynamodb-table; expected dynamodb-table`,
    ],
    [
      'model: openai/gpt-6',
      `input reviewer: found nothing, with model (${PATH}, line 2) and command (${PATH}, line 1) both set; expected`,
    ],
  ])('%s', (yaml, message) => {
    expect(faultsOf(`command: x\n${yaml}`)).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    ['- a', `${PATH}, line 1: found a list; expected inputs, one per line as "name: value"`],
    ['a: 1\n---\nb: 2', `${PATH}, line 2: found a second document; expected one document`],
    [`a: ${'x'.repeat(70_000)}`, `${PATH}: found more than 65536 bytes; expected at most as many`],
  ])('of the whole file: nothing else is told of it, for nobody knows what follows', (yaml, message) => {
    expect(faultsOf(yaml)).toEqual([message]);
  });
});

test('every fault comes out at once, of the file, of the inputs, and between them', () => {
  const yaml = 'fail-on: error\nfoo: 1\napi-key: sk-1\nsession: stack\nmax-comments: many\n';
  expect(
    faultsOf(yaml, { 'timeout-minutes': '0', command: 'x', model: 'openai/x' }).map((line) => line.split(';')[0]),
  ).toEqual([
    `${PATH}, line 2: "foo": found an unknown key`,
    `${PATH}, line 3: api-key: found a text of 4 characters`,
    `${PATH}, line 5: max-comments: found "many"`,
    `${PATH}, line 1: fail-on: found "error"`,
    'input timeout-minutes: found "0"',
    `${PATH}, line 4: session: found a session without endpoint and dynamodb-table`,
    'input reviewer: found nothing, with model and command both set',
  ]);
});

test('a broken file does not hide what the inputs have wrong', () => {
  expect(faultsOf('- a', { 'max-comments': 'many' }).map((line) => line.split(':')[0])).toEqual([
    `${PATH}, line 1`,
    'input max-comments',
  ]);
});

test('whatever the file holds, no fault shows a secret of the workflow or one that was put there', () => {
  const secrets = ['ghs_S3cretS3cret', 'sk-inTheFile'];
  const scalar = fc.oneof(
    fc.string(),
    fc.constantFrom(...secrets),
    fc.string().map((text) => `${text}${secrets[0]}`),
  );
  const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.record({ a: scalar }));
  const key = fc.oneof(fc.constantFrom(...INPUT_NAMES), fc.constantFrom('foo', secrets[0] ?? '', '__proto__'));
  fc.assert(
    fc.property(fc.array(fc.tuple(key, value), { maxLength: 6 }), (pairs) => {
      const yaml = [['api-key', 'sk-inTheFile'] as const, ...pairs]
        .map(([name, said]) => `${JSON.stringify(name)}: ${JSON.stringify(said)}`)
        .join('\n');
      const file = fileOf(yaml, [secrets[0] ?? '']);
      const parsed = parseInputs({ 'github-token': secrets[0] ?? '' }, context, file);
      if (parsed.outcome === 'config') throw new Error('a key in the file was taken');
      const told = parsed.faults.map(faultMessage).join('\n');
      for (const secret of secrets) expect(told).not.toContain(secret);
    }),
    { numRuns: 300 },
  );
});

test.each<[string, string | null]>([
  ['fail-onn', 'fail-on'],
  ['Fail-On', 'fail-on'],
  ['failon', 'fail-on'],
  ['model-name', null],
  ['ignore-author', 'ignore-authors'],
  ['pahts', 'paths'],
  ['max-coments', 'max-comments'],
  ['x', null],
  ['something-else-altogether', null],
  ['a'.repeat(60_000), null],
])('%s probably means %s', (written, meant) => {
  expect(nearestName(written, FILE_KEYS)).toBe(meant);
});

test('every input can stand in the file but these', () => {
  const left = INPUT_NAMES.filter((name) => !FILE_KEYS.includes(name as FileKey));
  expect(left).toEqual(['github-token', 'config-file', 'pull-requests', 'api-key', 'force']);
});
