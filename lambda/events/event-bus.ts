import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { timeLimits } from '../../src/adapters/ledger-dynamodb/time-limits.ts';
import type { Announce } from './announce.ts';

const SOURCE = 'pushback';
const DETAIL_TYPE = 'review.completed';
const MAX_ATTEMPTS = 3;
const CONNECTION_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 3_000;

/** Puts events on an EventBridge bus, by its name or ARN. The client is loaded with the first of them. */
export function createEventBus(bus: string): Announce {
  let client: EventBridgeClient | null = null;
  return async (event) => {
    const { EventBridgeClient: Client, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
    client ??= new Client({
      maxAttempts: MAX_ATTEMPTS,
      requestHandler: timeLimits({ connectionMs: CONNECTION_TIMEOUT_MS, requestMs: REQUEST_TIMEOUT_MS }),
    });
    const entry = { EventBusName: bus, Source: SOURCE, DetailType: DETAIL_TYPE, Detail: JSON.stringify(event) };
    const { FailedEntryCount = 0, Entries = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }));
    if (FailedEntryCount > 0) throw new Error(`EventBridge refused the event: ${Entries[0]?.ErrorCode ?? 'no reason'}`);
  };
}
