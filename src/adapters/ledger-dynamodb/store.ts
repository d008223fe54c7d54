import type * as z from 'zod';
import type { EpochSeconds } from '../../core/ids.ts';
import { FlagItem, PullRequestItem, RunItem, SessionItem } from '../../core/ledger/items.ts';
import { pullRequestIdOf } from '../../core/ledger/state.ts';
import {
  dataSk,
  DEPLOYMENT_FLAG,
  ownerFlag,
  partitionOf,
  PULL_REQUEST_PREFIX,
  pullRequestSk,
  runPrefix,
  runSk,
  SESSION_SK,
  type ItemKey,
} from '../../ledger/keys.ts';
import { parseItem } from '../../ledger/parse-item.ts';
import type { LedgerStore } from '../../ports/ledger-store.ts';
import type { Table } from './calls.ts';
import { isLostRace, ledgerFault } from './faults.ts';
import { getItems, keyText, queryPrefix } from './reads.ts';
import { writeChange } from './writes.ts';

/** One owner's items in the table. A claim of one PR reads with one request and writes with one transaction. */
export function createDynamoDbStore(table: Table, ownerId: string): LedgerStore {
  const asFault = (error: unknown): never => {
    throw ledgerFault(error, table.tableName);
  };
  return {
    capabilities: { exclusive: true },
    async read({ session, pullRequests, runs, forClaim, now }) {
      const pk = partitionOf(ownerId, session);
      const sessionKey = { pk, sk: SESSION_SK };
      const pullRequestKeys = unique(pullRequests.map((key) => ({ pk, sk: pullRequestSk(key) })));
      const runKeys = unique(runs.map((runId) => ({ pk, sk: runSk(runId) })));
      const flags = { deployment: DEPLOYMENT_FLAG, owner: ownerFlag(ownerId) };
      const forClaimOnly = forClaim ? [sessionKey, flags.deployment, flags.owner] : [];
      const keys = [...pullRequestKeys, ...runKeys, ...forClaimOnly];
      const { items: found, at } = await getItems(table, keys).catch(asFault);
      const time = at ?? now;
      const foundPullRequests = present(found, pullRequestKeys, PullRequestItem, 'pull request', time);
      const foundRuns = present(found, runKeys, RunItem, 'run', time);
      return {
        ...(at === null ? {} : { at }),
        session: present(found, [sessionKey], SessionItem, 'session', time)[0] ?? null,
        pullRequests: new Map(foundPullRequests.map((item) => [pullRequestIdOf(item.pullRequest), item])),
        runs: new Map(foundRuns.map((item) => [item.runId, item])),
        flags: { deployment: flagIn(found, flags.deployment), owner: flagIn(found, flags.owner) },
      };
    },
    async commit(session, change, data, now) {
      try {
        await writeChange(table, partitionOf(ownerId, session), change, data, now);
        return 'committed';
      } catch (error) {
        if (isLostRace(error)) return 'conflict';
        return asFault(error);
      }
    },
    async readData(session, ref, now) {
      const pk = partitionOf(ownerId, session);
      const keys = Array.from({ length: ref.chunks }, (_, index) => ({ pk, sk: dataSk(ref, index) }));
      const { items: found } = await getItems(table, keys).catch(asFault);
      const chunks = keys.flatMap((key) => {
        const item = found.get(keyText(key));
        const chunk = item?.['chunk'];
        return chunk instanceof Uint8Array && Number(item?.['expiresAt']) > now ? [chunk] : [];
      });
      return chunks.length === keys.length ? chunks : null;
    },
    async pullRequests(session, now) {
      const prefix = { pk: partitionOf(ownerId, session), sk: PULL_REQUEST_PREFIX };
      const found = await queryPrefix(table, prefix).catch(asFault);
      return found.map((raw) => parseItem(PullRequestItem, raw, 'pull request')).filter((item) => item.expiresAt > now);
    },
    async runs(session, pullRequest, now) {
      const prefix = { pk: partitionOf(ownerId, session), sk: runPrefix(pullRequest) };
      const found = await queryPrefix(table, prefix).catch(asFault);
      return found.map((raw) => parseItem(RunItem, raw, 'run')).filter((item) => item.expiresAt > now);
    },
    historyLost: async () => null,
  };
}

/** DynamoDB refuses a request that names a key twice. */
function unique(keys: readonly ItemKey[]): ItemKey[] {
  return [...new Map(keys.map((key) => [keyText(key), key])).values()];
}

function present<T extends { expiresAt: number }>(
  found: ReadonlyMap<string, Record<string, unknown>>,
  keys: readonly ItemKey[],
  schema: z.ZodType<T>,
  what: string,
  now: EpochSeconds,
): T[] {
  return keys
    .flatMap((key) => {
      const raw = found.get(keyText(key));
      return raw === undefined ? [] : [parseItem(schema, raw, what)];
    })
    .filter((item) => item.expiresAt > now);
}

function flagIn(found: ReadonlyMap<string, Record<string, unknown>>, key: ItemKey): FlagItem | null {
  const raw = found.get(keyText(key));
  return raw === undefined ? null : parseItem(FlagItem, raw, 'flag');
}
