import { setTimeout as delay } from 'node:timers/promises';
import { dynamoDbLocalClient } from '../../src/adapters/dynamodb-local/server.ts';
import { createHttpLedger } from '../../src/adapters/ledger-http/ledger.ts';
import { SessionName } from '../../src/core/ids.ts';
import { AUDIENCE, startTokenIssuer } from '../lambda/support/token-issuer.ts';
import { startBadWay } from './bad-way.ts';
import { drawFrom, type Draw } from './draw.ts';
import { startEndpointProcess, type EndpointProcess } from './endpoints.ts';
import { fastClock } from './fast-clock.ts';
import { createHost } from './host.ts';
import { brokenLaws, readTable } from './laws.ts';
import { fateFrom, runOnce, UNHARMED, type Surroundings, type Unit } from './runner.ts';

export type SoakOptions = {
  minutes: number;
  seed: number;
  table: { endpoint: string; tableName: string };
};

export type SoakFigures = {
  pushes: number;
  runs: number;
  /** Runs that somebody or something ended. */
  ended: number;
  kills: number;
  way: { connections: number; lost: number; late: number; swallowed: number };
  /** Units that nobody came back for until the end. */
  leftOver: number;
  /** Of the endpoint that nobody killed, after a collection of garbage each. */
  heapMiB: number[];
  broken: string[];
};

const SINGLES = 160;
const STACKS = 10;
const STACK = 4;
const PULL_REQUESTS = SINGLES + STACKS * STACK;
const RUNNERS = 16;
/** These are pushed to so often that their runs get into each other's way. */
const BUSY = 12;
const MEMORY_SAMPLES = 24;
const BETWEEN_KILLS_MS = 4_000;
const DOWN_MS = 500;
const SWEEPS = 3;

/** Two hundred pull requests are pushed to while runners, endpoints and connections end; then calm, and the laws. */
export async function soak({ minutes, seed, table }: SoakOptions): Promise<SoakFigures> {
  await using stack = new AsyncDisposableStack();
  const draw = drawFrom(seed);
  const startedAtMs = Date.now();
  const clock = fastClock(startedAtMs);
  const issuer = stack.use(await startTokenIssuer());
  const orders = {
    dynamodb: table.endpoint,
    tableName: table.tableName,
    startedAtMs,
    issuer: { issuer: issuer.issuer, jwksUrl: issuer.jwksUrl.href, audience: AUDIENCE },
    owner: '7',
  };
  const steady = stack.use(await startEndpointProcess(orders));
  const mortal = stack.use(await startEndpointProcess(orders));
  const way = stack.use(await startBadWay([steady.url, mortal.url], draw));
  const host = createHost(PULL_REQUESTS, clock);
  const around: Surroundings = {
    host,
    clock,
    endpoint: way.url,
    draw,
    idToken: ({ id, attempt }) =>
      issuer.token({ claims: { ...ON_MAIN, run_id: String(id), run_attempt: String(attempt) } }),
  };
  const units = makeUnits();
  const figures = { pushes: 0, runs: 0, ended: 0, leftOver: 0, heapMiB: [] as number[] };
  const until = startedAtMs + minutes * 60_000;
  const time = new AbortController();

  /** A workflow run and, where it came to nothing, those that people start again. */
  async function react(unit: Unit): Promise<void> {
    const id = (figures.runs += 1);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      if (await runOnce(around, unit, { id, attempt }, fateFrom(draw))) return;
      figures.ended += 1;
      if (draw.chance(0.4)) return;
    }
  }

  const unopened = [...units];

  async function openAndPush(): Promise<void> {
    while (Date.now() < until) {
      const opened = draw.chance(0.5) ? unopened.shift() : undefined;
      if (opened !== undefined) {
        await react(opened);
        continue;
      }
      const unit = draw.one(draw.chance(0.3) ? units.slice(0, BUSY) : units);
      for (const number of unit.numbers) {
        if (unit.numbers.length > 1 && draw.chance(0.5)) continue;
        host.push(number);
        figures.pushes += 1;
      }
      // Now and then GitHub tells of one push twice.
      await Promise.all(Array.from({ length: draw.chance(0.05) ? 2 : 1 }, () => react(unit)));
    }
  }

  const killing = killAndRestart(mortal, draw, time.signal);
  const sampling = sample(steady, figures.heapMiB, (minutes * 60_000) / MEMORY_SAMPLES, time.signal);
  await Promise.all(Array.from({ length: RUNNERS }, openAndPush));
  time.abort();
  await Promise.all([killing, sampling]);
  way.mend();

  const calm = createHttpLedger({
    endpoint: steady.url,
    idToken: () => around.idToken({ id: 1, attempt: 1 }),
    clock,
    random: draw.fraction,
  });
  for (let sweep = 1; sweep <= SWEEPS; sweep += 1) {
    const left: Unit[] = [];
    await inTurn(units, async (unit) => {
      if (await isDone(unit)) return;
      left.push(unit);
      await runOnce(around, unit, { id: (figures.runs += 1), attempt: 1 }, UNHARMED);
    });
    if (sweep === 1) figures.leftOver = left.length;
    if (left.length === 0) break;
  }

  async function isDone({ session, numbers }: Unit): Promise<boolean> {
    const views = await calm.list(session);
    return numbers.every((number) => {
      const view = views.find(({ pullRequest }) => pullRequest.number === number);
      return (
        view !== undefined &&
        ['up_to_date', 'changes_requested'].includes(view.state) &&
        view.version.headSha === host.head(number)
      );
    });
  }

  const client = dynamoDbLocalClient(table.endpoint);
  stack.defer(() => client.destroy());
  const stored = await readTable(client, table.tableName);
  const broken = await brokenLaws(units, host, stored, calm, clock.now());
  return { ...figures, kills: mortal.kills, way: { ...way.counts }, broken };
}

const ON_MAIN = { event_name: 'workflow_dispatch', ref: 'refs/heads/main', ref_protected: 'true' };

function makeUnits(): Unit[] {
  const singles = Array.from({ length: SINGLES }, (_, at) => ({
    session: SessionName.parse(`acme/shop#${at + 1}`),
    numbers: [at + 1],
  }));
  const stacks = Array.from({ length: STACKS }, (_, at) => ({
    session: SessionName.parse(`stack-${at}`),
    numbers: Array.from({ length: STACK }, (_each, place) => SINGLES + at * STACK + place + 1),
  }));
  // The busy ones are of both kinds.
  return [...stacks.slice(0, 2), ...singles, ...stacks.slice(2)];
}

async function killAndRestart(mortal: EndpointProcess, draw: Draw, signal: AbortSignal): Promise<void> {
  while (await passed(draw.below(2 * BETWEEN_KILLS_MS), signal)) {
    await mortal.kill();
    await passed(draw.below(2 * DOWN_MS), signal);
    await mortal.start();
  }
}

async function sample(steady: EndpointProcess, heapMiB: number[], everyMs: number, signal: AbortSignal): Promise<void> {
  while (await passed(everyMs, signal)) heapMiB.push((await steady.heapBytes()) / 1024 / 1024);
}

/** False where it was ended before. */
async function passed(ms: number, signal: AbortSignal): Promise<boolean> {
  return delay(ms, true, { signal }).catch(() => false);
}

async function inTurn<T>(all: readonly T[], each: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await each(one);
  };
  await Promise.all(Array.from({ length: RUNNERS }, worker));
}
