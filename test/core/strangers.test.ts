import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readYaml } from '../../src/adapters/yaml/read-document.ts';
import { AGENT_CLIS } from '../../src/core/agents/all.ts';
import { answerIn, jsonLines, trailingObject } from '../../src/core/agents/printed.ts';
import { commandAsked } from '../../src/core/commands/asked.ts';
import { parseCommand } from '../../src/core/commands/parse.ts';
import { targetsOf } from '../../src/core/event.ts';
import { saidByBase } from '../../src/core/exclude/attributes.ts';
import { saysGenerated } from '../../src/core/exclude/content.ts';
import { compilePathFilter, patternFault } from '../../src/core/exclude/path-filter.ts';
import { RepositoryName } from '../../src/core/ids.ts';
import { readConfigFile } from '../../src/core/inputs/file.ts';
import { fileShapes, parseInputs } from '../../src/core/inputs/parse.ts';
import { queuedMerge } from '../../src/core/merge-group.ts';
import { blockText, codeSpan, inlineText, readable } from '../../src/core/neutralise.ts';
import { parseDiff, unquoteName } from '../../src/core/parse-diff.ts';
import { readAnswer } from '../../src/core/prompt/answer.ts';
import { splitBody } from '../../src/core/render/ledger-block.ts';
import { parseMarker, readMarker } from '../../src/core/render/marker.ts';
import { parseSarif } from '../../src/core/sarif/parse.ts';

/** Everything that reads what strangers write: nothing that it is given makes it throw, or keeps it busy for a second. */

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const diffOf = (text: string): unknown => parseDiff(bytes(text));
/** Text that is not of its form is a fault by name, and no other. */
const orFault = (read: (text: string) => unknown) => (text: string) => {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof Error && !(error instanceof TypeError) && !(error instanceof RangeError)) return error.message;
    throw error;
  }
};
const INPUTS = [
  'paths',
  'session',
  'pull-requests',
  'command',
  'pass-env',
  'sarif-file',
  'ignore-authors',
  'endpoint',
  'model',
  'max-cost',
];
const CONTEXT = { repository: 'acme/shop', serverUrl: 'https://github.com', awsRegion: '' } as unknown as Parameters<
  typeof parseInputs
>[1];

const HOST = { repository: RepositoryName.parse('acme/shop'), serverUrl: 'https://github.com' };
const SHAPES = fileShapes(CONTEXT);
const configured = (text: string): unknown =>
  parseInputs({}, CONTEXT, readConfigFile('pushback.yml', readYaml(bytes(text)), SHAPES, []));

const readers: [string, (text: string) => unknown][] = [
  ['diffs', orFault(diffOf)],
  ['hunks of a diff', orFault((text) => diffOf(`diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n${text}`))],
  ['names in a diff', orFault(unquoteName)],
  ['SARIF', orFault((text) => parseSarif(text, ['/work']))],
  [
    'messages in SARIF',
    orFault((text) =>
      parseSarif(
        JSON.stringify({
          version: '2.1.0',
          runs: [
            {
              tool: { driver: { name: text } },
              results: [
                {
                  ruleId: text,
                  message: { text },
                  locations: [{ physicalLocation: { artifactLocation: { uri: text }, region: { startLine: 1 } } }],
                },
              ],
            },
          ],
        }),
        ['/work'],
      ),
    ),
  ],
  ['commands', parseCommand],
  ['commands after the name', (text) => parseCommand(`/pushback ${text}`)],
  [
    'comments',
    (text) =>
      commandAsked('issue_comment', { action: 'created', comment: { body: text }, issue: { pull_request: {} } }),
  ],
  ['events', (text) => targetsOf(text, { action: text, number: text, repository: text }, [], HOST)],
  [
    'dispatched events',
    (text) => targetsOf('repository_dispatch', { client_payload: { 'pull-requests': text } }, [], HOST),
  ],
  [
    'events of a workflow',
    (text) => {
      const head_repository = { id: 1, owner: { login: text } };
      const workflow_run = { head_sha: '1'.repeat(40), head_branch: text, head_repository };
      return targetsOf('workflow_run', { workflow_run, repository: { full_name: 'acme/shop' } }, [], HOST);
    },
  ],
  ['merge groups', (text) => queuedMerge({ merge_group: { head_ref: text } })],
  ['markers', parseMarker],
  ['markers in a comment', (text) => parseMarker(`<!-- pushback:${text} -->`)],
  ['signed markers', (text) => readMarker(text, () => text)],
  ['ledgers in a comment', orFault(splitBody)],
  ['inputs', (text) => parseInputs(Object.fromEntries(INPUTS.map((name) => [name, text])), CONTEXT)],
  ['configuration files', (text) => configured(text)],
  ['values in a configuration file', (text) => configured(`paths: ${text}\n${text}: x`)],
  ['answers of a model', (text) => readAnswer(text, ['acme/shop#1'])],
  ['answers of an agent', (text) => [answerIn(text), jsonLines(text), trailingObject(text)]],
  ...Object.values(AGENT_CLIS).map((agent): [string, (text: string) => unknown] => [
    `what ${agent.name} prints`,
    (text) => [
      agent.read({ code: 0, stdout: text, stderr: text, files: {} }),
      agent.read({
        code: 1,
        stdout: `{"type":"result","result":${JSON.stringify(text)},"error":${JSON.stringify(text)}}`,
        stderr: text,
        files: { [text]: text },
      }),
    ],
  ]),
  ['attributes, in git’s words', (text) => saidByBase(new Map([['linguist-generated', text]]))],
  ['words of a reviewer', (text) => [readable(text), inlineText(text), blockText(text), codeSpan(text)]],
  ['the start of a file', (text) => saysGenerated(text.slice(0, 4096))],
  ['path patterns', (text) => (patternFault(text) === null ? compilePathFilter([text]) : null)],
];

const pieces = [
  ' ',
  '\t',
  '\n',
  '\r',
  '\r\n',
  '\u2028',
  '`',
  '```',
  '~',
  '*',
  '- ',
  '> ',
  '> - 1. ',
  '/',
  '\\',
  '"',
  "'",
  '{',
  '{"a":',
  '[',
  '(',
  '<!--',
  '-->',
  '<',
  '&',
  '@',
  '#',
  '=',
  '.',
  '!',
  '**',
  '**/',
  '?',
  'a',
  'é',
  '𝓈',
  '\u0000',
  '\ud800',
  '![](',
  '[x](',
  'http://',
  'diff --git a/x b/x\n',
  '@@ -1,9 +1,9 @@\n',
  '+x\n',
  '/pushback ',
  '<!-- pushback',
  'generated ',
  '\\303',
  '1',
  '-',
  ',',
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 40 })
  .map((parts) => parts.join(''));

describe.each(readers)('%s', (_name, read) => {
  test('of any text', () => {
    fc.assert(
      fc.property(text, (given) => void read(given)),
      { numRuns: 150 },
    );
  });

  test('of long texts made of the same again and again', () => {
    const slow: string[] = [];
    for (const piece of pieces) {
      for (const end of ['', '\u2028x', '!\n']) {
        const long = piece.repeat(Math.ceil(20_000 / piece.length)) + end;
        const startedAt = performance.now();
        read(long);
        const ms = performance.now() - startedAt;
        if (ms > 1_000) slow.push(`${JSON.stringify(piece)} ${JSON.stringify(end)}: ${Math.round(ms)} ms`);
      }
    }
    expect(slow).toEqual([]);
  });
});
