import type { CoveredVersion } from '../../../src/core/coverage.ts';
import { ImportedRepository, type Changes } from '../git/fast-import.ts';
import { codeFile } from './code.ts';

/** A push that follows a review, by the versions of the pull request before and after it. */
export type RecordedPush = { title: string; previous: CoveredVersion; today: CoveredVersion };

const EDITED = 40;
const ADDED = 20;
/** Functions of a file that was there, and of a new one. */
const LONG = 16;
const SHORT = 7;

const editedPath = (file: number): string => `src/area${file % 8}/part${file}.ts`;
const addedPath = (file: number): string => `src/new${file % 4}/part${file}.ts`;
const inPull = (index: number): boolean => index % 5 === 1;

/** Contents at the pull request's first push; `again` names files that a later push changes, by number, new ones last. */
function* pullAt(base: string | null, again: (file: number) => boolean): Changes {
  for (let file = 0; file < EDITED; file += 1) {
    const upstream = base !== null && file % 2 === 0;
    yield [
      editedPath(file),
      codeFile(file, LONG, (index) => {
        if (again(file) && index === 6) return 'Later';
        if (inPull(index)) return 'Pull';
        return upstream && index === 14 ? 'Upstream' : null;
      }),
    ];
  }
  for (let file = 0; file < ADDED; file += 1) {
    yield [
      addedPath(file),
      codeFile(1000 + file, SHORT, (index) => (again(EDITED + file) && index === 3 ? 'Later' : null)),
    ];
  }
}

const never = (): boolean => false;
const tenth = (file: number): boolean => file % 10 === 0;

/** A pull request of 60 files, 40 of them changed in three places and 20 new, and what may be pushed to it next. */
export async function makePushes(folder: string): Promise<RecordedPush[]> {
  const repository = await ImportedRepository.create(folder);
  const base = await repository.commit(
    'base',
    [],
    Array.from({ length: EDITED }, (_, file) => [editedPath(file), codeFile(file, LONG)] as const),
  );
  const moved = await repository.commit(
    'moved',
    [base],
    Array.from(
      { length: EDITED / 2 },
      (_, half) =>
        [editedPath(half * 2), codeFile(half * 2, LONG, (index) => (index === 14 ? 'Upstream' : null))] as const,
    ),
  );
  const first = await repository.commit('first', [base], pullAt(null, never));
  await repository.commit(
    'line',
    [first],
    pullAt(null, (file) => file === 7),
  );
  await repository.commit('tenth', [first], pullAt(null, tenth));
  await repository.commit('rebased', [moved], pullAt('moved', tenth));
  await repository.commit(
    'half',
    [first],
    pullAt(null, (file) => file % 2 === 1),
  );
  const heads = await repository.end('base', 'moved', 'first', 'line', 'tenth', 'rebased', 'half');
  const [baseSha, movedSha, firstSha, lineSha, tenthSha, rebasedSha, halfSha] = heads;
  if (!baseSha || !movedSha || !firstSha || !lineSha || !tenthSha || !rebasedSha || !halfSha) {
    throw new Error('a branch is missing');
  }
  const previous = { mergeBaseSha: baseSha, headSha: firstSha };
  const onBase = (headSha: typeof firstSha): CoveredVersion => ({ mergeBaseSha: baseSha, headSha });
  return [
    { title: 'one function of one file', previous, today: onBase(lineSha) },
    { title: TENTH, previous, today: onBase(tenthSha) },
    {
      title: 'the same, rebased onto a main that changed 20 of the files',
      previous,
      today: { mergeBaseSha: movedSha, headSha: rebasedSha },
    },
    { title: 'half of the files', previous, today: onBase(halfSha) },
  ];
}

export const TENTH = 'a tenth of the files';
