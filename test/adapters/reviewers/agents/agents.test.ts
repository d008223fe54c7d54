import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AGENT_NAMES, type AgentName } from '../../../../src/core/agents/cli.ts';
import type { ReviewerOutcome } from '../../../../src/ports/reviewer.ts';
import { AGENTS, environmentOf, IS_REAL, recorded } from '../../../support/agents/agents.ts';
import { AgentScene, API_KEY, JOB } from '../../../support/agents/scene.ts';
import { oracle } from '../../../support/models/oracle.ts';
import { failures, saysJson } from '../../../support/models/replies.ts';
import type { Script } from '../../../support/models/server.ts';
import { aRequest } from '../requests.ts';

/**
 * Against fakes that print as the real ones do; with PUSHBACK_REAL_AGENTS=1 (`npm run accept -- reviewers`) against the
 * real ones, installed from npm. Either way the model is the scripted one.
 */
let scene: AgentScene;
beforeAll(async () => {
  scene = await AgentScene.open();
});
afterAll(() => scene[Symbol.asyncDispose]());
beforeEach(async () => {
  scene.models.script = reviewer;
  scene.models.requests.length = 0;
  scene.logged.length = 0;
  await rm(scene.sessionsFolder, { recursive: true, force: true });
});

/** Reviews what the latest prompt of a conversation asks for, whatever was asked before. */
const reviewer: Script = (request) => {
  const latest = request.messages.findLastIndex(
    ({ role, text }) => role !== 'assistant' && text.includes('# Now answer'),
  );
  // Beside a tool's result, a prompt counts as the tool's.
  const messages = request.messages
    .slice(Math.max(0, latest))
    .map((message, index) => (index === 0 ? { ...message, role: 'user' as const } : message));
  return oracle({ usage: { input: 1000, output: 50 } })({ ...request, messages });
};

type Reviewed = Extract<ReviewerOutcome, { outcome: 'reviewed' }>;
type Failed = Extract<ReviewerOutcome, { outcome: 'failed' }>;

function reviewed(outcome: ReviewerOutcome): Reviewed {
  if (outcome.outcome !== 'reviewed') throw new Error(JSON.stringify(outcome, null, 2));
  return outcome;
}

function failed(outcome: ReviewerOutcome): Failed {
  if (outcome.outcome !== 'failed') throw new Error(JSON.stringify(outcome, null, 2));
  return outcome;
}

/** Answers in turn, and with the last one from then on; calls for something else than a review (titles) do not count. */
function inTurn(...scripts: Script[]): Script {
  let turn = 0;
  return (request) => {
    const script = scripts[Math.min(turn, scripts.length - 1)];
    turn += 1;
    if (script === undefined) throw new Error('no script');
    return script(request);
  };
}

const found = (outcome: ReviewerOutcome, at = 0): [string, number | null | undefined, string][] =>
  reviewed(outcome).reviews[at]?.findings.map(({ path, line, severity }) => [path, line, severity]) ?? [];

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const named = AGENT_NAMES.filter((name) => AGENTS[name] !== undefined);

describe.each(named)('%s', (agent: AgentName) => {
  const command = AGENTS[agent] ?? [];
  const review = (asked: Parameters<AgentScene['review']>[2] = {}): Promise<ReviewerOutcome> =>
    scene.review(agent, command, asked);

  test('reviews, and leaves nothing behind', async () => {
    const outcome = reviewed(await review({ sessionsFolder: null }));
    expect(found(outcome)).toEqual([['src/cart.ts', 2, 'critical']]);
    expect(outcome.sessionId).toMatch(/^[\w-]{10,}$/);
    expect(outcome.usage.inputTokens).toBeGreaterThanOrEqual(1000);
    expect(outcome.usage.outputTokens).toBeGreaterThanOrEqual(50);
    expect(outcome.begunAnew).toBeUndefined();
    expect(scene.logged[0]).toMatch(/ \d+\.\d+\.\d+ \(\//);
    expect(await scene.leftovers()).toEqual([]);
    expect(existsSync(scene.sessionsFolder)).toBe(false);
    expect(scene.logged.join('\n')).not.toContain(API_KEY);
  });

  test('continues a conversation, and reports what this run spent of it', async () => {
    const first = reviewed(await review());
    const asked = scene.models.requests.length;
    const second = reviewed(await review({ request: scene.followUp(first.sessionId) }));
    expect(found(second)).toEqual([['src/tax.ts', 2, 'warning']]);
    expect(second.begunAnew).toBeUndefined();
    expect(second.sessionId).toBe(first.sessionId);
    const texts = (scene.models.requests[asked]?.messages ?? []).map(({ text }) => text).join('\n');
    expect(texts).toContain('BUG(rate, critical)');
    expect(texts).toContain('BUG(due)');
    expect(second.usage).toEqual({
      ...first.usage,
      costUsd: first.usage.costUsd === null ? null : expect.closeTo(first.usage.costUsd, 4),
    });
  });

  test('begins anew with the same prompt where the conversation is gone', async () => {
    const first = reviewed(await review());
    await forget(scene.sessionsFolder);
    scene.models.requests.length = 0;
    const second = reviewed(await review({ request: scene.followUp(first.sessionId) }));
    expect(found(second)).toEqual([['src/tax.ts', 2, 'warning']]);
    expect(second.begunAnew).toMatch(/no longer has the conversation/);
    expect(scene.logged.join('\n')).toMatch(/is not continued, a new one gets the same prompt: /);
    expect(second.sessionId).not.toBe(first.sessionId);
    const texts = (scene.models.requests[0]?.messages ?? []).map(({ text }) => text).join('\n');
    expect(texts).toContain('BUG(due)');
    expect(texts).toContain('As it was.');
    expect(texts).not.toContain('const rate = 2; // BUG');
  });

  test('says that a key is not accepted', async () => {
    scene.models.script = () => failures.badKey();
    const outcome = failed(await review());
    expect(outcome.why).toMatch(/was not let in by its provider: set api-key/);
    expect(JSON.stringify(outcome)).not.toContain(API_KEY);
  });

  test('sees the variables that it needs, and no other', async () => {
    const file = join(scene.root, `environment-${agent}`);
    await writeFile(file, '');
    reviewed(
      await review({
        command: recorded(file, command),
        passEnv: ['PUSHBACK_TEST_ONLY'],
        env: { ...process.env, ...JOB, PUSHBACK_TEST_ONLY: 'x' },
      }),
    );
    const seen = (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string[]);
    expect(seen.at(-1)).toEqual(environmentOf(agent));
    expect(new Set(seen.flat())).toEqual(new Set(environmentOf(agent)));
  });
});

/** What is done by the same code for all: of the fakes one shows it, of the real ones each. */
describe.each(IS_REAL ? named : named.slice(0, 1))('%s, like every other', (agent: AgentName) => {
  const command = AGENTS[agent] ?? [];
  const review = (asked: Parameters<AgentScene['review']>[2] = {}): Promise<ReviewerOutcome> =>
    scene.review(agent, command, asked);

  test('begins anew where a continued conversation fails, and reports nothing of that', async () => {
    const first = reviewed(await review());
    scene.models.script = (request) =>
      request.messages.filter(({ text }) => text.includes('# Now answer')).length > 1
        ? failures.refusal()
        : reviewer(request);
    const second = await review({ request: scene.followUp(first.sessionId) });
    expect(found(second)).toEqual([['src/tax.ts', 2, 'warning']]);
    expect(reviewed(second).begunAnew).toMatch(/refused|contract|answered nothing|failed/);
    expect(reviewed(second).usage.inputTokens).toBe(first.usage.inputTokens);
  });

  test('says that an endpoint is dead', async () => {
    const port = await closedPort();
    const outcome = failed(await review({ baseUrl: `http://127.0.0.1:${port}/v1` }));
    expect(outcome.why).toMatch(
      /would find nobody at base-url http:\/\/127\.0\.0\.1:\d+\/v1 \(ECONNREFUSED\): correct it/,
    );
    expect(await scene.leftovers()).toEqual([]);
  });

  test('asks once again where the answer is garbage', async () => {
    scene.models.script = inTurn(() => failures.prose(), reviewer);
    const outcome = reviewed(await review());
    expect(found(outcome)).toEqual([['src/cart.ts', 2, 'critical']]);
    expect(outcome.usage.inputTokens).toBeGreaterThan(1000);
  });

  test('fails where it stays garbage', async () => {
    scene.models.script = (request) =>
      request.tools.some(({ name }) => name === 'StructuredOutput')
        ? failures.prose()
        : saysJson(request, { reviews: 'none' });
    const outcome = failed(await review());
    expect(outcome.why).toMatch(/did not answer as its contract says, asked twice|failed|answered nothing/);
    expect(await scene.leftovers()).toEqual([]);
  });

  test('is ended at its time limit', async () => {
    scene.models.script = () => failures.hang();
    const outcome = failed(await review({ timeoutMs: IS_REAL ? 15_000 : 2000 }));
    expect(outcome.why).toMatch(/was ended after [\d.]+ s, its time limit: raise timeout-minutes/);
    expect(await scene.leftovers()).toEqual([]);
    expect(await readdir(scene.sessionsFolder)).toEqual(['.now']);
  });

  test('is ended when the run is', async () => {
    const abort = new AbortController();
    scene.models.script = () => {
      abort.abort();
      return failures.hang();
    };
    expect(await review({ signal: abort.signal })).toEqual({ outcome: 'aborted' });
    expect(await scene.leftovers()).toEqual([]);
  });

  test('does not swallow a huge answer', async () => {
    scene.models.script = () => failures.huge();
    expect(failed(await review({ timeoutMs: IS_REAL ? 60_000 : 20_000 })).why).toMatch(/: /);
    expect(await scene.leftovers()).toEqual([]);
  });

  test('reviews several pull requests in one conversation', async () => {
    const outcome = await review({ request: aRequest(scene.pulls.first, scene.pulls.other) });
    expect(reviewed(outcome).reviews.map(({ pullRequest }) => pullRequest)).toEqual(['acme/shop#12', 'acme/shop#77']);
    expect(found(outcome, 0)).toEqual([['src/cart.ts', 2, 'critical']]);
    expect(found(outcome, 1)).toEqual([
      ['src/cart.ts', 2, 'critical'],
      ['src/tax.ts', 2, 'warning'],
    ]);
  });
});

/** The only one that takes a limit. */
describe.each(named.filter((name) => name === 'claude'))('%s', (agent: AgentName) => {
  const command = AGENTS[agent] ?? [];

  test('what a conversation cost that could not be continued is gone from the limit of the run', async () => {
    const first = reviewed(await scene.review(agent, command));
    const file = join(scene.root, 'spent-twice');
    await writeFile(file, '');
    // However often one start asks: the continued conversation, and its second try, come to nothing.
    const limits = async (): Promise<number[]> =>
      [...(await readFile(`${file}.arguments`, 'utf8')).matchAll(/--max-budget-usd=([\d.]+)/g)].map(([, amount]) =>
        Number(amount),
      );
    scene.models.script = async (request) => ((await limits()).length < 3 ? failures.prose() : reviewer(request));
    const limited = { command: recorded(file, command), maxCostUsd: 1, request: scene.followUp(first.sessionId) };
    expect(reviewed(await scene.review(agent, command, limited)).begunAnew).toMatch(/contract/);
    const asked = await limits();
    expect(asked).toHaveLength(3);
    expect(asked).toEqual(asked.toSorted((a, b) => b - a));
    expect(new Set(asked).size).toBe(3);
  });
});

/** What a restored or tampered folder looks like: the notes are there, the conversations are not. */
async function forget(sessions: string): Promise<void> {
  for (const folder of await readdir(sessions)) {
    if (!folder.startsWith('conversation-')) continue;
    const home = join(sessions, folder, 'home');
    for (const name of await readdir(home)) await rm(join(home, name), { recursive: true });
  }
}
