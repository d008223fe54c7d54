import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { AGENT_CLIS } from '../../../src/core/agents/all.ts';
import { answerSchemas } from '../../../src/core/agents/answer-schema.ts';
import {
  AGENT_NAMES,
  NOTHING_SPENT,
  type AgentAsk,
  type AgentFailure,
  type AgentName,
} from '../../../src/core/agents/cli.ts';
import { isAgentConfiguration } from '../../../src/core/agents/configuration-paths.ts';
import { adviceFor, failureOf, installLine, isWorthFresh } from '../../../src/core/agents/failure.ts';
import { answerIn, trailingObject } from '../../../src/core/agents/printed.ts';
import { addSpent, spentSince } from '../../../src/core/agents/spent.ts';
import { isOlder, versionIn } from '../../../src/core/agents/version.ts';
import { readAnswer } from '../../../src/core/prompt/answer.ts';

const JOB = {
  GITHUB_TOKEN: 'ghs_job',
  GH_TOKEN: 'ghs_job',
  AWS_SECRET_ACCESS_KEY: 'aws',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'oidc',
  ANTHROPIC_API_KEY: 'sk-anthropic',
  OPENAI_API_KEY: 'sk-openai',
  GEMINI_API_KEY: 'sk-gemini',
  OPENROUTER_API_KEY: 'sk-openrouter',
};

function anAsk(overrides: Partial<AgentAsk> = {}): AgentAsk {
  return {
    model: 'scripted/m1',
    apiKey: null,
    baseUrl: null,
    maxCostUsd: null,
    resume: null,
    schema: { full: {}, strict: {} },
    home: '/home',
    tree: '/tree',
    scratch: '/scratch',
    readable: ['/objects'],
    env: JOB,
    ...overrides,
  };
}

describe('what an agent is started with', () => {
  test.each<[AgentName, string[]]>([
    ['claude', ['sk-anthropic']],
    ['codex', ['sk-openai']],
    ['gemini', ['sk-gemini']],
    ['opencode', ['sk-anthropic', 'sk-gemini', 'sk-openai', 'sk-openrouter']],
    ['copilot', ['ghs_job']],
  ])('%s finds its own keys, and no other secret', (agent, keys) => {
    const { env, args, files } = AGENT_CLIS[agent].invoke(anAsk());
    const secrets = new Set<string>(Object.values(JOB));
    expect(
      Object.values(env)
        .filter((value) => secrets.has(value))
        .toSorted(),
    ).toEqual(keys);
    for (const secret of secrets) expect(JSON.stringify([args, files])).not.toContain(secret);
  });

  test.each(AGENT_NAMES)(
    '%s with api-key and base-url has that key alone, and never in its arguments or files',
    (agent) => {
      const ask = anAsk({ apiKey: 'sk-mine', baseUrl: 'https://models.example/v1' });
      const { env, args, files } = AGENT_CLIS[agent].invoke(ask);
      const secrets = new Set<string>([...Object.values(JOB), 'sk-mine']);
      expect(Object.values(env).filter((value) => secrets.has(value))).toEqual(['sk-mine']);
      expect(JSON.stringify([args, files])).not.toContain('sk-mine');
      expect(JSON.stringify([args, env])).toContain('models.example');
    },
  );

  test.each(AGENT_NAMES)('%s is told which conversation to continue, as one argument of its own', (agent) => {
    const id = '--dangerously-skip-permissions';
    const fresh = AGENT_CLIS[agent].invoke(anAsk()).args;
    const { args } = AGENT_CLIS[agent].invoke(anAsk({ resume: id }));
    expect(JSON.stringify(fresh)).not.toContain('resume');
    expect(args.filter((arg) => arg.includes(id))).toHaveLength(1);
    // Where it stands alone it must not be taken for an option.
    if (agent !== 'codex') expect(args).not.toContain(id);
  });

  test('claude is told what it may spend', () => {
    expect(AGENT_CLIS.claude.invoke(anAsk({ maxCostUsd: 1.5 })).args).toContain('--max-budget-usd=1.5');
  });

  test('copilot has no tool but to look at files, and with an address of its own no GitHub token', () => {
    const { args } = AGENT_CLIS.copilot.invoke(anAsk());
    expect(args).toContain('--available-tools=view,grep,glob');
    expect(args).toContain('--deny-tool=shell,write,url');
    expect(args).toContain('--disable-builtin-mcps');
    const { env } = AGENT_CLIS.copilot.invoke(anAsk({ baseUrl: 'https://models.example/v1' }));
    expect(Object.keys(env)).not.toContain('COPILOT_GITHUB_TOKEN');
  });

  test('codex reads the tree, what git needs and what a system needs, and nothing else', () => {
    const { args } = AGENT_CLIS.codex.invoke(anAsk());
    expect(args).toContain(
      'permissions.review.filesystem={":minimal"="read",":workspace_roots"={"."="read"},"/tree"="read","/objects"="read"}',
    );
    expect(args).toContain('permissions.review.network.enabled=false');
    expect(args.some((arg) => arg.includes('sandbox'))).toBe(false);
  });
});

describe('failures', () => {
  const ALL: AgentFailure[] = [
    'session-gone',
    'key',
    'model',
    'limit',
    'unreachable',
    'overloaded',
    'refused',
    'too-long',
    'budget',
    'empty',
    'unreadable',
    'error',
  ];
  test.each(ALL)('%s comes with one sentence that ends', (failure) => {
    for (const agent of AGENT_NAMES)
      expect(adviceFor(AGENT_CLIS[agent], failure)).toMatch(/^[^.\n]+(?:\.[^.\n\s]+)*[^.\n]*\.$/);
  });
  test('what would fail again is not begun anew', () => {
    expect(ALL.filter(isWorthFresh)).toEqual(['session-gone', 'refused', 'too-long', 'empty', 'unreadable', 'error']);
  });
  test('the install line names package and version', () => {
    expect(installLine(AGENT_CLIS.codex)).toMatch(/^npm install --global @openai\/codex@\d+\.\d+\.\d+$/);
  });
  test('nothing said is no sign of anything', () => {
    expect(failureOf('')).toBe('error');
  });
});

describe('versions', () => {
  test.each([
    ['2.1.331 (Claude Code)', [2, 1, 331]],
    ['codex-cli 0.169.0\n', [0, 169, 0]],
    ["GitHub Copilot CLI 1.0.102.\nRun 'copilot update'", [1, 0, 102]],
    ['none', null],
    ['1.2', null],
  ])('%j', (text, version) => {
    expect(versionIn(text)).toEqual(version);
  });
  test('are compared part by part', () => {
    expect(isOlder([1, 9, 9], [1, 10, 0])).toBe(true);
    expect(isOlder([1, 10, 0], [1, 10, 0])).toBe(false);
    expect(isOlder([2, 0, 0], [1, 10, 0])).toBe(false);
  });
});

describe('counters that grow over a conversation', () => {
  const total = (inputTokens: number, costUsd: number | null): typeof NOTHING_SPENT => ({
    inputTokens,
    outputTokens: inputTokens,
    costUsd,
  });
  const both = { tokens: true, cost: true };
  test('give this run by what they were before', () => {
    const since = spentSince(total(300, 0.3), total(100, 0.1), both);
    expect(since).toEqual({ inputTokens: 200, outputTokens: 200, costUsd: expect.closeTo(0.2) as unknown });
  });
  test('are taken as they are where they fell, or where nothing was known', () => {
    expect(spentSince(total(50, 0.05), total(100, 0.1), both)).toEqual(total(50, 0.05));
    expect(spentSince(total(50, 0.05), NOTHING_SPENT, both)).toEqual(total(50, 0.05));
    expect(spentSince(total(300, 0.3), total(100, 0.1), { tokens: false, cost: false })).toEqual(total(300, 0.3));
  });
  test('nothing said and something said is something', () => {
    expect(addSpent(NOTHING_SPENT, total(5, null))).toEqual(total(5, null));
    expect(addSpent(total(5, 0.5), total(5, 0.5))).toEqual(total(10, 1));
  });
});

describe("a model's answer", () => {
  test.each([
    ['{"reviews": []}', '{"reviews":[]}'],
    ['```json\n{"reviews": []}\n```', '{"reviews":[]}'],
    ['Here it is:\n```\n{"reviews": []}\n```\nDone.', '{"reviews":[]}'],
    ['Here it is: {"reviews": []} as asked.', '{"reviews":[]}'],
    ['{"reviews": [{"a": null, "b": [null, {"c": null}]}]}', '{"reviews":[{"b":[null,{}]}]}'],
    ['no object', 'no object'],
    ['{"reviews": ', '{"reviews":'],
  ])('%j', (text, answer) => {
    expect(answerIn(text)).toBe(answer);
  });
  test('an object at the end of other output is found', () => {
    expect(trailingObject('Warning {x}\n{"not": "this"\n{\n  "a": {\n"b": 1}\n}\n')).toEqual({ a: { b: 1 } });
    expect(trailingObject('{"a": 1}\nbye')).toBeNull();
    expect(trailingObject('')).toBeNull();
  });
  test('no text makes it slow or throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('{', '}', '"', '\n', '`', 'a', ':'), maxLength: 400 }), (text) => {
        expect(typeof answerIn(text)).toBe('string');
        trailingObject(text);
      }),
    );
  });
});

describe('the schema of the answer', () => {
  test('as strict providers want it: every field required, no other allowed, none of their unknown words', () => {
    const visit = (schema: unknown): void => {
      if (typeof schema !== 'object' || schema === null) return;
      if (Array.isArray(schema)) return schema.forEach(visit);
      const { properties, required, additionalProperties } = schema as Record<string, unknown>;
      if (properties !== undefined) {
        expect(required).toEqual(Object.keys(properties as object));
        expect(additionalProperties).toBe(false);
      }
      Object.values(schema).forEach(visit);
    };
    const { strict } = answerSchemas();
    visit(strict);
    expect(JSON.stringify(strict)).not.toMatch(/"(?:default|minLength|maxLength|minimum|maximum|maxItems|\$schema)"/);
  });
  test('what fits it, with null for what is absent, is an answer', () => {
    const finding = {
      severity: 'warning',
      category: null,
      rule: null,
      path: 'a.ts',
      line: null,
      endLine: null,
      side: null,
      quote: null,
      title: 't',
      body: null,
      suggestion: null,
    };
    const text = JSON.stringify({
      reviews: [{ pullRequest: 'a/b#1', summary: null, findings: [finding], judgements: null, notReviewed: null }],
    });
    expect(readAnswer(answerIn(text), ['a/b#1']).outcome).toBe('read');
  });
});

describe('files that configure agents', () => {
  test.each([
    'CLAUDE.md',
    'docs/claude.md',
    'AGENTS.md',
    'a/b/AGENTS.override.md',
    'GEMINI.md',
    '.claude/settings.json',
    'pkg/.codex/config.toml',
    '.gemini/settings.json',
    '.mcp.json',
    '.github/lsp.json',
    '.vscode/mcp.json',
    'opencode.json',
    '.opencode/agent/x.md',
    '.github/copilot-instructions.md',
    '.github/instructions/x.instructions.md',
    '.github/agents/x.md',
    '.GitHub/Hooks/x.json',
    'x/.Claude/y',
  ])('%s', (path) => {
    expect(isAgentConfiguration(path)).toBe(true);
  });
  test.each([
    'src/agents.ts',
    'docs/agents/readme.md',
    'claude.ts',
    '.github/workflows/ci.yml',
    'src/AGENTS.md.ts',
    'README.md',
    'github/agents/x',
  ])('but not %s', (path) => {
    expect(isAgentConfiguration(path)).toBe(false);
  });
});
