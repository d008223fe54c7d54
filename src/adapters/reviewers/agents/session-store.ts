import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import type { AgentName, Spent } from '../../../core/agents/cli.ts';
import { NOTHING_SPENT } from '../../../core/agents/cli.ts';

/** Where one conversation takes place. Its paths stay the same as long as it is kept: agents find it by them. */
export type Place = {
  folder: string;
  home: string;
  tree: string;
  desk: string;
  /** By this conversation's counters, when it was left. */
  spent: Spent;
};

/** Keeps agents' conversations: a folder each, and a note by the conversation's id that says which. */
export type SessionStore = {
  /** null where nothing is kept of it here. */
  find(sessionId: string): Promise<Place | null>;
  begin(): Promise<Place>;
  /** Only its home is kept: the files of the pull request go. */
  keep(place: Place, sessionId: string, spent: Spent): Promise<void>;
  discard(place: Place): Promise<void>;
};

const FOLDER = /^conversation-[A-Za-z0-9]{6}$/;
const amount = z.number().nonnegative().nullable();
const Note = z.object({
  version: z.literal(1),
  agent: z.string(),
  sessionId: z.string(),
  folder: z.string().regex(FOLDER),
  spent: z.object({ inputTokens: amount, outputTokens: amount, costUsd: amount }),
});

const MAX_AGE_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * @param kept folder where conversations outlive this process; null: none does
 * @param workFolder for those that do not
 */
export function openSessionStore(agent: AgentName, kept: string | null, workFolder: string): SessionStore {
  const root = kept ?? workFolder;
  const noteOf = (sessionId: string): string => {
    const name = createHash('sha256')
      .update(JSON.stringify([agent, sessionId]))
      .digest('hex');
    return join(root, `${name.slice(0, 40)}.json`);
  };
  return {
    async find(sessionId) {
      if (kept === null) return null;
      const note = await readNote(noteOf(sessionId));
      if (note?.agent !== agent || note.sessionId !== sessionId) return null;
      const folder = join(root, note.folder);
      const isThere = await stat(join(folder, 'home')).then(
        (found) => found.isDirectory(),
        () => false,
      );
      return isThere ? layOut(folder, note.spent) : null;
    },
    async begin() {
      await mkdir(root, { recursive: true, mode: 0o700 });
      if (kept !== null) await removeOld(root);
      return layOut(await mkdtemp(join(root, 'conversation-')), NOTHING_SPENT);
    },
    async keep(place, sessionId, spent) {
      if (kept === null) return remove(place.folder);
      await Promise.all([remove(place.tree), remove(place.desk)]);
      const note = { version: 1, agent, sessionId, folder: basename(place.folder), spent };
      await writeFile(noteOf(sessionId), JSON.stringify(note), { mode: 0o600 });
      const now = await stat(noteOf(sessionId));
      await utimes(place.folder, now.mtime, now.mtime);
    },
    discard: (place) => remove(place.folder),
  };
}

async function layOut(folder: string, spent: Spent): Promise<Place> {
  const place = { folder, home: join(folder, 'home'), tree: join(folder, 'tree'), desk: join(folder, 'desk'), spent };
  // What a run that broke off left there is nobody's.
  await Promise.all([remove(place.tree), remove(place.desk)]);
  for (const each of [place.home, place.tree, place.desk]) await mkdir(each, { recursive: true, mode: 0o700 });
  return place;
}

async function readNote(path: string): Promise<z.infer<typeof Note> | null> {
  try {
    return Note.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Not there, or not ours: the conversation is begun anew either way.
    return null;
  }
}

/** What nobody continued for a month. The file system's own clock decides, by comparison with a file just written. */
async function removeOld(root: string): Promise<void> {
  const probe = join(root, '.now');
  await writeFile(probe, '');
  const now = (await stat(probe)).mtimeMs;
  for (const name of await readdir(root)) {
    if (!FOLDER.test(name) && !/^[0-9a-f]{40}\.json$/.test(name)) continue;
    const found = await stat(join(root, name)).catch(() => null);
    if (found !== null && now - found.mtimeMs > MAX_AGE_MS) await remove(join(root, name));
  }
}

function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 3 });
}
