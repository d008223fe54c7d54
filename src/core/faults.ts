import type * as z from 'zod';

/** What is wrong with some JSON, field by field: `runs[0].results[3].level: expected string, received number`. */
export function faultsOf(error: z.ZodError, limit = 10): string[] {
  const faults = error.issues.map((issue) => {
    const where = jsonPath(issue.path);
    return where === '' ? issue.message : `${where}: ${issue.message}`;
  });
  return faults.length <= limit ? faults : [...faults.slice(0, limit), `and ${faults.length - limit} more`];
}

export function jsonPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

/** Makes a text from elsewhere fit to stand in a message: control characters escaped, cut in the middle past `max`. */
export function quoteForeign(text: string, max: number): string {
  const short =
    text.length <= max
      ? text
      : `${text.slice(0, Math.ceil(max / 2))}\n[… ${text.length - max} characters left out …]\n${text.slice(-Math.floor(max / 2))}`;
  return short.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
