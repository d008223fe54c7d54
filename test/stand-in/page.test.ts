import { expect, test } from '@jest/globals';
import { renderMarkdown } from '../support/github/page/markdown.ts';
import { tellStory } from './story.ts';

test('the page shows what happened, whole and by itself', async () => {
  await using shop = await tellStory();
  const { github } = shop;
  const page = await (await fetch(`${github.url}/acme/shop/pull/1`)).text();
  expect(github.violations).toEqual([]);
  const shown = [
    'Say when the cart is empty',
    'force-pushed the',
    'added 2 commits',
    'Suggested change',
    'Show resolved',
    'Outdated',
    'Comment on lines +15 to +16',
    'This comment was marked as spam.',
    'requested changes',
    'Some checks were not successful',
    'markdown-alert-warning',
    '🚀',
  ];
  expect(shown.filter((text) => !page.includes(text))).toEqual([]);
  expect(page).not.toMatch(/<script|hidden marker|(?:src|href)="https?:\/\/(?!127\.0\.0\.1|example\.test)/);
  expect(await github.renderPage(shop.repository, 1, { theme: 'dark' })).toContain('data-theme="dark"');
});

const context = { repositoryUrl: 'http://127.0.0.1/acme/shop', replaced: null, language: 'ts' };

test.each<[string, string, string | RegExp]>([
  ['a line break stays one', 'a\nb', '<p>a<br>\nb</p>'],
  ['a mention is a link', 'hi @ada-l!', '<p>hi <a href="http://127.0.0.1/ada-l" class="mention">@ada-l</a>!</p>'],
  ['an address is none', 'ada@example.test', /^(?!.*mention)/s],
  ['code mentions nobody', '`@ada #1`', '<p><code>@ada #1</code></p>'],
  ['a number is a reference', 'see #12', /\/acme\/shop\/pull\/12"/],
  ['scripts and handlers go', '<img src=x onerror=alert(1)><script>alert(1)</script>', '<p><img src="x"></p>'],
  ['what may fold folds', '<details><summary>s</summary>\n\n**b**\n</details>', /<strong>b<\/strong>/],
  ['an alert has its title', '> [!TIP]\n> do', /markdown-alert-tip.*<span>Tip<\/span>.*<p>\s*do<\/p>/s],
  ['an unknown alert is a quote', '> [!LOUD]\n> do', /<blockquote>/],
  ['other markup is text', 'a < b && c', '<p>a &#x3C; b &#x26;&#x26; c</p>'],
])('%s', (_, text, shown) => {
  expect(renderMarkdown(text, context).html).toMatch(shown);
});
