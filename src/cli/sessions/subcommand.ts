import { Command } from 'commander';
import { OwnerId, SessionName } from '../../core/ids.ts';
import type { RawTableFlags } from '../open-table.ts';

export type RawSessionsFlags = RawTableFlags & {
  owner?: string;
  ledger?: string;
  limit: string;
  runs: string;
  json: boolean;
};

export type SessionsFlags = {
  /** Null: all of them. */
  session: SessionName | null;
  source: { kind: 'table'; ownerId: OwnerId } | { kind: 'file'; path: string } | null;
  limit: number;
  runs: number;
};

const MAX_SESSIONS = 1000;
const MAX_RUNS = 100;

export function sessionsSubcommand(
  run: (flags: RawSessionsFlags, session: string | undefined) => Promise<void>,
): Command {
  return new Command('sessions')
    .description(
      'Shows what a ledger holds: sessions, their pull requests, and every run with what came of it and what it cost.\n' +
        'Reads the table with your AWS credentials, or the file of `pushback review`.',
    )
    .argument('[session]', 'one session; without it, every session (in a table that reads all of it, and costs so)')
    .option('--table <name>', "the DynamoDB table (the stack's output TableName)")
    .option('--region <region>', 'its AWS region (default: AWS_REGION, or what the AWS configuration says)')
    .option('--owner <id>', 'with --table: numeric id of the GitHub account whose sessions they are')
    .option('--ledger <file>', 'the ledger of `pushback review` (in the .git folder: pushback/ledger)')
    .option('--limit <sessions>', 'how many sessions at most, the newest', '20')
    .option('--runs <runs>', 'how many runs of each pull request at most, the newest', '10')
    .option('--json', 'everything as one line of JSON', false)
    .action((session: string | undefined, flags: RawSessionsFlags) => run(flags, session));
}

/** Every fault of the flags goes into `faults`. */
export function readSessionsFlags(raw: RawSessionsFlags, session: string | undefined, faults: string[]): SessionsFlags {
  const name = session === undefined ? null : SessionName.safeParse(session);
  if (name !== null && !name.success) {
    faults.push('session: must be printable ASCII without blanks, at most 200 characters');
  }
  return {
    session: name?.data ?? null,
    source: sourceOf(raw, faults),
    limit: countOf('--limit', raw.limit, MAX_SESSIONS, faults),
    runs: countOf('--runs', raw.runs, MAX_RUNS, faults),
  };
}

function sourceOf({ table, owner, ledger }: RawSessionsFlags, faults: string[]): SessionsFlags['source'] {
  if ((table === undefined) === (ledger === undefined)) {
    faults.push('--table, --ledger: say one of them (--table with --owner)');
    return null;
  }
  if (ledger !== undefined) {
    if (owner !== undefined) faults.push('--owner: belongs to --table; a file has no owners');
    return { kind: 'file', path: ledger };
  }
  const ownerId = OwnerId.safeParse(owner);
  if (ownerId.success) return { kind: 'table', ownerId: ownerId.data };
  const what = owner === undefined ? 'needed with --table:' : `${JSON.stringify(owner)} is not`;
  faults.push(`--owner: ${what} the numeric id of a GitHub account (see https://api.github.com/users/NAME)`);
  return null;
}

function countOf(flag: string, text: string, most: number, faults: string[]): number {
  const count = /^[0-9]{1,6}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > most) faults.push(`${flag}: must be a whole number from 1 to ${most}`);
  return count;
}
