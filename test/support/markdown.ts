import type { Nodes, Root } from 'hast';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';

const processor = unified().use(remarkParse).use(remarkGfm).use(remarkRehype, { allowDangerousHtml: true }).freeze();

/** Markdown as GitHub's flavour reads it, before anything is sanitised: what HTML it holds shows as `raw` nodes. */
export function parseMarkdown(markdown: string): Root {
  return processor.runSync(processor.parse(markdown));
}

export function nodesIn(root: Nodes): Nodes[] {
  return 'children' in root ? [root, ...root.children.flatMap((child) => nodesIn(child as Nodes))] : [root];
}

export function tagsIn(root: Nodes): string[] {
  return nodesIn(root).flatMap((node) => (node.type === 'element' ? [node.tagName] : []));
}

export function textOf(root: Nodes): string {
  return nodesIn(root)
    .flatMap((node) => (node.type === 'text' ? [node.value] : []))
    .join('');
}

/** Runs of text where GitHub looks for mentions and references: not in code, not in links. */
export function liveTexts(root: Nodes): string[] {
  if (root.type === 'text') return [root.value];
  if (root.type === 'element' && ['code', 'pre', 'a'].includes(root.tagName)) return [];
  return 'children' in root ? root.children.flatMap((child) => liveTexts(child as Nodes)) : [];
}
