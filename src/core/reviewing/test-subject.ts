const TEST_NAME = /^(?:test[_-](?<after>.+)|(?<before>.+?)(?:[._-](?:test|tests|spec|specs|e2e)|Tests?|Spec|IT))$/;
const TEST_FOLDER = /(?:^|\/)(?:tests?|__tests__|specs?|e2e)(?=\/)/i;

/**
 * Finds which of the paths a test is about, by their names: `cart.test.ts` and `test/cart.ts` are about `src/cart.ts`.
 * Null: none, or it is no test.
 */
export function subjectsAmong(paths: readonly string[]): (path: string) => string | null {
  const byName = new Map<string, string[]>();
  for (const path of paths) {
    if (subjectName(path) === null) byName.set(baseOf(path), [...(byName.get(baseOf(path)) ?? []), path]);
  }
  return (path) => {
    const name = subjectName(path);
    const candidates = name === null ? [] : (byName.get(name) ?? []);
    return candidates.reduce<string | null>(
      (best, other) => (best === null || closeness(path, other) > closeness(path, best) ? other : best),
      null,
    );
  };
}

/** What the file is a test of; null where it is none. */
function subjectName(path: string): string | null {
  const base = baseOf(path);
  const { after, before } = TEST_NAME.exec(base)?.groups ?? {};
  return after ?? before ?? (TEST_FOLDER.test(path) ? base : null);
}

/** Folders in common, those of the tests aside, whatever stands before them. */
function closeness(test: string, subject: string): number {
  const folders = new Set(test.replace(TEST_FOLDER, '').split('/').slice(0, -1));
  return subject
    .split('/')
    .slice(0, -1)
    .filter((folder) => folders.has(folder)).length;
}

/** `cart` of `src/cart.ts`, `cart.test` of `src/cart.test.ts`. */
function baseOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? name : name.slice(0, dot);
}
