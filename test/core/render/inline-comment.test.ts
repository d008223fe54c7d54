import { describe, expect, test } from '@jest/globals';
import { NO_LINKS } from '../../../src/core/neutralise.ts';
import {
  renderInlineComment,
  renderStandingComment,
  type CommentFrame,
} from '../../../src/core/render/inline-comment.ts';
import { belonging } from '../../../src/core/render/marker.ts';
import { renderExplanation } from '../../../src/core/render/replies.ts';
import { aFinding, aKey, aRecord, sha } from '../../support/builders.ts';
import { nodesIn, parseMarkdown } from '../../support/markdown.ts';
import { aView } from '../../support/views.ts';

const frame: CommentFrame = {
  belongsTo: belonging('acme/shop#12', aKey, aRecord()),
  sign: null,
  linkHosts: NO_LINKS,
  commit: (commit) => `\`${commit.slice(0, 7)}\``,
};
const visible = (body: string): string => body.slice(body.indexOf('\n') + 1);
const finding = aFinding({ suggestion: 'if (a === b) {' });

describe('a comment on a line', () => {
  test('as it is posted', () => {
    expect(visible(renderInlineComment(finding, frame, ['if (a == b) {']))).toMatchSnapshot();
  });

  test.each([
    ['fixed', { status: 'fixed', fixedSha: sha('3') }],
    ['gone', { status: 'gone' }],
    ['dismissed', { status: 'dismissed', why: 'bob: as meant, see @carol' }],
    ['open', { status: 'open' }],
  ] as const)('later, %s', (state, overrides) => {
    expect(visible(renderStandingComment({ ...finding, ...overrides }, frame, state, false))).toMatchSnapshot();
  });

  test('without words of its own', () => {
    const short = aFinding({ body: '', suggestion: '', status: 'fixed', fixedSha: sha('3') });
    expect(visible(renderInlineComment(short, frame, null))).toMatchSnapshot('posted');
    expect(visible(renderStandingComment({ ...short, suggestion: null }, frame, 'fixed', false))).toMatchSnapshot(
      'fixed',
    );
  });

  test.each([
    ['a rule', { rule: '`<img src=https://evil.example/a.png>` `@bob` #12' }],
    ['a category', { rule: null, category: '`</summary></details><b>` @bob' }],
  ])('whatever %s is called: the line that unfolds it is HTML, where code spans are none', (_what, named) => {
    const body = renderStandingComment({ ...finding, ...named, status: 'gone' }, frame, 'gone', false);
    const raw = nodesIn(parseMarkdown(visible(body))).flatMap((node) => (node.type === 'raw' ? [node.value] : []));
    const tags = raw.join('').match(/<[^>]*>/gu);
    expect(tags).toEqual(['<details>', '<summary>', '</summary>', '</details>']);
    expect(raw.join('')).not.toMatch(/@bob|#12/u);
  });

  test('explained', () => {
    expect(visible(renderExplanation(aView(), { ...finding, status: 'fixed', fixedSha: sha('3') }))).toMatchSnapshot();
  });
});
