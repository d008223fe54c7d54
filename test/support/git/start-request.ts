/** How git ended, and all that it printed. */
export type GitResult = { code: number; stdout: Buffer; stderr: string };

/** What the small process is asked, and what it answers. */
export type StartRequest = {
  id: number;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  input: string | Uint8Array | undefined;
};
export type StartAnswer = { id: number } & ({ result: GitResult } | { fault: string });
