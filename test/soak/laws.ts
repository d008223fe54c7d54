import { ScanCommand, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { fromAttributes } from '../../src/adapters/ledger-dynamodb/attributes.ts';
import { PullRequestItem, RunItem } from '../../src/core/ledger/items.ts';
import type { SessionName } from '../../src/core/ids.ts';
import type { ReviewRecord } from '../../src/core/review-record.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import { faultsOf } from './code.ts';
import type { Host } from './host.ts';
import type { Unit } from './runner.ts';

/** What lies in the table, whoever put it there. */
export type Stored = { pullRequests: Map<number, PullRequestItem>; runs: Map<number, RunItem[]> };

export async function readTable(client: DynamoDBClient, tableName: string): Promise<Stored> {
  const stored: Stored = { pullRequests: new Map(), runs: new Map() };
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: tableName, ConsistentRead: true, ...(from && { ExclusiveStartKey: from }) }),
    );
    for (const attributes of page.Items ?? []) {
      const { key, item } = fromAttributes(attributes);
      if (key.sk.startsWith('PR#')) {
        const read = PullRequestItem.parse(item);
        stored.pullRequests.set(read.pullRequest.number, read);
      }
      if (key.sk.startsWith('RUN#')) {
        const read = RunItem.parse(item);
        const { number } = read.pullRequest;
        stored.runs.set(number, [...(stored.runs.get(number) ?? []), read]);
      }
    }
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return stored;
}

/** Everything that is not as it must be at the end, a line each. */
export async function brokenLaws(
  units: readonly Unit[],
  host: Host,
  { pullRequests, runs }: Stored,
  ledger: Ledger,
  now: number,
): Promise<string[]> {
  const broken: string[] = [...brokenBatches(units, runs)];
  for (const { session, numbers } of units) {
    for (const number of numbers) {
      const say = (fault: string): void => void broken.push(`#${number} in ${session}: ${fault}`);
      const item = pullRequests.get(number);
      if (item === undefined) {
        say('the table does not hold it');
        continue;
      }
      brokenRuns(item, runs.get(number) ?? [], host.head(number), now).forEach(say);
      const record = await recordOf(ledger, session, item);
      if (record === null) say('its review can not be read');
      else brokenPage(record, host, number).forEach(say);
    }
  }
  return broken;
}

function brokenRuns(item: PullRequestItem, runs: readonly RunItem[], head: string, now: number): string[] {
  const atHead = runs.filter((one) => one.version.headSha === head).length;
  return [
    ...brokenState(item, head, now),
    ...runs.flatMap((one) => brokenRun(one, one.version.headSha === head)),
    ...(atHead === 1 ? [] : [`${atHead} runs at its head`]),
  ];
}

/** What the pull request's own item says of its last run and of its review. */
function brokenState({ run, previous }: PullRequestItem, head: string, now: number): string[] {
  const broken: string[] = [];
  if (run?.version.headSha !== head) broken.push(`its last run is at ${run?.version.headSha}, its head is ${head}`);
  if (run?.status !== 'delivered') broken.push(`its last run is ${run?.status}`);
  if ((run?.leaseEndsAt ?? 0) > now) broken.push('a lease is still held');
  const { version, delivered, pending } = previous.protected ?? { version: null, delivered: false, pending: null };
  if (version?.headSha !== head || !delivered || pending !== 0) {
    broken.push(`its previous review is of ${version?.headSha}, delivered: ${delivered}, pending: ${pending}`);
  }
  return broken;
}

function brokenRun({ runId, status, attempts }: RunItem, isLast: boolean): string[] {
  const recorded = attempts.filter(({ record }) => record !== null).length;
  return [
    ...(recorded > 1 || (isLast && recorded !== 1) ? [`${runId}: ${recorded} attempts recorded a result`] : []),
    ...(status === 'running' || status === 'completed' ? [`${runId} is still ${status}`] : []),
  ];
}

/** No batch reaches over two sessions, and none holds a pull request twice. */
function brokenBatches(units: readonly Unit[], runs: Stored['runs']): string[] {
  const broken: string[] = [];
  const sessions = new Map<string, string>();
  for (const { session, numbers } of units) {
    for (const number of numbers) {
      const ours = new Set<string>();
      for (const { batchId, runId } of runs.get(number) ?? []) {
        if (ours.has(batchId)) broken.push(`${runId}: its batch holds #${number} twice`);
        ours.add(batchId);
        if ((sessions.get(batchId) ?? session) !== session) broken.push(`${runId}: its batch is of two sessions`);
        sessions.set(batchId, session);
      }
    }
  }
  return broken;
}

function brokenPage(record: ReviewRecord, host: Host, number: number): string[] {
  const broken: string[] = [];
  const { pushes, conversation, summariesCreated, lastPublished } = host.page(number);
  const faults = faultsOf(number, pushes).toSorted();
  const open = record.result.findings.filter(({ status }) => status === 'new' || status === 'open');
  const quotes = open.map(({ quote }) => quote).toSorted();
  if (quotes.join('\n') !== faults.join('\n'))
    broken.push(`open findings: ${quotes.join(', ')}; not ${faults.join(', ')}`);
  const shortIds = new Set(record.result.findings.map(({ shortId }) => shortId));
  if (shortIds.size !== record.result.findings.length) broken.push('two findings have one number');
  const said = conversation.comments.map(({ findingId }) => findingId).toSorted();
  const ids = open.map(({ id }) => id).toSorted();
  if (said.join() !== ids.join()) broken.push(`comments on ${said.join(', ')}; open are ${ids.join(', ')}`);
  if (summariesCreated !== 1) broken.push(`${summariesCreated} summaries were created`);
  const reviewed = conversation.reviews.map(({ runId }) => runId);
  if (new Set(reviewed).size !== reviewed.length) broken.push('one run posted two reviews');
  if (conversation.summary?.runId !== record.runId) broken.push('the summary is of another run');
  if (lastPublished !== host.head(number)) broken.push('what was published last is of another head');
  return broken;
}

async function recordOf(ledger: Ledger, session: SessionName, item: PullRequestItem): Promise<ReviewRecord | null> {
  const { repositoryId, number } = item.pullRequest;
  const answer = await ledger.previous({ session, repositoryId, number });
  return answer.outcome === 'found' ? answer.record : null;
}
