import { pathOf, type FileDiff } from '../diff.ts';
import { isLfsPointer, type BlobLook } from './content.ts';
import { covered, pending, type LeftOut } from './left-out.ts';
import { isTextName } from './names.ts';

const MODE_SUBMODULE = '160000';

/**
 * What no reviewer can read. It counts as covered where the base had the like in that place, or where its name is not
 * one of text: a script made unreadable (by a NUL in a comment, say, or by moving it elsewhere) does not.
 * @param blobs what is known of blobs, by object name
 */
export function unreadable(file: FileDiff, blobs: ReadonlyMap<string, BlobLook> = new Map()): LeftOut | null {
  if (file.new?.mode === MODE_SUBMODULE || (file.new === null && file.old?.mode === MODE_SUBMODULE)) {
    return file.old?.mode === MODE_SUBMODULE
      ? covered('submodule: its content is in another repository')
      : pending('new submodule: its content is in another repository');
  }
  if (file.binary) {
    return [pathOf(file), file.old?.path ?? pathOf(file)].some(isTextName) && !wasBinary(file, blobs)
      ? pending('binary content where the name says text')
      : covered('binary file');
  }
  if (!isLfsPointer(file, file.new === null ? 'old' : 'new')) return null;
  return isTextName(pathOf(file)) && !isLfsPointer(file, 'old')
    ? pending('new Git LFS pointer where the name says text')
    : covered('Git LFS pointer');
}

/** As git tells binary files from others. */
function wasBinary({ old, new: now }: FileDiff, blobs: ReadonlyMap<string, BlobLook>): boolean {
  return old !== null && (now === null || (blobs.get(old.oid)?.start.includes('\0') ?? false));
}
