import { actionsLog } from '../adapters/actions/log.ts';
import type { Trust } from '../core/review-record.ts';
import type { Ledger } from '../ports/ledger.ts';

/**
 * Reads reviews straight from the table and does all else over the endpoint. What may be built on, and whose dismissals
 * count, depends on how far the caller is trusted: that is the endpoint's to say, and it says so of each run that it
 * gives. Before that, and where the table can't be read (no credentials in this job, say), the endpoint is asked
 * instead: slower, never different.
 */
export function readingFrom(openTable: (trust: Trust) => Promise<Ledger>, endpoint: Ledger): Ledger {
  let table: { trust: Trust; opened: Promise<Ledger> } | null = null;

  function open(trust: Trust): Promise<Ledger> {
    if (table?.trust !== trust) table = { trust, opened: openTable(trust) };
    return table.opened;
  }

  let trust: Trust | null = null;
  return {
    ...endpoint,
    async claim(command) {
      const outcome = await endpoint.claim(command);
      if (outcome.outcome === 'rejected') return outcome;
      const ours = outcome.answers.find(({ answer }) => answer === 'review' || answer === 'publish');
      trust = ours?.run?.trust ?? trust;
      return outcome;
    },
    async previous(query) {
      if (trust === null) return endpoint.previous(query);
      try {
        return await (await open(trust)).previous(query);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        actionsLog.warning(`The table could not be read, the endpoint is asked instead: ${why}`);
        return endpoint.previous(query);
      }
    },
  };
}
