import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlannedInChild, Task } from './plan-child.ts';
import { sampleMemory } from './process-memory.ts';

/** `togetherBytes`: the planning process with every git process beside it; null where the system does not tell. */
export type PlannedApart = PlannedInChild & { togetherBytes: number | null };

/** Plans in a process of its own, as the action does: what it holds is its own, and so is what starting git costs it. */
export async function planInChild(task: Omit<Task, 'workFolder'>): Promise<PlannedApart> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'pushback-bench-'));
  const file = join(folder.path, 'task.json');
  await writeFile(file, JSON.stringify({ ...task, workFolder: folder.path } satisfies Task));
  const script = join(import.meta.dirname, 'plan-child.ts');
  const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (printed += text));
  const memory = sampleMemory(child.pid ?? 0);
  const [code] = (await once(child, 'close')) as [number | null];
  const togetherBytes = memory.end();
  if (code !== 0) throw new Error(`the planning process ended with ${code}`);
  return { ...(JSON.parse(printed) as PlannedInChild), togetherBytes };
}
