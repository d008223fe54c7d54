import { resolve } from 'node:path';
import { listSessions } from '../../adapters/ledger-dynamodb/administration/sessions.ts';
import { createDynamoDbLedger } from '../../adapters/ledger-dynamodb/ledger.ts';
import { createFileSnapshotStore } from '../../adapters/ledger-snapshot/file-store.ts';
import { createSnapshotLedger } from '../../adapters/ledger-snapshot/ledger.ts';
import { readSnapshotSessions } from '../../adapters/ledger-snapshot/sessions.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import type { OwnerId } from '../../core/ids.ts';
import type { Caller } from '../../core/ledger/commands.ts';
import type { Clock } from '../../ports/clock.ts';
import { openTable, type OpenTable } from '../open-table.ts';
import type { Streams } from '../streams.ts';
import { WrongUse } from '../wrong-use.ts';
import { gatherSession, gatherSessions, type Source } from './gather.ts';
import { sessionsJson, sessionsText } from './print.ts';
import { readSessionsFlags, type RawSessionsFlags } from './subcommand.ts';

/** `pushback sessions [SESSION]`: only reads, straight from the table or from the file. */
export async function sessionsCommand(
  raw: RawSessionsFlags,
  session: string | undefined,
  streams: Streams,
  clock: Clock = systemClock,
): Promise<number> {
  const faults: string[] = [];
  const flags = readSessionsFlags(raw, session, faults);
  const { source } = flags;
  using table = raw.table === undefined ? null : await openTable(raw, faults);
  if (source === null || faults.length > 0) throw new WrongUse(faults);
  const read = source.kind === 'file' ? fileSource(source.path, clock) : tableSource(table, source.ownerId, clock);
  const list =
    flags.session === null ? await gatherSessions(read, flags) : await gatherSession(read, flags.session, flags.runs);
  const now = clock.now();
  streams.out(raw.json ? `${JSON.stringify(sessionsJson(list, now))}\n` : sessionsText(list, now));
  return 0;
}

/** The least trust sees all: whoever has more sees only what was written with as much. */
function onlooker(ownerId: string): Caller {
  return { ownerId, workflowRun: null, trust: 'contributor' };
}

function tableSource(table: OpenTable | null, ownerId: OwnerId, clock: Clock): Source {
  if (table === null) throw new Error('the table was not opened');
  const { client, tableName } = table;
  const ledger = createDynamoDbLedger({ client, tableName, clock })(onlooker(ownerId));
  return {
    sessions: async () => (await listSessions(table, ownerId, clock.now())).map((item) => ({ item, ledger })),
    named: async () => [ledger],
  };
}

function fileSource(path: string, clock: Clock): Source {
  const store = createFileSnapshotStore(resolve(path));
  const ledgerFor = createSnapshotLedger({ store, clock });
  async function sessions(): ReturnType<Source['sessions']> {
    const found = await readSnapshotSessions(store, clock.now());
    if (found.outcome === 'missing') throw new WrongUse([`--ledger: there is no file ${resolve(path)}`]);
    if (found.outcome === 'unreadable') throw new Error(`the ledger ${resolve(path)} can not be read: ${found.why}`);
    return found.sessions.map(({ ownerId, item }) => ({ item, ledger: ledgerFor(onlooker(ownerId)) }));
  }
  return {
    sessions,
    named: async (name) => (await sessions()).filter(({ item }) => item.session === name).map(({ ledger }) => ledger),
  };
}
