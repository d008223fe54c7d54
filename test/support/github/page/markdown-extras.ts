import type { Element, ElementContent } from 'hast';
import { html, type Html } from './html.ts';
import { highlight } from './highlight.ts';
import { icon } from './icons.ts';
import type { MarkdownContext } from './markdown-context.ts';

const alerts: Record<string, { title: string; icon: string }> = {
  NOTE: { title: 'Note', icon: 'info' },
  TIP: { title: 'Tip', icon: 'light-bulb' },
  IMPORTANT: { title: 'Important', icon: 'report' },
  WARNING: { title: 'Warning', icon: 'alert' },
  CAUTION: { title: 'Caution', icon: 'stop' },
};

/** `> [!WARNING]` quotes, which stand out in their colour; null for any other quote. */
export function alertOf(quote: Element): Element | null {
  const paragraph = quote.children.find((child) => child.type === 'element');
  if (paragraph?.type !== 'element' || paragraph.tagName !== 'p') return null;
  const [first, ...rest] = paragraph.children;
  const match = first?.type === 'text' ? /^\[!(\w+)\]\s*$/.exec(first.value.trimEnd()) : null;
  const kind = match?.[1]?.toUpperCase() ?? '';
  const alert = alerts[kind];
  if (alert === undefined) return null;
  const start = rest.findIndex((node) => !isBlank(node));
  const body = start < 0 ? [] : rest.slice(start);
  const title = markupNode(html`<p class="markdown-alert-title">${icon(alert.icon)}<span>${alert.title}</span></p>`);
  const others = quote.children.filter((child) => child !== paragraph);
  return {
    type: 'element',
    tagName: 'div',
    properties: { className: ['markdown-alert', `markdown-alert-${kind.toLowerCase()}`] },
    children: [title, ...(body.length === 0 ? [] : [{ ...paragraph, children: body }]), ...others],
  };
}

function isBlank(node: ElementContent): boolean {
  return node.type === 'text' ? node.value.trim() === '' : node.type === 'element' && node.tagName === 'br';
}

/** A ```suggestion``` block as the change it proposes; null for any other block. */
export function suggestionOf(block: Element, context: MarkdownContext): ElementContent | null {
  const code = block.children[0];
  if (code?.type !== 'element' || context.replaced === null) return null;
  const classes = code.properties['className'];
  if (!Array.isArray(classes) || !classes.includes('language-suggestion')) return null;
  const text = code.children[0]?.type === 'text' ? code.children[0].value.replace(/\n$/, '') : '';
  const first = context.replaced[0]?.number ?? 1;
  const removed = context.replaced.map((line) => suggestedRow('del', '-', line.number, line.text, context.language));
  const wanted = code.children.length === 0 ? [] : text.split('\n');
  const added = wanted.map((line, at) => suggestedRow('add', '+', first + at, line, context.language));
  return markupNode(
    html`<div class="suggestion">
      <div class="suggestion-head">${icon('file-diff', 'muted')} Suggested change</div>
      <table class="diff">
        <tbody>
          ${removed}${added}
        </tbody>
      </table>
      <div class="suggestion-foot">
        <span class="button small">Commit suggestion</span><span class="button small">Add suggestion to batch</span>
      </div>
    </div>`,
  );
}

/** Markup of the page's own making, among nodes that were sanitised. */
function markupNode(markup: Html): ElementContent {
  return { type: 'raw', value: markup.html } as unknown as ElementContent;
}

function suggestedRow(kind: string, mark: string, number: number, text: string, language: string): Html {
  return html`<tr class="${kind}">
    <td class="num">${number}</td>
    <td class="code"><span class="mark">${mark}</span>${highlight(text, language)}</td>
  </tr>`;
}

const REFERENCE = /(^|[\s(,:;[])(?:@([a-z\d](?:[a-z\d-]{0,38}))|#(\d+)|([0-9a-f]{40}))(?![\w/-])/gi;

/** What GitHub makes links of in plain text: people, numbers and commits. */
export function linkReferences(text: string, repositoryUrl: string): ElementContent[] {
  const parts: ElementContent[] = [];
  let at = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const [whole, before = '', person, number, sha] = match;
    parts.push({ type: 'text', value: text.slice(at, match.index) + before });
    at = match.index + whole.length;
    if (person !== undefined) parts.push(link(`${new URL(repositoryUrl).origin}/${person}`, 'mention', `@${person}`));
    else if (number !== undefined) parts.push(link(`${repositoryUrl}/pull/${number}`, 'reference', `#${number}`));
    else parts.push(link(`${repositoryUrl}/commit/${sha ?? ''}`, 'commit', (sha ?? '').slice(0, 7)));
  }
  return [...parts, { type: 'text', value: text.slice(at) }];
}

function link(href: string, kind: string, text: string): Element {
  return {
    type: 'element',
    tagName: 'a',
    properties: { href, className: [kind] },
    children: [{ type: 'text', value: text }],
  };
}
