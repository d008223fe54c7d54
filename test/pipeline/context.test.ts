import { describe, expect, test } from '@jest/globals';
import type { PullRequestSnapshot } from '../../src/ports/pull-requests.ts';
import type { Repository } from '../../src/ports/repository.ts';
import { inShort as blocksInShort } from '../core/context/marked-file.ts';
import { inShort, Scene } from './scene.ts';
import { scopeReviewer, treeReviewer, type RecordingReviewer } from './reviewers.ts';

/** Three functions of ten lines, at 3, 14 and 25; what is given stands in the middle of each. */
const cart = (...middles: string[]): string =>
  [
    'import { price } from "./price.js";',
    ...['total', 'add', 'remove'].flatMap((name, index) => [
      '',
      `export function ${name}(items) {`,
      ...[1, 2, 3, 4].map((step) => `  ${name}${step}(items);`),
      middles[index] ?? '',
      ...[5, 6, 7].map((step) => `  ${name}${step}(items);`),
      '}',
    ]),
    '',
  ].join('\n');

const MAIN = { 'cart.js': cart('  // 1', '  // 2', '  // 3'), 'gone.js': 'x\n' };
const OPENED = {
  'cart.js': cart('  round(prices);', '  // 2', '  // 3'),
  'new.js': 'function f() {\n  return 1;\n}\n',
  'gone.js': null,
};

function contexts(reviewer: RecordingReviewer): string[] {
  return (reviewer.requests.at(-1)?.pullRequests ?? []).flatMap(({ scope }) =>
    scope.files.map(({ path, context }) => `${path}: ${context === undefined ? '-' : blocksInShort(context)}`),
  );
}

function tokensOf(reviewer: RecordingReviewer): { tokens?: number; contextTokens?: number | undefined } {
  const { tokens, contextTokens } = reviewer.requests.at(-1)?.pullRequests[0]?.scope ?? {};
  return { tokens: tokens ?? 0, contextTokens };
}

/** What the pipeline reads of the head in one go, call by call. */
function countingReads(scene: Scene, reads: string[][]): (pull: PullRequestSnapshot) => Promise<Repository> {
  return async (pull) => {
    const repository = await scene.ports().openRepository(pull);
    const readFiles = repository.readFiles.bind(repository);
    return Object.assign(repository, {
      readFiles: (...[tree, paths, maxBytes]: Parameters<Repository['readFiles']>) => {
        if (!paths.includes('REVIEW.md')) reads.push([...paths]);
        return readFiles(tree, paths, maxBytes);
      },
    });
  };
}

describe('context in measure', () => {
  test('leaves out files that are data by their size', async () => {
    const data = (first: string): string => `${first}\n${'0123456789\n'.repeat(400_000)}`;
    await using scene = await Scene.start({ ...MAIN, 'data.js': data('a') }, { ...OPENED, 'data.js': data('b') });
    const reviewer = scopeReviewer();
    await scene.reviewOne({ reviewer });
    expect(contexts(reviewer).slice(0, 2)).toEqual([
      'cart.js: enclosing 3-4; enclosing 12; outline 14,25',
      'data.js: -',
    ]);
  });

  test('goes to who reads the scope: of a full review for what is changed, then for what the push changed', async () => {
    await using scene = await Scene.start(MAIN, OPENED);
    const reviewer = scopeReviewer();
    const reads: string[][] = [];
    const openRepository = countingReads(scene, reads);
    await scene.reviewOne({ reviewer, openRepository });
    expect(contexts(reviewer)).toEqual([
      'cart.js: enclosing 3-4; enclosing 12; outline 14,25',
      'gone.js: -',
      'new.js: -',
    ]);
    expect(reads).toEqual([['cart.js']]);
    expect(tokensOf(reviewer)).toEqual({ tokens: 47, contextTokens: 17 });

    await scene.push({ 'cart.js': cart('  round(prices);', '  // 2', '  drop(items);') });
    const pushed = await scene.reviewOne({ reviewer, openRepository });
    expect(inShort(pushed)).toBe('reviewed incremental/new-commits approved');
    expect(contexts(reviewer)).toEqual(['cart.js: pull-request 5-11; enclosing 25-26; enclosing 34; outline 3,14']);
    expect(tokensOf(reviewer)).toEqual({ tokens: 23, contextTokens: 25 });
    expect(reads).toHaveLength(2);

    await scene.push({});
    expect((await scene.reviewOne({ reviewer, openRepository })).reason).toBe('unchanged');
    expect(reads).toHaveLength(2);
  });

  test('does not go to who looks at the tree', async () => {
    await using scene = await Scene.start(MAIN, OPENED);
    const reviewer = treeReviewer();
    await scene.reviewOne({ reviewer });
    expect(contexts(reviewer).filter((file) => !file.endsWith(': -'))).toEqual([]);
    expect(tokensOf(reviewer).contextTokens).toBeUndefined();
  });
});
