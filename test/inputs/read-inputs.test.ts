import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { RepositoryName } from '../../src/core/ids.ts';
import { readInputs } from '../../src/inputs.ts';

const context = { repository: RepositoryName.parse('acme/shop'), serverUrl: 'https://github.com' };
const environment = { ...process.env };

beforeEach(() => {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('INPUT_') || name.startsWith('AWS_')) delete process.env[name];
  }
});
afterEach(() => {
  process.env = { ...environment };
});

test('reads what the runner sets, and keeps "set to nothing" apart from "not set"', () => {
  process.env['INPUT_GITHUB-TOKEN'] = 'ghs_1';
  process.env['INPUT_DYNAMODB-TABLE'] = ' reviews ';
  process.env['INPUT_SARIF-FILE'] = 'a.sarif\nb.sarif\n';
  process.env['INPUT_SKIP-LABEL'] = '';
  process.env['AWS_REGION'] = 'eu-west-1';
  expect(readInputs(context)).toMatchObject({
    outcome: 'config',
    config: {
      ledger: { kind: 'dynamodb', table: 'reviews', region: 'eu-west-1' },
      reviewer: { kind: 'sarif', files: ['a.sarif', 'b.sarif'] },
      eligibility: { ignoreAuthors: ['dependabot[bot]', 'renovate[bot]'], skipLabel: '' },
    },
  });
});

test('an environment without inputs names all that is needed', () => {
  const parsed = readInputs(context);
  const names = parsed.outcome === 'faults' ? parsed.faults.map((fault) => fault.input) : [];
  expect(names).toEqual(['github-token', 'reviewer']);
});
