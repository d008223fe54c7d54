/** What a model is told of the tools it may use. All of them read git objects, at the head or at the merge base. */
export const TOOL_TEXTS = {
  read_file: `Reads lines of one file. Give the range that you need; lines come with their numbers.`,
  search: `Finds lines that hold a text, or match a regular expression, with file and number. Give a folder or a glob where you can. Long lists are cut.`,
  list_files: `Lists the files of a folder, all levels down. Long lists are cut.`,
  history: `Shows what the commits of this pull request changed in one file, newest first, with their messages.`,
  references: `Finds where a name of a function, type, variable or setting occurs as a whole word: its definition and its uses, by file and number.`,
} as const;

export type ToolName = keyof typeof TOOL_TEXTS;

/** What the arguments of the tools are for. */
export const ARGUMENT_TEXTS = {
  path: 'Path in the repository, as listed: no leading slash.',
  startLine: 'First line, from 1.',
  endLine: 'Last line, included.',
  at: '`head` (the pull request as it is) or `base` (before it).',
  text: 'What to look for, letter by letter.',
  regex: 'An extended regular expression, matched within lines.',
  under: 'Only below this folder.',
  name: 'The name as it is written in code.',
} as const;

/** Said where a model has used up what it may look at. */
export const NO_MORE_TOOLS = `You have looked as often as you may. Answer now from what you know: print the JSON object and nothing else. What you
could not settle is no finding.`;
