import { Command } from 'commander';
import { WrongUse } from './wrong-use.ts';

/** As they stand on the command line. */
export type RawReplayFlags = {
  repo: string;
  base?: string;
  pulls: string;
  seed: string;
  rebase?: string;
  pushes?: string;
  html?: string;
  json: boolean;
};

export type ReplayFlags = Omit<RawReplayFlags, 'pulls' | 'seed' | 'rebase'> & {
  pulls: number;
  seed: number;
  /** Commits on the main branch; null: no rebases. */
  rebase: number | null;
};

export function replaySubcommand(action: (flags: RawReplayFlags) => Promise<void>): Command {
  return new Command('replay')
    .description(
      "Replays a repository's past pull requests, push by push, and counts what each push costs to review:\n" +
        'the full diff, git diff of the heads, and the interdiff. Reviews nothing, needs no network.',
    )
    .option('--repo <folder>', 'a clone, with a checkout or bare', '.')
    .option('--base <ref>', "the branch pull requests went into (default: the remote's default, else HEAD)")
    .option('--pulls <number>', 'how many to draw', '100')
    .option('--seed <number>', 'which to draw: the same number draws the same ones', '1')
    .option('--rebase <commits>', 'also rebase each onto the main branch so many commits later')
    .option('--pushes <file>', 'what was really pushed, a line of JSON each: {"pull": 12, "head": "<sha>"}')
    .option('--html <file>', 'write a page with charts, complete in itself')
    .option('--json', 'a line of JSON for each push, and one with the totals', false)
    .action((flags: RawReplayFlags) => action(flags));
}

/** Throws `WrongUse` with every fault. */
export function parseReplayFlags(raw: RawReplayFlags): ReplayFlags {
  const faults: string[] = [];
  const whole = (name: string, text: string, least: number, most: number): number => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      faults.push(`--${name}: ${JSON.stringify(text)} is no whole number from ${least} to ${most}`);
    }
    return value;
  };
  const flags: ReplayFlags = {
    ...raw,
    pulls: whole('pulls', raw.pulls, 1, 1_000_000),
    seed: whole('seed', raw.seed, 0, 0xffff_ffff),
    rebase: raw.rebase === undefined ? null : whole('rebase', raw.rebase, 1, 100_000),
  };
  if (raw.rebase !== undefined && raw.pushes !== undefined) {
    faults.push('--rebase: adds to what history tells; pushes of a --pushes file are taken as they are');
  }
  if (raw.html === '') faults.push('--html: needs a file name');
  if (faults.length > 0) throw new WrongUse(faults);
  return flags;
}
