import type { CommitSha } from '../core/ids.ts';
import type { Log } from '../ports/log.ts';
import type { Repository } from '../ports/repository.ts';

/** Where instructions are looked for where nobody says: the first that there is counts. */
export const INSTRUCTION_FILES = ['REVIEW.md', 'AGENTS.md'] as const;
/** They go with every call: more than this is no instruction any more. */
export const MAX_INSTRUCTION_BYTES = 32 * 1024;

/**
 * What the maintainers want reviews to look for, from a commit that is trusted. Null where there is nothing of the kind:
 * a file that was named and is not there is told, and no fault, for it may be on its way in a pull request.
 *
 * @param file as configured; null: the usual ones
 */
export async function readInstructions(
  repository: Pick<Repository, 'readFile' | 'readFiles'>,
  trusted: CommitSha,
  file: string | null,
  log: Pick<Log, 'info' | 'warning'>,
): Promise<string | null> {
  const at = trusted.slice(0, 7);
  const places = file === null ? INSTRUCTION_FILES : [file];
  const found = await repository.readFiles(trusted, places);
  for (const path of places) {
    const own = found.get(path);
    if (own === undefined) continue;
    const bytes = await throughLink(repository, trusted, path, own);
    if (bytes.includes(0)) {
      log.warning(`${path} at ${at} is no text: reviewed without instructions.`);
      return null;
    }
    if (bytes.length > MAX_INSTRUCTION_BYTES) {
      log.warning(
        `${path} at ${at} has ${bytes.length} bytes: only its first ${MAX_INSTRUCTION_BYTES} instruct the reviewer.`,
      );
    }
    const text = firstLines(bytes);
    log.info(`Instructions: ${path} at ${at}`);
    return text === '' ? null : text;
  }
  if (file !== null) {
    log.warning(`instructions-file: there is no ${JSON.stringify(file)} at ${at}: reviewed without instructions.`);
  }
  return null;
}

/** A link to another file of the tree reads as that file: git keeps a link as a text that says where it leads. */
async function throughLink(
  repository: Pick<Repository, 'readFile'>,
  trusted: CommitSha,
  path: string,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  if (bytes.length > 255 || bytes.includes(10)) return bytes;
  const target = linkTarget(path, new TextDecoder().decode(bytes));
  const linked = target === null ? null : await repository.readFile(trusted, target);
  return linked ?? bytes;
}

/** Null for what leads out of the tree, or can be no path. */
function linkTarget(path: string, link: string): string | null {
  if (link === '' || link.startsWith('/') || /[\0\s]/.test(link)) return null;
  const parts = path.split('/').slice(0, -1);
  for (const part of link.split('/')) {
    if (part === '..' && parts.pop() === undefined) return null;
    if (part !== '..' && part !== '.' && part !== '') parts.push(part);
  }
  const target = parts.join('/');
  return target === '' || target === path ? null : target;
}

/** As many whole lines as may be. */
function firstLines(bytes: Uint8Array): string {
  if (bytes.length <= MAX_INSTRUCTION_BYTES) return new TextDecoder().decode(bytes).trim();
  const end = bytes.lastIndexOf(10, MAX_INSTRUCTION_BYTES);
  return new TextDecoder().decode(bytes.subarray(0, end < 0 ? MAX_INSTRUCTION_BYTES : end)).trim();
}
