import { readdirSync, readFileSync } from 'node:fs';

/** A process and everything below it, itself first. Linux only; elsewhere the process alone. */
export function processTree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const pid of processIds()) {
    const parent = parentOf(pid);
    if (parent !== null) parents.set(pid, parent);
  }
  const tree = [root];
  for (const ancestor of tree) {
    for (const [pid, parent] of parents) if (parent === ancestor) tree.push(pid);
  }
  return tree;
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may hold blanks and brackets: what follows the last bracket is state and parent.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}
