import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { configFileSchemas } from '../../../scripts/write-schemas.ts';
import { readYaml } from '../../../src/adapters/yaml/read-document.ts';
import { RepositoryName } from '../../../src/core/ids.ts';
import { faultMessage } from '../../../src/core/inputs/faults.ts';
import { FILE_KEYS, readConfigFile, type FileKey } from '../../../src/core/inputs/file.ts';
import { fileShapes, parseInputs } from '../../../src/core/inputs/parse.ts';
import { schemaText } from '../../../src/core/prompt/json-schemas.ts';

const context = { repository: RepositoryName.parse('acme/shop'), serverUrl: 'https://github.com', awsRegion: '' };
const schema = configFileSchemas()['pushback.schema.json'] ?? {};
const accepts = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
const shapes = fileShapes(context);

/** What is wrong with the file itself, and with the value of this key. */
function faultsOf(key: string, value: unknown): string[] {
  const yaml = new TextEncoder().encode(`${JSON.stringify(key)}: ${JSON.stringify(value)}\n`);
  const file = readConfigFile('pushback.yml', readYaml(yaml), shapes, []);
  const parsed = parseInputs({ 'github-token': 'ghs_1' }, context, file);
  const faults = parsed.outcome === 'faults' ? parsed.faults : [];
  return faults.filter(({ input, at }) => input === null || (input === key && at !== undefined)).map(faultMessage);
}

test('is published as it is', async () => {
  expect(await readFile('docs/schemas/pushback.schema.json', 'utf8')).toBe(schemaText(schema));
});

test('lists all keys, each with what action.yml says of it', () => {
  const { properties } = schema as { properties: Record<string, { description: string }> };
  expect(Object.keys(properties)).toEqual(FILE_KEYS);
  for (const { description } of Object.values(properties)) expect(description).toMatch(/\.$/u);
});

const KNOWN_WHOLLY = new Set(['boolean', 'auto-or-boolean', 'choice', 'number']);
const value = fc.oneof(
  fc.boolean(),
  fc.constantFrom(
    'auto',
    'true',
    'critical',
    'never',
    'comment',
    'fail',
    'sarif',
    'model',
    '',
    ' a',
    'a b',
    'a,b',
    'a\nb',
  ),
  fc.integer({ min: -2, max: 400 }),
  fc.double({ min: 0, max: 400, noNaN: true }).map((number) => Number(number.toFixed(4))),
  fc.array(fc.constantFrom('a', 'a b', ' a', '', 'a,b', 'a\nb'), { maxLength: 2 }),
  fc.constant(null),
  fc.constant({}),
);

test.each(FILE_KEYS)('%s: what the schema takes, the action takes', (key: FileKey) => {
  let taken = 0;
  fc.assert(
    fc.property(value, (given) => {
      if (!accepts({ [key]: given })) return;
      taken += 1;
      const faults = faultsOf(key, given);
      // Of texts and patterns the schema only knows that they are texts.
      const told = KNOWN_WHOLLY.has(shapes[key].kind)
        ? faults
        : faults.filter((fault) => /a list|an entry|a map|nothing;/u.test(fault));
      expect([given, told]).toEqual([given, []]);
    }),
    { numRuns: 300 },
  );
  expect(taken).toBeGreaterThan(0);
});

test.each<[string, unknown]>([
  ['fail-on', 'error'],
  ['verify', 'yes'],
  ['max-comments', 101],
  ['max-comments', 1.5],
  ['timeout-minutes', 0],
  ['incremental', 'never'],
  ['paths', ['a\nb']],
  ['paths', [' a']],
  ['pass-env', ['A B']],
  ['paths', { a: 1 }],
  ['model', ['x']],
  ['api-key', 'sk-1'],
  ['github-token', 'x'],
  ['force', 'full'],
  ['config-file', 'none'],
  ['failOn', 'critical'],
])('%s: %j is taken by neither', (key, given) => {
  expect(accepts({ [key]: given })).toBe(false);
  expect(faultsOf(key, given)).not.toEqual([]);
});
