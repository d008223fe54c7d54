import { readFileSync } from 'node:fs';

const EVERY_MS = 20;

/** Watches how much memory a process and all its descendants hold together, by Linux's /proc. Ends with the most seen. */
export function sampleMemory(pid: number): { end(): number | null } {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, residentBytes(pid));
  }, EVERY_MS);
  return {
    end() {
      clearInterval(timer);
      return most === 0 ? null : most;
    },
  };
}

function residentBytes(pid: number): number {
  const status = read(`/proc/${pid}/status`);
  const own = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').map(Number);
  return children.reduce((sum, child) => sum + (child > 0 ? residentBytes(child) : 0), own);
}

/** A process that has ended in between has nothing to read. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
