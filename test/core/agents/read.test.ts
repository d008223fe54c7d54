import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { AGENT_CLIS } from '../../../src/core/agents/all.ts';
import type { AgentFailure, AgentName, AgentReading, Spent } from '../../../src/core/agents/cli.ts';
import { AGENT_NAMES } from '../../../src/core/agents/cli.ts';

/** What the real programs printed against a scripted model; paths and addresses are replaced. */
const FIXTURES = join(import.meta.dirname, 'fixtures');
const fixture = (name: string): string => {
  const path = join(FIXTURES, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

function readingOf(agent: AgentName, name: string, code: number): AgentReading {
  const usage = fixture(`${agent}-${name}.usage.json`);
  return AGENT_CLIS[agent].read({
    code,
    stdout: fixture(`${agent}-${name}.stdout`),
    stderr: fixture(`${agent}-${name}.stderr`),
    files: usage === '' ? {} : { 'usage.json': usage },
  });
}

const ANSWER =
  '{"reviews":[{"pullRequest":"acme/shop#12","summary":"Fine.","findings":[],"judgements":[],"notReviewed":[]}]}';

describe('an answer, its session and what it took', () => {
  test.each<[AgentName, RegExp, Spent]>([
    ['claude', /^[0-9a-f-]{36}$/, { inputTokens: 112, outputTokens: 20, costUsd: 0.00062775 }],
    ['codex', /^[0-9a-f-]{36}$/, { inputTokens: 100, outputTokens: 20, costUsd: null }],
    ['gemini', /^[0-9a-f-]{36}$/, { inputTokens: 100, outputTokens: 20, costUsd: null }],
    ['opencode', /^ses_[A-Za-z0-9]+$/, { inputTokens: 100, outputTokens: 20, costUsd: null }],
    ['copilot', /^[0-9a-f-]{36}$/, { inputTokens: 100, outputTokens: 20, costUsd: null }],
  ])('%s', (agent, session, spent) => {
    expect(readingOf(agent, 'answered', 0)).toEqual({
      outcome: 'answered',
      text: ANSWER,
      sessionId: expect.stringMatching(session) as unknown,
      spent,
    });
  });
});

describe('a failure, by what was printed', () => {
  test.each<[AgentName, string, number, AgentFailure]>([
    ['claude', 'gone', 1, 'session-gone'],
    ['claude', 'unreachable', 1, 'unreachable'],
    ['claude', 'budget', 1, 'budget'],
    ['codex', 'gone', 1, 'session-gone'],
    ['gemini', 'gone', 42, 'session-gone'],
    ['gemini', 'unreachable', 1, 'unreachable'],
    ['opencode', 'gone', 1, 'session-gone'],
    ['copilot', 'gone', 1, 'session-gone'],
    ['copilot', 'unreachable', 1, 'unreachable'],
    ['copilot', 'nokey', 1, 'key'],
  ])('%s %s', (agent, name, code, failure) => {
    expect(readingOf(agent, name, code)).toMatchObject({ outcome: 'failed', failure });
  });

  test('every recorded output is read above', () => {
    const kinds = new Set(readdirSync(FIXTURES).map((name) => name.replace(/\.(?:stdout|stderr|usage\.json)$/, '')));
    expect(kinds.size).toBe(15);
  });
});

describe.each(AGENT_NAMES)('%s, whatever it prints', (agent) => {
  const read = (stdout: string, stderr = '', code = 0): AgentReading =>
    AGENT_CLIS[agent].read({ code, stdout, stderr, files: {} });

  test.each<[string, string, string, number, AgentFailure]>([
    ['nothing', '', '', 0, 'empty'],
    ['blanks', ' \n', '\n', 0, 'empty'],
    ['words', 'Looks good to me!', '', 0, 'unreadable'],
    ['JSON of another kind', '{"type": "hello"}\n[1, 2]\nnull', '', 0, 'unreadable'],
    ['half of something', '{"type":"result","sub', '', 1, 'unreadable'],
    ['a refused key', '', 'API Error: 401 invalid x-api-key', 1, 'key'],
    ['a limit', '', 'API Error: 429 rate_limit_error', 1, 'limit'],
    ['an overloaded provider', '', 'API Error: 529 Overloaded', 1, 'overloaded'],
    ['no such model', '', 'model: no-such-model does not exist', 1, 'model'],
    ['too long a prompt', '', 'prompt is too long: 210000 tokens > 200000 maximum', 1, 'too-long'],
  ])('%s', (_name, stdout, stderr, code, failure) => {
    expect(read(stdout, stderr, code)).toMatchObject({ outcome: 'failed', failure });
  });

  test('a whole answer with a wrong exit code is none', () => {
    expect(readingOf(agent, 'answered', 3).outcome).toBe(agent === 'claude' ? 'answered' : 'failed');
  });

  test('prototypes and huge numbers do no harm', () => {
    for (const text of [
      '{"__proto__": {"x": 1}}',
      '{"type":"result","usage":{"input_tokens":1e400}}',
      '{"a":'.repeat(5000),
    ]) {
      expect(read(text).outcome).toBe('failed');
    }
  });
});

describe('what single formats can say', () => {
  const lines = (...events: object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');
  const output = (stdout: string): Parameters<(typeof AGENT_CLIS)['codex']['read']>[0] => ({
    code: 0,
    stdout,
    stderr: '',
    files: {},
  });

  test('codex: a remark of type error beside an answer is no failure; the last message counts', () => {
    const message = (text: string): object => ({ type: 'item.completed', item: { type: 'agent_message', text } });
    const stdout = lines(
      { type: 'thread.started', thread_id: 't-1' },
      { type: 'item.completed', item: { type: 'error', message: 'Model metadata not found.' } },
      message('Let me look.'),
      message('{"reviews":[]}'),
      { type: 'turn.completed', usage: { input_tokens: 5, output_tokens: 1 } },
    );
    expect(AGENT_CLIS.codex.read(output(stdout))).toMatchObject({
      outcome: 'answered',
      text: '{"reviews":[]}',
      sessionId: 't-1',
    });
  });

  test('codex: a turn that failed is a failure, whatever was said before', () => {
    const stdout = lines(
      { type: 'thread.started', thread_id: 't-1' },
      { type: 'item.completed', item: { type: 'agent_message', text: '{"reviews":[]}' } },
      { type: 'turn.failed', error: { message: 'stream disconnected before completion' } },
    );
    expect(AGENT_CLIS.codex.read({ ...output(stdout), code: 1 })).toMatchObject({
      outcome: 'failed',
      failure: 'unreachable',
    });
  });

  test('opencode: steps add up, and the text is that of the last message', () => {
    const step = (input: number, cost: number): object => ({
      type: 'step_finish',
      sessionID: 's',
      part: { reason: 'stop', cost, tokens: { input, output: 1, reasoning: 2, cache: { read: 3, write: 4 } } },
    });
    const text = (messageID: string, said: string): object => ({
      type: 'text',
      sessionID: 's',
      part: { messageID, text: said },
    });
    const stdout = lines(
      text('m1', 'Looking.'),
      step(10, 0.1),
      text('m2', '{"reviews"'),
      text('m2', ':[]}'),
      step(20, 0.2),
    );
    const reading = AGENT_CLIS.opencode.read(output(stdout));
    expect(reading).toMatchObject({
      outcome: 'answered',
      text: '{"reviews":[]}',
      spent: { inputTokens: 44, outputTokens: 6 },
    });
    expect(reading.spent.costUsd).toBeCloseTo(0.3);
  });

  test('claude: a refusal is no answer', () => {
    const stdout = JSON.stringify({
      type: 'result',
      subtype: 'success',
      is_error: false,
      session_id: 's',
      stop_reason: 'refusal',
      result: 'No.',
    });
    expect(AGENT_CLIS.claude.read(output(stdout))).toMatchObject({ outcome: 'failed', failure: 'refused' });
  });
});
