import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { modelName, modelTarget } from '../../../src/core/reviewing/model-target.ts';
import { treePath } from '../../../src/core/reviewing/tree-path.ts';

test.each([
  ['src/a.ts', 'src/a.ts'],
  ['./src//a.ts', 'src/a.ts'],
  ['src/', 'src'],
  ['', ''],
  ['.', ''],
  ['a/..b/c..', 'a/..b/c..'],
])('%j is %j', (text, path) => {
  expect(treePath(text)).toBe(path);
});

test.each([
  '..',
  '../a',
  'a/../../b',
  '/a',
  'C:/a',
  'a\\b',
  'a\0b',
  'a\nb',
  '.git/config',
  'a/.git/x',
  'x'.repeat(5000),
])('%j is none', (text) => {
  expect(treePath(text)).toBeNull();
});

test('no path leads out', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('..', '.', 'a', '', '.git', '/', '\\'), { maxLength: 8 }), (parts) => {
      const path = treePath(parts.join('/'));
      expect(path === null || !/(?:^|\/)(?:\.\.|\.git)(?:\/|$)|^\//.test(path)).toBe(true);
    }),
  );
});

test.each([
  ['openai/gpt-6', { provider: 'openai', id: 'gpt-6' }],
  ['openai-compatible/org/model:7b', { provider: 'openai-compatible', id: 'org/model:7b' }],
])('%s is a model', (text, target) => {
  expect(modelTarget(text)).toEqual(target);
  expect(modelName(modelTarget(text) ?? { provider: 'google', id: '' })).toBe(text);
});

test.each(['', 'gpt-6', '/x', 'openai/', 'openai', 'azure/x', 'openai/a b', `openai/${'x'.repeat(301)}`])(
  '%j is no model',
  (text) => {
    expect(modelTarget(text)).toBeNull();
  },
);
