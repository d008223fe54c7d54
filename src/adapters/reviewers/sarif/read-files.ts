import * as fs from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import type { ReviewerOutcome } from '../../../ports/reviewer.ts';

const MAX_FILES = 200;
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_TOTAL_BYTES = 256 * 1024 * 1024;

export type ReadFiles =
  | { outcome: 'read'; files: { name: string; text: string }[] }
  | Extract<ReviewerOutcome, { outcome: 'failed' | 'aborted' }>;

/** Reads what the patterns name, each file once, in a fixed order. A pattern that names nothing is a failure. */
export async function readFiles(patterns: readonly string[], root: string, signal: AbortSignal): Promise<ReadFiles> {
  const paths = new Set<string>();
  for (const pattern of patterns) {
    const found = await expand(pattern, root);
    if (found.length === 0) {
      return failed(
        `No SARIF file matches ${JSON.stringify(pattern)} in ${root}: run the analyser before, or correct sarif-file.`,
      );
    }
    for (const path of found) paths.add(path);
    if (paths.size > MAX_FILES) return failed(`sarif-file names more than ${MAX_FILES} files: narrow the pattern.`);
  }
  const files: { name: string; text: string }[] = [];
  let total = 0;
  for (const path of [...paths].toSorted()) {
    if (signal.aborted) return { outcome: 'aborted' };
    const name = isAbsolute(relative(root, path)) ? path : relative(root, path);
    try {
      const { size } = await fs.stat(path);
      total += size;
      if (size > MAX_FILE_BYTES)
        return failed(`The SARIF file ${name} has ${size} bytes; at most ${MAX_FILE_BYTES} are read.`);
      if (total > MAX_TOTAL_BYTES)
        return failed(`The SARIF files have over ${MAX_TOTAL_BYTES} bytes together: give fewer.`);
      files.push({ name, text: decode(await fs.readFile(path)) });
    } catch (error) {
      return failed(`The SARIF file ${name} can't be read: ${error instanceof Error ? error.message : String(error)}.`);
    }
  }
  return { outcome: 'read', files };
}

async function expand(pattern: string, root: string): Promise<string[]> {
  const literal = resolve(root, pattern);
  const isFile = await fs.stat(literal).then(
    (found) => found.isFile(),
    () => false,
  );
  if (isFile) return [literal];
  const paths: string[] = [];
  for await (const entry of fs.glob(pattern, { cwd: root, withFileTypes: true })) {
    if (!entry.isDirectory()) paths.push(resolve(entry.parentPath, entry.name));
    if (paths.length > MAX_FILES) break;
  }
  return paths;
}

/** Some tools for Windows write UTF-16. */
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8').decode(bytes);
}

function failed(why: string): ReadFiles {
  return { outcome: 'failed', why, output: '' };
}
