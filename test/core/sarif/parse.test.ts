import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseSarif, type SarifFinding, type SarifReport } from '../../../src/core/sarif/parse.ts';

function fixture(name: string): SarifReport {
  return read(readFileSync(new URL(`./fixtures/${name}.sarif`, import.meta.url), 'utf8'));
}

function read(json: string, roots: readonly string[] = ['/repo']): SarifReport {
  const reading = parseSarif(json, roots);
  if (reading.outcome === 'refused') throw new Error(reading.faults.join('; '));
  return reading.report;
}

type Overrides = { run?: object; driver?: object; physical?: object | null; uri?: string };

/** One run with one result in `src/a.js:3`, each part overridable. */
function log(result: object, { run = {}, driver = {}, physical = {}, uri = 'src/a.js' }: Overrides = {}): string {
  const physicalLocation = { artifactLocation: { uri }, region: { startLine: 3 }, ...physical };
  const locations = physical === null ? [] : [{ physicalLocation }];
  const whole = { ruleId: 'r', message: { text: 'Wrong' }, locations, ...result };
  return JSON.stringify({
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'tool', ...driver } }, results: [whole], ...run }],
  });
}

function only(json: string, roots?: readonly string[]): SarifFinding | undefined {
  return read(json, roots).findings[0];
}

const brief = ({ path, line, endLine, rule, severity, category, title }: SarifFinding): unknown[] => [
  `${path}:${line}${endLine === line ? '' : `-${endLine}`}`,
  rule,
  severity,
  category,
  title,
];

describe('what real tools write', () => {
  test('oxlint: names that are not percent-encoded, levels on the results', () => {
    const report = fixture('oxlint');
    expect(report.findings.map(brief)).toEqual(
      expect.arrayContaining([
        [
          'src/odd näme/a b.js:2',
          'eslint(no-debugger)',
          'warning',
          'correctness',
          '`debugger` statement is not allowed',
        ],
        ['src/cart.js:6', 'eslint(no-debugger)', 'warning', 'correctness', '`debugger` statement is not allowed'],
        ['src/cart.js:2', 'eslint(no-var)', 'warning', 'restriction', 'Unexpected var, use let or const instead.'],
      ]),
    );
    expect(report).toMatchObject({ complete: true, revision: null, outside: 0 });
    expect(report.findings[0]?.body).toMatch(/^More on this rule: https:\/\/oxc\.rs/);
  });

  test('ast-grep: encoded names, snippets, fixes, no rules in the driver', () => {
    const findings = fixture('ast-grep').findings.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    expect(findings.map(brief)).toEqual(
      expect.arrayContaining([
        ['src/cart.js:2', 'use-const', 'suggestion', 'general', 'Use const for sum'],
        ['src/odd näme/a b.js:2', 'no-debugger', 'warning', 'general', 'Remove the debugger statement'],
      ]),
    );
    expect(findings.find((finding) => finding.rule === 'use-const')).toMatchObject({
      quote: 'var sum = 0;',
      fix: {
        line: 2,
        endLine: 2,
        replacements: [{ line: 2, column: 3, endLine: 2, endColumn: 15, text: 'const sum = 0' }],
      },
    });
  });

  test('eslint: absolute file URIs', () => {
    const { findings, outside } = fixture('eslint');
    expect(findings.map((finding) => `${finding.path}:${finding.line} ${finding.rule}`)).toEqual([
      'src/cart.js:2 no-var',
      'src/cart.js:4 eqeqeq',
      'src/cart.js:6 no-debugger',
      'src/cart.js:8 no-unused-vars',
      'src/odd näme/a b.js:2 no-debugger',
      'src/odd näme/a b.js:3 no-self-compare',
    ]);
    expect(outside).toBe(0);
  });

  test('CodeQL: rules of packs, scores, placeholder links, provenance, files that it could not read', () => {
    const report = fixture('codeql');
    expect(report.findings.map(brief)).toEqual([
      [
        'src/server.js:9',
        'js/reflected-xss',
        'critical',
        'security',
        'Cross-site scripting vulnerability due to a user-provided value.',
      ],
      ['src/server.js:3', 'js/unused-local-variable', 'suggestion', 'maintainability', 'Unused variable tmp.'],
    ]);
    expect(report).toMatchObject({
      complete: true,
      revision: '0123456789abcdef0123456789abcdef01234567',
      notReviewed: [
        { path: 'src/broken.js', reason: 'CodeQL could not analyse it: A parse error occurred: unexpected token.' },
      ],
    });
  });

  test('semgrep: level from the rule, silenced ones left out', () => {
    expect(fixture('semgrep').findings.map(brief)).toEqual([
      [
        'src/app.py:5',
        'python.lang.security.subprocess-shell-true',
        'warning',
        'security',
        'subprocess call with shell=True',
      ],
    ]);
  });
});

describe('which results count', () => {
  test.each<[string, object, number]>([
    ['plain', {}, 1],
    ['suppressed', { suppressions: [{ kind: 'inSource' }] }, 0],
    ['suppressed by an accepted word', { suppressions: [{ status: 'accepted' }] }, 0],
    ['a suppression that was refused', { suppressions: [{ status: 'rejected' }] }, 1],
    [
      'a suppression under review beside an accepted one',
      { suppressions: [{ status: 'accepted' }, { status: 'underReview' }] },
      1,
    ],
    ['no suppression in the list', { suppressions: [] }, 1],
    ['kind pass', { kind: 'pass' }, 0],
    ['kind informational', { kind: 'informational' }, 0],
    ['kind fail', { kind: 'fail' }, 1],
    ['absent against the baseline', { baselineState: 'absent' }, 0],
    ['unchanged against the baseline', { baselineState: 'unchanged' }, 1],
    ['no location', { locations: [] }, 0],
  ])('%s', (_name, result, expected) => {
    expect(read(log(result)).findings).toHaveLength(expected);
  });
});

describe('severity', () => {
  const rule = (properties: object, level?: string): Overrides => ({
    driver: { rules: [{ id: 'r', properties, ...(level === undefined ? {} : { defaultConfiguration: { level } }) }] },
  });
  test.each<[string, object, Overrides, string]>([
    ['nothing said', {}, {}, 'warning'],
    ['error', { level: 'error' }, {}, 'warning'],
    ['note', { level: 'note' }, {}, 'suggestion'],
    ['none', { level: 'none' }, {}, 'suggestion'],
    ['the rule says note', {}, rule({}, 'note'), 'suggestion'],
    ['the result outdoes its rule', { level: 'warning' }, rule({}, 'note'), 'warning'],
    ['score 7.0', { level: 'note' }, rule({ 'security-severity': '7.0' }), 'critical'],
    ['score 6.9', { level: 'error' }, rule({ 'security-severity': '6.9' }), 'warning'],
    ['score 3.9', { level: 'error' }, rule({ 'security-severity': 3.9 }), 'suggestion'],
    [
      'score of the result first',
      { properties: { 'security-severity': '9' } },
      rule({ 'security-severity': '1' }),
      'critical',
    ],
    ['a score that is none', { level: 'note' }, rule({ 'security-severity': 'high' }), 'suggestion'],
    ['an empty score', { level: 'error' }, rule({ 'security-severity': '' }), 'warning'],
  ])('%s', (_name, result, overrides, expected) => {
    expect(only(log(result, overrides))?.severity).toBe(expected);
  });
});

describe('paths', () => {
  const roots = ['/repo', 'D:\\a\\shop\\shop'];
  test.each<[string, string, object, string | undefined]>([
    ['relative', 'src/a.js', {}, 'src/a.js'],
    ['with a dot', './src/./a.js', {}, 'src/a.js'],
    ['up and down again', 'src/x/../a.js', {}, 'src/a.js'],
    ['up and out', '../a.js', {}, undefined],
    ['up and out, encoded', 'src/%2e%2e/%2E%2E/etc/passwd', {}, undefined],
    ['a slash, encoded', 'src%2Fa.js', {}, undefined],
    ['percent-encoded', 'src/odd%20n%C3%A4me.js', {}, 'src/odd näme.js'],
    ['not encoded at all', 'src/100%.js', {}, 'src/100%.js'],
    ['backslashes', 'src\\a.js', {}, 'src/a.js'],
    ['absolute', '/repo/src/a.js', {}, 'src/a.js'],
    ['absolute elsewhere', '/etc/passwd', {}, undefined],
    ['absolute beside the root', '/repository/a.js', {}, undefined],
    ['absolute and out', 'file:///repo/../etc/passwd', {}, undefined],
    ['file URI', 'file:///repo/src/a%20b.js', {}, 'src/a b.js'],
    ['file URI with a host', 'file://localhost/repo/a.js', {}, 'a.js'],
    ['file URI of Windows', 'file:///d:/a/shop/shop/src/a.js', {}, 'src/a.js'],
    ['another scheme', 'https://example.org/a.js', {}, undefined],
    ['the root itself', '.', {}, undefined],
    ['SRCROOT', 'a.js', { uriBaseId: '%SRCROOT%' }, 'a.js'],
    ['an unknown base', 'a.js', { uriBaseId: 'WHAT' }, 'a.js'],
    ['a base below SRCROOT', 'a.js', { uriBaseId: 'SRC' }, 'src/a.js'],
    ['an absolute base below the root', 'a.js', { uriBaseId: 'LIB' }, 'lib/a.js'],
    ['an absolute base of another machine', 'a.js', { uriBaseId: 'FAR' }, 'a.js'],
    ['bases in a circle', 'a.js', { uriBaseId: 'ONE' }, undefined],
    ['under a base below the root that the log names', 'a.js', { uriBaseId: 'NEAR' }, 'packages/near/a.js'],
    ['under the root that the log names', 'file:///far/away/src/a.js', {}, 'src/a.js'],
  ])('%s', (_name, uri, location, expected) => {
    const originalUriBaseIds = {
      '%SRCROOT%': { uri: 'file:///far/away/' },
      SRC: { uri: 'src/', uriBaseId: '%SRCROOT%' },
      LIB: { uri: 'file:///repo/lib/' },
      NEAR: { uri: 'file:///far/away/packages/near/' },
      FAR: { uri: 'file:///home/elsewhere/project/' },
      ONE: { uri: 'x/', uriBaseId: 'TWO' },
      TWO: { uri: 'y/', uriBaseId: 'ONE' },
    };
    const physical = { artifactLocation: { uri, ...location } };
    expect(only(log({}, { run: { originalUriBaseIds }, physical }), roots)?.path).toBe(expected);
  });

  test('by the index of an artifact', () => {
    const run = { artifacts: [{ location: { uri: 'x.js' } }, { location: { uri: 'y.js' } }] };
    expect(only(log({}, { run, physical: { artifactLocation: { index: 1 } } }))?.path).toBe('y.js');
  });

  test('never lead out, whatever they are', () => {
    const part = fc.constantFrom('..', '.', '', 'a', '%2e%2e', '%2F', '\\', 'file:', '/', 'C:', '%00', '~');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.constantFrom('/', '\\'), (parts, separator) => {
        const path = only(log({}, { uri: parts.join(separator) }))?.path;
        if (path === undefined) return;
        expect(path).not.toMatch(/^\/|(?:^|\/)\.\.(?:\/|$)|\0/);
      }),
    );
  });
});

describe('regions', () => {
  const place = (region: object | null, run: object = {}): unknown => {
    const finding = only(log({}, { run, physical: { region } }));
    return [finding?.line, finding?.endLine, finding?.quote];
  };
  const text = 'one\ntwo\nthree\n';
  const run = { artifacts: [{ location: { uri: 'src/a.js' }, contents: { text } }] };
  const artifactLocation = { uri: 'src/a.js', index: 0 };
  test('a line', () => expect(place({ startLine: 3 })).toEqual([3, 3, '']));
  test('lines', () => expect(place({ startLine: 3, endLine: 5 })).toEqual([3, 5, '']));
  test('up to the first column of the next', () =>
    expect(place({ startLine: 3, endLine: 5, endColumn: 1 })).toEqual([3, 4, '']));
  test('upside down', () => expect(place({ startLine: 3, endLine: 1 })).toEqual([3, 3, '']));
  test('a snippet', () => expect(place({ startLine: 3, snippet: { text: 'x = 1' } })).toEqual([3, 3, 'x = 1']));
  test('none: the whole file', () => expect(place(null)).toEqual([null, null, '']));
  test('an offset, with the content', () => {
    const finding = only(log({}, { run, physical: { artifactLocation, region: { charOffset: 5, charLength: 4 } } }));
    expect([finding?.line, finding?.endLine]).toEqual([2, 3]);
  });
  test('an offset without the content: its snippet is to be looked for', () => {
    expect(place({ charOffset: 5, snippet: { text: 'wo' } })).toEqual([null, null, 'wo']);
  });
});

describe('words', () => {
  test.each<[string, object, Overrides, string, string]>([
    ['several lines', { message: { text: 'First.\nSecond.' } }, {}, 'First.', 'First.\nSecond.'],
    ['arguments', { message: { text: "'{0}' and {{x}} {9}", arguments: ['a'] } }, {}, "'a' and {x} {9}", ''],
    ['no arguments: braces stay', { message: { text: 'use {0}' } }, {}, 'use {0}', ''],
    ['markdown', { message: { text: 'Plain', markdown: '**Bold**' } }, {}, 'Plain', '**Bold**'],
    [
      'by id, of the rule',
      { message: { id: 'm', arguments: ['x'] } },
      { driver: { rules: [{ id: 'r', messageStrings: { m: { text: 'About {0}' } } }] } },
      'About x',
      '',
    ],
    [
      'by id, of the tool',
      { message: { id: 'm' } },
      { driver: { globalMessageStrings: { m: { text: 'For all' } } } },
      'For all',
      '',
    ],
    ['none at all', { message: {} }, {}, 'tool reports r', ''],
    [
      'what the rule is about',
      {},
      { driver: { rules: [{ id: 'r', fullDescription: { text: 'At length.' }, helpUri: 'https://e.org/r' }] } },
      'Wrong',
      'At length.\n\nMore on this rule: https://e.org/r',
    ],
    ['a link that is none', {}, { driver: { rules: [{ id: 'r', helpUri: 'javascript:alert(1)' }] } }, 'Wrong', ''],
  ])('%s', (_name, result, overrides, title, body) => {
    expect(only(log(result, overrides))).toMatchObject({ title, body });
  });

  test('rules by index, by part of their id, and by a reference', () => {
    const driver = { rules: [{ id: 'x' }, { id: 'CA1', defaultConfiguration: { level: 'note' } }] };
    const severities = [
      { ruleId: undefined, ruleIndex: 1 },
      { ruleId: 'CA1/2' },
      { ruleId: undefined, rule: { index: 1 } },
    ].map((result) => only(log(result, { driver })));
    expect(severities.map((finding) => [finding?.rule, finding?.severity])).toEqual([
      ['CA1', 'suggestion'],
      ['CA1/2', 'suggestion'],
      ['CA1', 'suggestion'],
    ]);
  });
});

describe('whether it is all', () => {
  test.each<[string, object, boolean]>([
    ['nothing said of the run', {}, true],
    ['it succeeded', { invocations: [{ executionSuccessful: true }] }, true],
    ['it failed', { invocations: [{ executionSuccessful: true }, { executionSuccessful: false }] }, false],
    ['no results at all', { results: null }, false],
  ])('%s', (_name, run, expected) => {
    expect(read(log({}, { run })).complete).toBe(expected);
  });
  test('no run', () => expect(read('{"version":"2.1.0","runs":[]}').complete).toBe(false));
});

describe('what is refused, and in which words', () => {
  test.each<[string, string, RegExp]>([
    ['no JSON', '<html>', /^is no JSON: /],
    ['not an object', '[]', /expected object/i],
    ['another version', '{"version":"2.0.0","runs":[]}', /^version: must be "2.1.0"/],
    ['no runs', '{"version":"2.1.0"}', /^runs: /],
    ['a bad field', log({ level: 'grave' }), /^runs\[0\]\.results\[0\]\.level: /],
    [
      'a bad line',
      log({}, { physical: { region: { startLine: 'x' } } }),
      /^runs\[0\]\.results\[0\]\.locations\[0\]\.physicalLocation\.region\.startLine: /,
    ],
    ['a message that is none', log({ message: 'text' }), /^runs\[0\]\.results\[0\]\.message: /],
    [
      'two commits',
      log({}, { run: { versionControlProvenance: [{ revisionId: 'a'.repeat(40) }, { revisionId: 'b'.repeat(40) }] } }),
      /^is about several commits: a+, b+/,
    ],
  ])('%s', (_name, json, expected) => {
    const reading = parseSarif(json, []);
    expect(reading.outcome === 'refused' ? reading.faults[0] : reading.outcome).toMatch(expected);
  });

  test('anything else is read or refused, never thrown', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (one, two) => {
        expect(['read', 'refused']).toContain(parseSarif(one, []).outcome);
        const result = JSON.parse(two) as object;
        expect(['read', 'refused']).toContain(parseSarif(log({ fixes: result, properties: result }), []).outcome);
      }),
    );
  });
});
