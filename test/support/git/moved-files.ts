import type { Law } from './run-history.ts';

/**
 * Somebody reads what is in scope: no file of the base goes, and none comes that the base does not have, without having
 * been in scope under that name, be it as a part of a rename. Holds whatever the files' lines are.
 */
export function movedLaw(): Law {
  const seenToGo = new Set<string>();
  const seenToCome = new Set<string>();
  return ({ base, head, scoped: { scope }, unread }) => {
    const goes = new Map(
      scope.files.flatMap(({ path, previousPath, status }) =>
        status === 'deleted' ? [[path, path] as const] : previousPath === null ? [] : [[previousPath, path] as const],
      ),
    );
    const comes = new Set(scope.files.filter(({ status }) => status !== 'deleted').map(({ path }) => path));
    const gone = [...base.keys()].filter((path) => !head.has(path) && !seenToGo.has(path) && !goes.has(path));
    const come = [...head.keys()].filter((path) => !base.has(path) && !seenToCome.has(path) && !comes.has(path));
    if (gone.length + come.length > 0) throw new Error(JSON.stringify({ gone, come }));

    for (const path of head.keys()) seenToGo.delete(path);
    for (const path of seenToCome) if (!head.has(path)) seenToCome.delete(path);
    for (const [from, by] of goes) if (!unread.has(by)) seenToGo.add(from);
    for (const path of comes) if (!unread.has(path)) seenToCome.add(path);
  };
}
