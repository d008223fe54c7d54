import { expect, test } from '@jest/globals';
import { raw } from '../core/findings/story.ts';
import { scopeReviewer, treeReviewer } from './reviewers.ts';
import { findingsOf, Scene } from './scene.ts';

const finding = (path: string, quote: string) => raw({ path, line: 1, quote, title: `In ${path}` });

test('a reader’s word counts for what it was asked about; an analyser’s for the whole pull request', async () => {
  await using scene = await Scene.start({ 'README.md': 'x\n' }, { 'a.ts': 'BUG a\n', 'b.ts': 'b\n' });
  await scene.reviewOne({ reviewer: scopeReviewer() });
  await scene.push({ 'b.ts': 'BUG b\n' });
  const each = () => ({
    findings: [finding('a.ts', 'BUG a'), finding('b.ts', 'BUG b'), finding('README.md', 'x')],
    judgements: [{ findingId: 'f'.repeat(24), status: 'fixed' as const, why: '' }],
  });
  expect(findingsOf(await scene.reviewOne({ reviewer: scopeReviewer({ each }) }))).toEqual([
    'F1 open a.ts:1',
    'F2 new b.ts:1',
  ]);
  const dropped = scene.log.filter((line) => line.startsWith('Not taken from the reviewer: '));
  expect(dropped).toEqual([
    'Not taken from the reviewer: "In a.ts": "a.ts" was not to be reviewed',
    'Not taken from the reviewer: "In README.md": "README.md" was not to be reviewed',
    `Not taken from the reviewer: a judgement of "${'f'.repeat(24)}", which was not listed`,
  ]);
  await scene.push({ 'c.ts': 'c\n' });
  const analyser = treeReviewer({ fingerprint: 'scope' });
  expect(findingsOf(await scene.reviewOne({ reviewer: analyser }))).toEqual(['F1 open a.ts:1', 'F2 open b.ts:1']);
});
