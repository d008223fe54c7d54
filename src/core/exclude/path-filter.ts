/**
 * Patterns as the `paths` filter of GitHub Actions has them: `*` any characters but a slash, `**` any characters, `?`
 * none or one and `+` one or more of the character before, `[a-z]` one of these, `\` takes the next one literally, `!`
 * at the start takes back what earlier patterns took. The last pattern that matches decides.
 */
export type PathFilter = (path: string) => boolean;

/** @param patterns each of them one for which `patternFault` has nothing to say */
export function compilePathFilter(patterns: readonly string[]): PathFilter {
  const compiled = patterns.map((pattern) => {
    const negative = pattern.startsWith('!');
    const reading = readPattern(negative ? pattern.slice(1) : pattern);
    if ('fault' in reading) throw new Error(`the pattern ${JSON.stringify(pattern)}: ${reading.fault}`);
    return { negative, steps: reading.steps };
  });
  return (path) => {
    const characters = Array.from(path);
    const last = compiled.findLast(({ steps }) => matches(steps, characters));
    return last !== undefined && !last.negative;
  };
}

/** What is wrong with a pattern, as the end of a sentence; null where nothing is. */
export function patternFault(pattern: string): string | null {
  const positive = pattern.startsWith('!') ? pattern.slice(1) : pattern;
  if (positive === '') return 'names nothing';
  if (/^\.{0,2}\//.test(positive))
    return 'starts with a slash or a dot and a slash, which no path in a repository does';
  const reading = readPattern(positive);
  return 'fault' in reading ? reading.fault : null;
}

/** One character, or a number of them. `folders`: nothing, or whole folders with their slash. */
type Step =
  | { kind: 'characters'; accepts: (character: string) => boolean; optional: boolean; repeated: boolean }
  | { kind: 'folders' };

const notSlash = (character: string): boolean => character !== '/';
const anything = (): boolean => true;

function readPattern(pattern: string): { steps: Step[] } | { fault: string } {
  const characters = Array.from(pattern);
  const steps: Step[] = [];
  const one = (accepts: (character: string) => boolean): void => {
    steps.push({ kind: 'characters', accepts, optional: false, repeated: false });
  };
  const literal = (wanted: string): void => one((character) => character === wanted);
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    switch (character) {
      case '*': {
        const { step, length } = starsAt(characters, at);
        steps.push(step);
        at += length - 1;
        break;
      }
      case '?':
      case '+': {
        const before = steps.at(-1);
        if (before === undefined) literal(character);
        else if (before.kind === 'characters') before[character === '?' ? 'optional' : 'repeated'] = true;
        break;
      }
      case '[': {
        const end = characters.indexOf(']', at);
        if (end < 0) return { fault: 'opens a bracket and does not close it' };
        const set = readSet(characters.slice(at + 1, end));
        if ('fault' in set) return set;
        one((wanted) => set.accepts(wanted));
        at = end;
        break;
      }
      case '\\': {
        at += 1;
        const escaped = characters[at];
        if (escaped === undefined) return { fault: 'ends in a backslash' };
        literal(escaped);
        break;
      }
      default:
        literal(character);
    }
  }
  return { steps };
}

/** `*`, `**`, or `**` with the slash after it where that stands for whole folders. */
function starsAt(characters: readonly string[], at: number): { step: Step; length: number } {
  const double = characters[at + 1] === '*';
  if (double && characters[at + 2] === '/' && (at === 0 || characters[at - 1] === '/')) {
    return { step: { kind: 'folders' }, length: 3 };
  }
  const accepts = double ? anything : notSlash;
  return { step: { kind: 'characters', accepts, optional: true, repeated: true }, length: double ? 2 : 1 };
}

function readSet(content: readonly string[]): { accepts: (character: string) => boolean } | { fault: string } {
  const text = content.join('');
  if (!/^(?:[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9]|[a-zA-Z0-9])+$/.test(text)) {
    return { fault: 'has brackets with something else than letters, digits and the ranges a-z, A-Z and 0-9' };
  }
  const ranges = [...text.matchAll(/(.)-(.)|(.)/g)].map(
    ([, from, to, single]) => [from ?? single ?? '', to ?? single ?? ''] as const,
  );
  if (ranges.some(([from, to]) => from > to)) return { fault: 'has a range that ends before it begins' };
  return {
    accepts: (character) => character.length === 1 && ranges.some(([from, to]) => from <= character && character <= to),
  };
}

/** All ways at once, so that no pattern and no path take longer than their lengths multiplied. */
function matches(steps: readonly Step[], path: readonly string[]): boolean {
  // `reached[n]`: the first n steps can end here; `inside[n]`: step n has taken the character before.
  let reached = new Uint8Array(steps.length + 1);
  let inside = new Uint8Array(steps.length);
  reached[0] = 1;
  skipOptional(steps, reached);
  for (const character of path) {
    const next = new Uint8Array(steps.length + 1);
    const nextInside = new Uint8Array(steps.length);
    let alive = false;
    for (const [index, step] of steps.entries()) {
      if (!goesOn(step, reached[index] === 1, inside[index] === 1, character)) continue;
      alive = true;
      nextInside[index] = 1;
      if (step.kind === 'characters' || character === '/') next[index + 1] = 1;
    }
    if (!alive) return false;
    skipOptional(steps, next);
    reached = next;
    inside = nextInside;
  }
  return reached[steps.length] === 1;
}

function goesOn(step: Step, entered: boolean, begun: boolean, character: string): boolean {
  // A folder has a name: a slash ends one that has begun, and begins none.
  if (step.kind === 'folders') return begun || (entered && character !== '/');
  return (entered || (begun && step.repeated)) && step.accepts(character);
}

function skipOptional(steps: readonly Step[], reached: Uint8Array): void {
  for (const [index, step] of steps.entries()) {
    if (reached[index] === 1 && (step.kind === 'folders' || step.optional)) reached[index + 1] = 1;
  }
}
