import type { Element, ElementContent, Root } from 'hast';
import rehypeHighlight from 'rehype-highlight';
import rehypeRaw from 'rehype-raw';
import rehypeSanitize from 'rehype-sanitize';
import rehypeStringify from 'rehype-stringify';
import remarkBreaks from 'remark-breaks';
import remarkGemoji from 'remark-gemoji';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';
import { raw, type Html } from './html.ts';
import type { MarkdownContext } from './markdown-context.ts';
import { alertOf, linkReferences, suggestionOf } from './markdown-extras.ts';

/** A comment's text as GitHub shows it: its Markdown, its alerts and suggestions, and only the HTML that it lets through. */
export function renderMarkdown(text: string, context: MarkdownContext): Html {
  const processor = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkBreaks)
    .use(remarkGemoji)
    .use(remarkRehype, { allowDangerousHtml: true })
    .use(rehypeRaw)
    .use(rehypeSanitize)
    .use(() => (tree: Root) => {
      tree.children = dress(tree.children as ElementContent[], context);
    })
    .use(rehypeHighlight, { plainText: ['suggestion', 'text', 'txt'] })
    .use(rehypeStringify, { allowDangerousHtml: true });
  return raw(String(processor.processSync(text)));
}

function dress(children: ElementContent[], context: MarkdownContext): ElementContent[] {
  return children.flatMap((node): ElementContent[] => {
    if (node.type === 'text') return linkReferences(node.value, context.repositoryUrl);
    if (node.type !== 'element') return [node];
    const special = node.tagName === 'pre' ? suggestionOf(node, context) : null;
    if (special !== null) return [special];
    if (['a', 'code', 'pre'].includes(node.tagName)) return [node];
    const dressed: Element = { ...node, children: dress(node.children, context) };
    return [node.tagName === 'blockquote' ? (alertOf(dressed) ?? dressed) : dressed];
  });
}
