import * as z from 'zod';

const Json = z.record(z.string(), z.unknown());

/** Reads one JSON object; null where the text is none. */
export function jsonObject(text: string): Record<string, unknown> | null {
  try {
    return Json.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The JSON objects among the lines; what else is printed between them is passed over. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text.split('\n').flatMap((line) => {
    const found = line.startsWith('{') ? jsonObject(line) : null;
    return found === null ? [] : [found];
  });
}

/** Beginnings that are tried: an object that begins later still is behind output that nobody expects. */
const MAX_BEGINNINGS = 100;

/** The first JSON object that begins at the start of a line and ends the text. Warnings may stand before it. */
export function trailingObject(text: string): Record<string, unknown> | null {
  const trimmed = text.trim();
  let at = trimmed.startsWith('{') ? 0 : trimmed.indexOf('\n{') + 1;
  for (let tried = 0; tried < MAX_BEGINNINGS && trimmed[at] === '{'; tried += 1) {
    const found = jsonObject(trimmed.slice(at));
    if (found !== null) return found;
    at = trimmed.indexOf('\n{', at) + 1;
    if (at === 0) return null;
  }
  return null;
}

const FENCED = /^[^{]*```(?:json)?[ \t]*\n([\s\S]*?)\n[ \t]*```[^`]*$/;

/** The answer's own text, without the code fence or the sentence that models put around it. Absent values are left out. */
export function answerIn(text: string): string {
  const trimmed = text.trim();
  const fenced = FENCED.exec(trimmed)?.[1]?.trim() ?? trimmed;
  const whole = fenced.slice(Math.max(0, fenced.indexOf('{')), fenced.lastIndexOf('}') + 1);
  for (const candidate of [fenced, whole]) {
    const found = jsonObject(candidate);
    if (found !== null) return JSON.stringify(withoutNulls(found));
  }
  return trimmed;
}

/** Strict providers want every field, and null for none. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, withoutNulls(inner)]])),
  );
}
