import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import * as fc from 'fast-check';
import { sarifLog } from '../../../src/core/sarif/print.ts';
import { aFinding, aPullReport, aRecord, sha } from '../../support/builders.ts';

const SCHEMA = new URL(
  '../../../node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
  import.meta.url,
);

/** SARIF's own schema, which is of a draft that ajv reads but for its name. */
async function validator(): Promise<(log: object) => unknown> {
  const { $schema: _draft, id: _id, ...schema } = JSON.parse(await readFile(SCHEMA, 'utf8')) as Record<string, unknown>;
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  formats.default(ajv);
  const validate = ajv.compile(schema);
  return (log) => (validate(JSON.parse(JSON.stringify(log))) ? [] : validate.errors);
}

const reportOf = (findings: ReturnType<typeof aFinding>[]) => [
  aPullReport({ record: aRecord({ result: { findings } }) }),
  aPullReport({ record: null }),
];

test('what is open, with the fingerprint that a finding keeps, and what is dismissed, suppressed', async () => {
  const findings = [
    aFinding({ severity: 'critical', path: 'src/a b.ts', endLine: 5, fingerprint: 'abc:1' }),
    aFinding({ shortId: 2, status: 'open', severity: 'suggestion', rule: null, line: null, endLine: null }),
    aFinding({ shortId: 3, status: 'dismissed', why: 'bob: as meant' }),
    aFinding({ shortId: 4, status: 'fixed', fixedSha: sha('1') }),
    aFinding({ shortId: 5, side: 'LEFT', line: 40, endLine: 41 }),
  ];
  const log = sarifLog(reportOf(findings), 'https://github.example');
  expect(log).toMatchObject({
    version: '2.1.0',
    runs: [
      {
        automationDetails: { id: 'pushback/acme/shop#12/' },
        versionControlProvenance: [{ repositoryUri: 'https://github.example/acme/shop', revisionId: sha('1') }],
        results: [
          {
            ruleId: 'eqeqeq',
            level: 'error',
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'src/a%20b.ts' },
                  region: { startLine: 3, endLine: 5 },
                },
              },
            ],
            partialFingerprints: { primaryLocationLineHash: 'abc:1' },
          },
          { ruleId: 'correctness', level: 'note', locations: [{ physicalLocation: { region: { startLine: 1 } } }] },
          { suppressions: [{ kind: 'external', status: 'accepted', justification: 'bob: as meant' }] },
          { locations: [{ physicalLocation: { region: { startLine: 1 } } }] },
        ],
      },
    ],
  });
  const validate = await validator();
  expect(validate(log)).toEqual([]);
  expect(validate({ ...log, runs: [{}] })).not.toEqual([]);
});

test('whatever a reviewer says, it is valid SARIF', async () => {
  const validate = await validator();
  const words = fc.string({ unit: 'binary', maxLength: 40 });
  const finding = fc.record({
    title: words,
    body: words,
    path: fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
    rule: fc.option(words),
    line: fc.option(fc.integer({ min: 1, max: 9 })),
    why: words,
    status: fc.constantFrom('new', 'open', 'fixed', 'dismissed', 'gone'),
  });
  fc.assert(
    fc.property(fc.array(finding, { maxLength: 5 }), (all) => {
      const findings = all.map((one, at) => aFinding({ ...one, endLine: one.line, shortId: at + 1 }));
      const log = sarifLog(reportOf(findings), 'https://github.example');
      expect(validate(log)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
