import { Command } from 'commander';
import { createFlagTable, type FlagOwner, type FlagTable } from '../adapters/ledger-dynamodb/administration/flags.ts';
import { OwnerId } from '../core/ids.ts';
import { evaluateIncremental, flagSettingText, parseFlagSetting, type Flags } from '../core/ledger/flags.ts';
import type { FlagSetting } from '../core/ledger/items.ts';
import { openTable, type RawTableFlags } from './open-table.ts';
import type { Streams } from './streams.ts';
import { WrongUse } from './wrong-use.ts';

export type RawFlagFlags = RawTableFlags & { owner?: string; allOwners: boolean; json: boolean };

/** What to do before the flags are shown. */
type Change = { kind: 'none' } | { kind: 'set'; name: string; setting: string } | { kind: 'clear'; name: string };

const NAME = 'incremental';

/** `pushback flags`, `pushback flags set` and `pushback flags clear`. */
export function flagsSubcommand(run: (flags: RawFlagFlags, change: Change) => Promise<void>): Command {
  const flags = new Command('flags')
    .description(
      'Shows and sets who gets incremental reviews: straight in the table, with your AWS credentials.\n' +
        "An owner's own setting goes first, then the deployment's; without either, reviews are incremental.",
    )
    .option('--table <name>', "the DynamoDB table (needed; the stack's output TableName)")
    .option('--region <region>', 'its AWS region (default: AWS_REGION, or what the AWS configuration says)')
    .option('--owner <id>', 'numeric id of a GitHub account: its own setting')
    .option(
      '--all-owners',
      'every owner with a setting of its own; reads the whole table, and costs accordingly',
      false,
    )
    .option('--json', 'the flags as one line of JSON', false)
    .action((given: RawFlagFlags) => run(given, { kind: 'none' }));
  flags
    .command('set')
    .description('Sets a flag, for the deployment or with --owner for one owner.')
    .argument('<flag>', NAME)
    .argument('<setting>', 'on, off, or a percentage of all owners such as 30%')
    .action((name: string, setting: string, _own: object, command: Command) =>
      run(command.optsWithGlobals<RawFlagFlags>(), { kind: 'set', name, setting }),
    );
  flags
    .command('clear')
    .description("Takes a setting away, the deployment's or with --owner that owner's.")
    .argument('<flag>', NAME)
    .action((name: string, _own: object, command: Command) =>
      run(command.optsWithGlobals<RawFlagFlags>(), { kind: 'clear', name }),
    );
  return flags;
}

export async function flagsCommand(raw: RawFlagFlags, change: Change, streams: Streams): Promise<number> {
  const faults: string[] = [];
  const ownerId = readOwner(raw, faults);
  const setting = readChange(change, ownerId, faults);
  using table = await openTable(raw, faults);
  if (table === null || faults.length > 0) throw new WrongUse(faults);
  const flagTable = createFlagTable(table);
  if (change.kind !== 'none') await flagTable.write(ownerId, setting);
  const shown = await readShown(flagTable, ownerId, raw.allOwners);
  streams.out(raw.json ? `${JSON.stringify({ [NAME]: shown })}\n` : textOf(table.tableName, shown));
  return 0;
}

function readOwner({ owner }: RawFlagFlags, faults: string[]): FlagOwner {
  if (owner === undefined) return null;
  const parsed = OwnerId.safeParse(owner);
  if (parsed.success) return parsed.data;
  faults.push(
    `--owner: ${JSON.stringify(owner)} is no numeric GitHub account id (see https://api.github.com/users/NAME)`,
  );
  return null;
}

/** What is to be written: null where a setting goes, or nothing is to be changed. */
function readChange(change: Change, ownerId: FlagOwner, faults: string[]): FlagSetting | null {
  if (change.kind === 'none') return null;
  if (change.name !== NAME) faults.push(`flag: ${JSON.stringify(change.name)} is unknown; there is: ${NAME}`);
  if (change.kind === 'clear') return null;
  const setting = parseFlagSetting(change.setting);
  if (setting === null) {
    faults.push(`setting: ${JSON.stringify(change.setting)} is none; say on, off, or a percentage from 0% to 100%`);
  } else if (setting.value === 'percentage' && ownerId !== null) {
    faults.push("setting: an owner's own setting is on or off; a percentage is one of all owners");
  }
  return setting;
}

type ShownOwner = { ownerId: string; setting: FlagSetting | null; value: boolean; cause: string };
type Shown = { deployment: FlagSetting | null; owners: ShownOwner[] };

async function readShown(table: FlagTable, ownerId: FlagOwner, allOwners: boolean): Promise<Shown> {
  const flags = await table.read(ownerId);
  const asked = ownerId === null ? [] : [shownOwner(ownerId, flags)];
  const others = allOwners ? await table.owners() : [];
  return {
    deployment: flags.deployment?.setting ?? null,
    owners: [
      ...asked,
      ...others
        .filter((other) => other.ownerId !== ownerId)
        .map((other) => shownOwner(other.ownerId, { deployment: flags.deployment, owner: other.item })),
    ],
  };
}

function shownOwner(ownerId: string, flags: Flags): ShownOwner {
  return { ownerId, setting: flags.owner?.setting ?? null, ...evaluateIncremental(flags, ownerId) };
}

function textOf(tableName: string, { deployment, owners }: Shown): string {
  const lines = [
    `${NAME} (table ${tableName})`,
    `  deployment: ${deployment === null ? 'not set, so on' : flagSettingText(deployment)}`,
    ...owners.map(({ ownerId, setting, value, cause }) => {
      const own = setting === null ? 'no setting of its own' : flagSettingText(setting);
      return `  owner ${ownerId}: ${own}; reviews are ${value ? 'incremental' : 'full'} (${cause})`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}
