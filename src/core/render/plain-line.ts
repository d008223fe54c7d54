/**
 * A line that GitHub's runner takes for words and never for a command to it. It takes for one whatever begins with `::`
 * after what .NET calls white space, and whatever holds `##[` anywhere. File names and titles come from strangers.
 */
export function plainLine(line: string): string {
  return line.replace(/^([\s\u0085]*)::/u, '$1\u200b::').replaceAll('##[', '#\u200b#[');
}
