import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { faultMessage } from '../../../src/core/inputs/faults.ts';
import { INPUT_NAMES } from '../../../src/core/inputs/names.ts';
import { parseInputs } from '../../../src/core/inputs/parse.ts';
import { RepositoryName } from '../../../src/core/ids.ts';

const context = {
  repository: RepositoryName.parse('acme/shop'),
  serverUrl: 'https://github.com',
  awsRegion: '',
};
const enough = { 'github-token': 'ghs_0123456789', endpoint: 'https://pushback.example', command: 'review-it' };

function configOf(raw: Record<string, string>, overrides: Partial<typeof context> = {}) {
  const parsed = parseInputs({ ...enough, ...raw }, { ...context, ...overrides });
  if (parsed.outcome === 'faults') throw new Error(parsed.faults.map(faultMessage).join('\n'));
  return parsed.config;
}

function faultsOf(raw: Record<string, string>, overrides: Partial<typeof context> = {}): string[] {
  const parsed = parseInputs({ ...enough, ...raw }, { ...context, ...overrides });
  return parsed.outcome === 'faults' ? parsed.faults.map(faultMessage) : [];
}

describe('the whole configuration', () => {
  test('from as little as there may be', () => {
    expect(configOf({})).toEqual({
      githubToken: 'ghs_0123456789',
      ledger: {
        kind: 'endpoint',
        url: 'https://pushback.example',
        audience: 'https://pushback.example',
        readsFrom: null,
      },
      session: null,
      pullRequests: [],
      reviewer: { kind: 'command', argv: ['review-it'], passEnv: [] },
      incremental: 'auto',
      force: null,
      filters: { paths: [], pathsIgnore: [], includeGenerated: false },
      eligibility: {
        ignoreAuthors: ['dependabot[bot]', 'renovate[bot]'],
        skipLabel: 'skip-review',
        reviewDrafts: false,
      },
      allowForkCode: false,
      publish: {
        minSeverity: 'warning',
        maxComments: 10,
        calmAfter: 5,
        resolveThreads: 'auto',
        requestChangesAt: null,
        linkHosts: new Set(),
      },
      checkName: null,
      gate: { failOn: 'never', onError: 'warn' },
      configFile: '.github/pushback.yml',
      instructionsFile: null,
      timeoutMs: 1_800_000,
    });
  });

  test('from every input', () => {
    const all = {
      'config-file': 'config/review.yml',
      endpoint: 'https://pushback.example/prod/',
      audience: 'pushback',
      'dynamodb-table': 'pushback-reviews',
      'aws-region': 'us-gov-west-1',
      session: 'stack/checkout',
      'pull-requests': '12 #13,acme/web#7\nhttps://github.com/acme/api/pull/9/files',
      reviewer: 'sarif',
      command: 'tool\n--flag',
      'pass-env': 'API_KEY, HOME\nAPI_KEY',
      'sarif-file': 'out/*.sarif\r\nmore.sarif\n',
      incremental: 'TRUE',
      force: 'rerun',
      paths: 'src/**\n!src/gen/**',
      'paths-ignore': '**.md',
      'include-generated': 'true',
      'instructions-file': 'docs/review.md',
      'ignore-authors': 'octocat, snyk[bot]\nfoo_acme',
      'skip-label': 'no review',
      'review-drafts': 'True',
      'allow-fork-code': 'true',
      'min-severity': 'suggestion',
      'max-comments': '0',
      'calm-after': '0',
      'resolve-threads': 'False',
      'review-event': 'request-changes',
      'check-name': 'Pushback',
      'link-hosts': 'eslint.org, Docs.Example.com',
      'fail-on': 'critical',
      'on-error': 'warn',
      'timeout-minutes': '0.5',
    };
    expect(configOf(all)).toEqual({
      githubToken: 'ghs_0123456789',
      ledger: {
        kind: 'endpoint',
        url: 'https://pushback.example/prod',
        audience: 'pushback',
        readsFrom: { table: 'pushback-reviews', region: 'us-gov-west-1' },
      },
      session: 'stack/checkout',
      pullRequests: [
        { repository: 'acme/shop', number: 12 },
        { repository: 'acme/shop', number: 13 },
        { repository: 'acme/web', number: 7 },
        { repository: 'acme/api', number: 9 },
      ],
      reviewer: { kind: 'sarif', files: ['out/*.sarif', 'more.sarif'] },
      incremental: 'true',
      force: 'rerun',
      filters: { paths: ['src/**', '!src/gen/**'], pathsIgnore: ['**.md'], includeGenerated: true },
      eligibility: { ignoreAuthors: ['octocat', 'snyk[bot]', 'foo_acme'], skipLabel: 'no review', reviewDrafts: true },
      allowForkCode: true,
      publish: {
        minSeverity: 'suggestion',
        maxComments: 0,
        calmAfter: 0,
        resolveThreads: 'false',
        requestChangesAt: 'critical',
        linkHosts: new Set(['eslint.org', 'docs.example.com']),
      },
      checkName: 'Pushback',
      gate: { failOn: 'critical', onError: 'warn' },
      configFile: 'config/review.yml',
      instructionsFile: 'docs/review.md',
      timeoutMs: 30_000,
    });
  });
});

describe('what follows from several inputs', () => {
  test.each([
    [{ endpoint: '', 'dynamodb-table': 'reviews', 'aws-region': 'eu-central-1' }, '', 'eu-central-1'],
    [{ endpoint: '', 'dynamodb-table': 'reviews' }, 'us-east-1', 'us-east-1'],
    [{ endpoint: '', 'dynamodb-table': 'reviews', 'aws-region': 'eu-central-1' }, 'us-east-1', 'eu-central-1'],
  ])('the whole ledger in a table: %j, AWS_REGION=%s', (raw, awsRegion, region) => {
    expect(configOf(raw, { awsRegion }).ledger).toEqual({ kind: 'dynamodb', table: 'reviews', region });
  });

  test('with neither endpoint nor table, the ledger lies in the comment of the one pull request', () => {
    expect(configOf({ endpoint: '', 'pull-requests': '12' }).ledger).toEqual({ kind: 'comment' });
  });

  test.each([
    ['https://api.example:8443/v', 'https://api.example:8443'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['http://[::1]:3000/', 'http://[::1]:3000'],
    ['http://localhost:1', 'http://localhost:1'],
  ])('the audience of %s is its origin', (endpoint, audience) => {
    expect(configOf({ endpoint }).ledger).toMatchObject({ audience });
  });

  test.each([
    [{ command: '', 'sarif-file': 'a.sarif' }, 'sarif'],
    [{ command: 'a', 'sarif-file': '' }, 'command'],
    [{ command: 'a', 'sarif-file': 'a.sarif', reviewer: 'command' }, 'command'],
    [{ command: 'a', 'sarif-file': 'a.sarif', reviewer: 'sarif' }, 'sarif'],
  ])('the reviewer of %j is %s', (raw, kind) => {
    expect(configOf(raw).reviewer.kind).toBe(kind);
  });

  test.each([
    ['never', '', 'warn'],
    ['warning', '', 'fail'],
    ['warning', 'warn', 'warn'],
    ['never', 'fail', 'fail'],
  ])('fail-on %s and on-error "%s": %s', (failOn, onError, expected) => {
    expect(configOf({ 'fail-on': failOn, 'on-error': onError }).gate.onError).toBe(expected);
  });

  test('an agent takes the key, the address, the price limit, and a program of its own', () => {
    const raw = {
      reviewer: 'codex',
      command: 'node\nwrapper.js',
      'pass-env': 'PROFILE',
      model: 'gpt-5-codex',
      'api-key': 'sk-0123456789',
      'base-url': 'https://models.example/v1/',
      'max-cost': '2.5',
    };
    expect(configOf(raw).reviewer).toEqual({
      kind: 'agent',
      agent: 'codex',
      command: ['node', 'wrapper.js'],
      model: 'gpt-5-codex',
      apiKey: 'sk-0123456789',
      baseUrl: 'https://models.example/v1',
      maxCostUsd: 2.5,
      passEnv: ['PROFILE'],
    });
    expect(configOf({ reviewer: 'gemini', command: '' }).reviewer).toMatchObject({
      kind: 'agent',
      agent: 'gemini',
      command: null,
      model: null,
      apiKey: null,
    });
  });

  test('set to nothing, authors and label are not the default ones', () => {
    const { eligibility } = configOf({ 'ignore-authors': '', 'skip-label': ' ' });
    expect(eligibility).toEqual({ ignoreAuthors: [], skipLabel: '', reviewDrafts: false });
  });

  test('an argument keeps its inner blanks and its quotes', () => {
    const { reviewer } = configOf({ command: 'node\n-e\nconsole.log("a  b")\n\n--x=\'y\'\n' });
    expect(reviewer).toMatchObject({ argv: ['node', '-e', 'console.log("a  b")', "--x='y'"] });
  });

  test('URLs are those of the server that the workflow runs on', () => {
    const pull = 'https://ghe.example/acme/api/pull/9';
    const { pullRequests } = configOf({ 'pull-requests': pull }, { serverUrl: 'https://ghe.example' });
    expect(pullRequests).toEqual([{ repository: 'acme/api', number: 9 }]);
    expect(faultsOf({ 'pull-requests': pull })).toHaveLength(1);
  });
});

const ENDPOINT = 'an https:// URL without credentials, query or fragment (http:// on loopback only)';
const PULLS = 'pull requests as 12, owner/repo#12 or https://github.com/owner/repo/pull/12';
const NAMES = 'names of environment variables (letters, digits, underscores), without values';

describe('one fault', () => {
  test.each<[Record<string, string>, string]>([
    [{ 'github-token': '' }, 'github-token: found nothing; expected a GitHub token'],
    [{ 'github-token': 'two words' }, 'github-token: found a text of 9 characters; expected a GitHub token'],
    [
      { 'config-file': '../x.yml' },
      'config-file: found "../x.yml"; expected the path of one file from the root of the',
    ],
    [{ endpoint: 'pushback.example' }, `endpoint: found "pushback.example"; expected ${ENDPOINT}`],
    [{ endpoint: 'http://pushback.example' }, `endpoint: found "http://pushback.example"; expected ${ENDPOINT}`],
    [{ endpoint: 'http://127.0.0.1.evil.example' }, `found "http://127.0.0.1.evil.example"; expected ${ENDPOINT}`],
    [{ endpoint: 'https://u:hunter2@p.example' }, `endpoint: found a text of 27 characters; expected ${ENDPOINT}`],
    [{ endpoint: 'https://p.example/?a=1' }, `endpoint: found "https://p.example/?a=1"; expected ${ENDPOINT}`],
    [{ endpoint: 'ftp://p.example' }, `endpoint: found "ftp://p.example"; expected ${ENDPOINT}`],
    [{ audience: 'a b' }, 'audience: found "a b"; expected printable ASCII without blanks, 512 characters at most'],
    [
      { 'dynamodb-table': 'a', 'aws-region': 'eu-west-1' },
      'dynamodb-table: found "a"; expected the name of a DynamoDB',
    ],
    [{ 'dynamodb-table': 'abc', 'aws-region': 'Frankfurt' }, 'aws-region: found "Frankfurt"; expected an AWS region'],
    [{ session: 'my session' }, 'session: found "my session"; expected a name of 1 to 200 printable ASCII characters'],
    [{ 'pull-requests': '12,x' }, `pull-requests: found "x"; expected ${PULLS}`],
    [{ 'pull-requests': '0' }, `pull-requests: found "0"; expected ${PULLS}`],
    [{ 'pull-requests': '../x#1' }, `pull-requests: found "../x#1"; expected ${PULLS}`],
    [
      { 'pull-requests': 'https://gitlab.com/a/b/pull/1' },
      'pull-requests: found "https://gitlab.com/a/b/pull/1"; expected',
    ],
    [{ 'pull-requests': '3 Acme/Shop#3' }, 'pull-requests: found Acme/Shop#3 again; expected each pull request once'],
    [
      { 'pull-requests': Array.from({ length: 31 }, (_, index) => index + 1).join(' ') },
      'pull-requests: found 31 of them; expected at most 30 pull requests',
    ],
    [
      { reviewer: 'cursor' },
      'reviewer: found "cursor"; expected model, claude, codex, gemini, opencode, copilot, command or sarif',
    ],
    [{ command: 'a\0b' }, 'command: found a text of 3 characters; expected arguments without NUL characters'],
    [{ 'pass-env': 'HOME KEY=hunter2' }, `pass-env: found entry 2, a text of 11 characters; expected ${NAMES}`],
    [
      { 'pass-env': 'ACTIONS_ID_TOKEN_REQUEST_TOKEN' },
      'pass-env: found ACTIONS_ID_TOKEN_REQUEST_TOKEN; expected no ACTIONS_*, INPUT_* or PUSHBACK_* variable',
    ],
    [{ incremental: 'yes' }, 'incremental: found "yes"; expected auto, true or false'],
    [{ force: 'true' }, 'force: found "true"; expected full or rerun'],
    [{ paths: 'src/**\n/lib/**' }, String.raw`paths: found "/lib/**", which starts with a slash or a dot and a slash`],
    [{ 'paths-ignore': 'a[!b]' }, 'paths-ignore: found "a[!b]", which has brackets with something else than letters'],
    [{ paths: '!docs/**' }, 'paths: found "!docs/**"; expected at least one pattern without "!" (such as **)'],
    [
      { paths: Array.from({ length: 201 }, () => 'a').join('\n') },
      'paths: found 201 lines; expected at most 200 patterns',
    ],
    [
      { paths: 'a'.repeat(1001) },
      'paths: found a text of 1001 characters; expected patterns of at most 1000 characters',
    ],
    [
      { 'instructions-file': '../review.md' },
      'instructions-file: found "../review.md"; expected the path of one file from the root of the repository',
    ],
    [{ 'instructions-file': '/etc/x' }, 'instructions-file: found "/etc/x"; expected the path of one file'],
    [{ 'include-generated': 'all' }, 'include-generated: found "all"; expected true or false'],
    [{ 'ignore-authors': 'a,@b' }, 'ignore-authors: found "@b"; expected logins such as octocat or dependabot[bot]'],
    [{ 'skip-label': 'a\nb' }, String.raw`skip-label: found "a\nb"; expected one label of at most 50 characters`],
    [{ 'review-drafts': 'yes' }, 'review-drafts: found "yes"; expected true or false'],
    [{ 'review-drafts': 'tRUE' }, 'review-drafts: found "tRUE"; expected true or false'],
    [{ 'min-severity': 'high' }, 'min-severity: found "high"; expected critical, warning or suggestion'],
    [{ 'max-comments': '-1' }, 'max-comments: found "-1"; expected a whole number from 0 to 100'],
    [{ 'max-comments': '1e1' }, 'max-comments: found "1e1"; expected a whole number from 0 to 100'],
    [{ 'max-comments': '101' }, 'max-comments: found "101"; expected a whole number from 0 to 100'],
    [{ 'fail-on': 'error' }, 'fail-on: found "error"; expected never, critical, warning or suggestion'],
    [{ 'calm-after': 'never' }, 'calm-after: found "never"; expected a whole number from 0 to 1000'],
    [{ 'resolve-threads': 'yes' }, 'resolve-threads: found "yes"; expected auto, true or false'],
    [{ 'review-event': 'approve' }, 'review-event: found "approve"; expected comment or request-changes'],
    [{ 'review-event': 'request-changes' }, 'fail-on: found never; expected critical, warning or suggestion'],
    [{ 'link-hosts': 'https://eslint.org' }, 'link-hosts: found "https://eslint.org"; expected names of hosts such as'],
    [{ 'check-name': 'a\nb' }, String.raw`check-name: found "a\nb"; expected one line of at most 100 characters`],
    [{ 'on-error': 'ignore' }, 'on-error: found "ignore"; expected warn or fail'],
    [{ 'timeout-minutes': '0' }, 'timeout-minutes: found "0"; expected a number from 0.1 to 360'],
    [{ 'timeout-minutes': 'Infinity' }, 'timeout-minutes: found "Infinity"; expected a number from 0.1 to 360'],
    [
      { endpoint: '', session: 'stack' },
      'session: found a session without endpoint and dynamodb-table; expected endpoint or dynamodb-table as well',
    ],
    [
      { endpoint: '', 'dynamodb-table': 'abc' },
      'aws-region: found nothing; expected the region of dynamodb-table here',
    ],
    [
      { 'aws-region': 'eu-west-1' },
      'aws-region: found a region without dynamodb-table; expected dynamodb-table as well',
    ],
    [
      { command: '' },
      'reviewer: found nothing, and neither model, command nor sarif-file; expected model (with the input',
    ],
    [{ 'sarif-file': 'a' }, 'reviewer: found nothing, with command and sarif-file both set; expected model (with'],
    [{ reviewer: 'command', command: '' }, 'command: found nothing; expected the command that reviewer: command runs'],
    [{ reviewer: 'sarif' }, 'sarif-file: found nothing; expected the files that reviewer: sarif reads'],
    [
      { reviewer: 'opencode', model: 'gpt-5', command: '' },
      'model: found "gpt-5"; expected provider/id for opencode, such as anthropic/',
    ],
    [
      { reviewer: 'claude', 'api-key': 'sk-0123456789', 'base-url': 'http://models.example' },
      'base-url: found an http:// URL of another machine, with api-key; expected https://',
    ],
  ])('%j', (raw, message) => {
    expect(faultsOf(raw)).toEqual([expect.stringContaining(message)]);
  });

  test('an audience of no endpoint', () => {
    const raw = { endpoint: '', audience: 'x', 'dynamodb-table': 'abc', 'aws-region': 'eu-west-1' };
    expect(faultsOf(raw)).toEqual([
      'input audience: found an audience without endpoint; expected endpoint as well, or nothing',
    ]);
  });
});

test('every fault comes out at once, those between inputs too', () => {
  const wrong = {
    'github-token': '',
    endpoint: '',
    session: 'stack',
    command: '',
    'pull-requests': 'x y',
    'max-comments': 'many',
  };
  expect(faultsOf(wrong).map((message) => message.split(':')[0])).toEqual([
    'input github-token',
    'input pull-requests',
    'input pull-requests',
    'input max-comments',
    'input session',
    'input reviewer',
  ]);
});

test('a long value is cut, and its size told', () => {
  const [message] = faultsOf({ session: ` ${'ä'.repeat(5000)}` });
  expect(message).toContain('and more (a text of 5000 characters)');
  expect(message?.length).toBeLessThan(300);
});

test('whatever the inputs are, no error shows the token, and none is empty-handed', () => {
  const secret = 'ghs_S3cretS3cretS3cret';
  const texts = fc.dictionary(
    fc.constantFrom(...INPUT_NAMES.filter((name) => name !== 'github-token')),
    fc.oneof(
      fc.string(),
      fc.constant(secret),
      fc.string().map((text) => `${text} ${secret}`),
    ),
  );
  fc.assert(
    fc.property(texts, (raw) => {
      const parsed = parseInputs({ ...raw, 'github-token': secret }, context);
      if (parsed.outcome === 'config') return;
      expect(parsed.faults).not.toHaveLength(0);
      expect(JSON.stringify(parsed.faults)).not.toContain(secret);
    }),
  );
});
