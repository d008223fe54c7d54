import { standsAt } from '../anchor.ts';
import { pathOf, type FileDiff } from '../diff.ts';
import type { RawFinding } from '../finding.ts';
import { suggestionOf } from './fix.ts';
import type { SarifFinding } from './parse.ts';

/**
 * Turns fixes into suggestions where all lines they replace are in the PR's own diff, so that their text is known. Only
 * where the tool looked at the head (`sameTree`), or its snippet says that it saw these very lines.
 */
export function withSuggestions(
  findings: readonly SarifFinding[],
  fullDiff: readonly FileDiff[],
  sameTree: boolean,
): RawFinding[] {
  const files = new Map(fullDiff.map((file) => [pathOf(file), file]));
  const texts = new Map<string, Map<number, string>>();
  return findings.map(({ fix, ...raw }) => {
    const file = files.get(raw.path);
    if (fix === null || file === undefined) return raw;
    const lines = texts.get(raw.path) ?? linesInDiff(file);
    texts.set(raw.path, lines);
    const replaced: string[] = [];
    for (let line = fix.line; line <= fix.endLine; line += 1) {
      const text = lines.get(line);
      if (text === undefined) return raw;
      replaced.push(text);
    }
    if (!sameTree && !standsAt(replaced, 1, raw.quote)) return raw;
    return { ...raw, suggestion: suggestionOf(fix, replaced) };
  });
}

function linesInDiff(file: FileDiff): Map<number, string> {
  return new Map(
    file.hunks.flatMap((hunk) =>
      hunk.lines.flatMap(({ newLine, text }) => (newLine === null ? [] : [[newLine, text] as const])),
    ),
  );
}
