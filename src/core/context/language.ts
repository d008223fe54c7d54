/** What the shape of a file's lines means, as far as it differs between languages. */
export type Language = {
  /**
   * `code`: blocks are indented, and begin with lines that name them. `headings`: a heading names what follows it.
   * `sql`: statements, at the margin. `data`: indented, and nothing is named.
   */
  family: 'code' | 'headings' | 'sql' | 'data';
  /** `#` begins a comment (or a directive of the preprocessor, or an attribute). */
  hashComments: boolean;
  /** A block ends with a word: `end`, `fi`, `done`. */
  endWords: boolean;
  /** Strings between three quotes go over several lines. */
  tripleQuotes: boolean;
  /** An item of a list may stand at the margin of the key that it belongs to. */
  dashedItems: boolean;
};

const CODE: Language = {
  family: 'code',
  hashComments: true,
  endWords: false,
  tripleQuotes: false,
  dashedItems: false,
};
const SCRIPT: Language = { ...CODE, hashComments: false };
const PYTHON: Language = { ...CODE, tripleQuotes: true };
const WORDS: Language = { ...CODE, endWords: true };
const HEADINGS: Language = { ...CODE, family: 'headings' };
const DATA: Language = { ...SCRIPT, family: 'data' };
const YAML: Language = { ...CODE, family: 'data', dashedItems: true };
const SQL: Language = { ...SCRIPT, family: 'sql' };

const BY_EXTENSION = new Map<string, Language>([
  ...extensions(SCRIPT, 'js jsx mjs cjs ts tsx mts cts vue svelte astro'),
  ...extensions(PYTHON, 'py pyi pyx nim'),
  ...extensions(WORDS, 'rb rake gemspec cr lua ex exs jl sh bash zsh fish ksh'),
  ...extensions(HEADINGS, 'md mdx markdown toml ini cfg conf properties editorconfig adoc'),
  ...extensions(
    DATA,
    'json json5 jsonc css scss sass less styl html htm xml xhtml svg xsl plist txt csv tsv log lock rst tex',
  ),
  ...extensions(YAML, 'yml yaml'),
  ...extensions(SQL, 'sql psql pgsql ddl'),
]);
const BY_NAME = new Map<string, Language>([
  ...['rakefile', 'gemfile', 'vagrantfile', 'podfile', 'fastfile'].map((name) => [name, WORDS] as const),
  ...['dockerfile', 'makefile', 'license', 'readme'].map((name) => [name, { ...DATA, hashComments: true }] as const),
]);

function extensions(language: Language, list: string): [string, Language][] {
  return list.split(' ').map((extension) => [extension, language]);
}

/** By the file's name; what is not known is taken for code, whose blocks are indented. */
export function languageOf(path: string): Language {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const dot = name.lastIndexOf('.');
  return BY_NAME.get(name) ?? (dot < 0 ? undefined : BY_EXTENSION.get(name.slice(dot + 1))) ?? CODE;
}
