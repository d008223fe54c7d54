/** A path within a tree as somebody wrote it; null where it leads out of the tree, or nowhere. `''`: the tree itself. */
export function treePath(text: string): string | null {
  if (text.length > 4096 || /[\0\n\\]/.test(text) || text.startsWith('/') || /^[A-Za-z]:/.test(text)) return null;
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') || parts.includes('.git') ? null : parts.join('/');
}
