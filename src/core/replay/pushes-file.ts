import * as z from 'zod';
import { CommitSha } from '../ids.ts';

const Line = z.object({
  pull: z.union([z.int().positive(), z.string().min(1).max(255)]),
  head: CommitSha,
  base: z.string().min(1).max(255).optional(),
});

/** The heads that were really pushed to one pull request, oldest first. */
export type RecordedPushes = { name: string; heads: CommitSha[]; base: string | null };

export type PushesFile = { ok: true; pulls: RecordedPushes[] } | { ok: false; faults: string[] };

const MAX_FAULTS = 10;

/**
 * Reads `--pushes`: a JSON object per line, `{"pull": 12, "head": "<sha>"}` in the order of the pushes, with an optional
 * `base` (a branch or SHA) for a pull request that the repository itself tells nothing of.
 */
export function parsePushesFile(text: string): PushesFile {
  const pulls = new Map<string, RecordedPushes>();
  const faults: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || faults.length >= MAX_FAULTS) continue;
    const parsed = Line.safeParse(jsonOf(line));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      faults.push(`line ${index + 1}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.replaceAll(/ +/g, ' '));
      continue;
    }
    const { pull, head, base } = parsed.data;
    const name = typeof pull === 'number' ? `#${pull}` : pull;
    const known = pulls.get(name) ?? { name, heads: [], base: null };
    if (known.heads.at(-1) !== head) known.heads.push(head);
    known.base ??= base ?? null;
    pulls.set(name, known);
  }
  if (faults.length > 0) return { ok: false, faults };
  if (pulls.size === 0) return { ok: false, faults: ['it names no push'] };
  return { ok: true, pulls: [...pulls.values()] };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}
