/**
 * What a line begins, by its look. `container`: a class, module or suite of tests, whose members are named too.
 * `function`: a function, method or test with a name. `anonymous`: a function without one. `block`: anything else.
 */
export type UnitKind = 'container' | 'function' | 'anonymous' | 'block';

const MODIFIERS =
  '(?:(?:export|default|declare|public|private|protected|internal|static|final|abstract|sealed|open|override|async|unsafe|extern|const|inline|virtual|partial|readonly|pub(?:\\([a-z: ]*\\))?|data|suspend|companion|fileprivate|mutating|required|convenience|defp?(?=module)|typedef|local|implicit|explicit|case|annotation|inner|@\\w+|"C")\\s+)*';
const CONTAINER = new RegExp(
  `^${MODIFIERS}(?:class|interface|trait|struct|enum|union|impl|module|namespace|object|protocol|extension|record|mod|actor|defmodule|contract|type|@interface|@implementation)(?:\\s+["'\\w$<:{]|<)`,
);
const FUNCTION = new RegExp(
  `^${MODIFIERS}(?:function\\*?|def|defp|defmacro|fn|func|fun|sub|proc|macro_rules!|macro|constructor|init|deinit|subroutine)(?:\\s+[\\w$*(<\`.@:=[\\]!?]|\\s*\\([^)]*\\)[^;]*\\{$|\\s*\\{$)`,
);
const TEST =
  /^(?:await\s+)?(?:\w+\.)?(?:test|it|specify|scenario|before|after|beforeEach|afterEach|beforeAll|afterAll)(?:\.\w+)*(?:\(|\s+["'])/;
const SUITE = /^(?:\w+\.)?(?:describe|context|suite|feature)(?:\.\w+)*(?:\(|\s+["'A-Z])/;
const ASSIGNED =
  /^(?:(?:export|default|const|let|var|local|static|readonly|public|private)\s+)*[\w$.#[\]'"]+(?:\s*:[^=]*)?\s*[=:]\s/;
const CONTROL =
  /^(?:\}|\)|if|else|elsif|elif|unless|for|foreach|while|until|switch|match|case|when|select|catch|try|do|with|using|lock|synchronized|return|throw|raise|await|yield|new|go|defer|loop|guard|assert|print|require|include|echo|super|this|self)\b/;

/**
 * @param text a line without its indentation, cut to a length that the caller bounds
 * @param opens a block begins at its end
 */
export function kindOfLine(text: string, opens: boolean): UnitKind {
  if (CONTAINER.test(text)) return 'container';
  if (FUNCTION.test(text)) return text.endsWith(';') ? 'block' : 'function';
  const opensWord = /\bdo(?:\s*\|[^|]*\|)?$/.test(text) || text.endsWith('->');
  if (!opens && !opensWord) return 'block';
  if (SUITE.test(text)) return 'container';
  if (TEST.test(text)) return 'function';
  const ofFunction = opensFunction(text);
  if (CONTROL.test(text)) return ofFunction ? 'anonymous' : 'block';
  if (ofFunction && ASSIGNED.test(text)) return 'function';
  const parenthesis = text.indexOf('(');
  if (parenthesis < 1 || !text.endsWith('{')) return ofFunction || opensWord ? 'anonymous' : 'block';
  if (openParentheses(text) !== 0) return ofFunction ? 'anonymous' : 'block';
  return text.slice(0, parenthesis).includes('=') ? 'block' : 'function';
}

/**
 * What a unit turns out to be at the line that ends its list of parameters and begins a body: `): void {`, or `{` alone.
 * Null: nothing else than before.
 */
export function kindOfContinued(first: string, continued: string): UnitKind | null {
  if (!continued.endsWith('{') || CONTROL.test(first)) return null;
  if (continued === '{') return first.includes('(') && !first.endsWith(';') ? 'function' : null;
  return ASSIGNED.test(first) && !continued.includes('=>') ? null : 'function';
}

function opensFunction(text: string): boolean {
  return text.endsWith('=> {') || text.endsWith('=> (') || text.endsWith('=>') || /\bfunction\b[^{]*\{$/.test(text);
}

/** How many parentheses the text leaves open; below 0 where it closes more. */
export function openParentheses(text: string): number {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
  }
  return depth;
}
