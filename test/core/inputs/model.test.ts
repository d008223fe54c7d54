import { describe, expect, test } from '@jest/globals';
import { faultMessage } from '../../../src/core/inputs/faults.ts';
import { parseInputs } from '../../../src/core/inputs/parse.ts';
import { RepositoryName } from '../../../src/core/ids.ts';

const context = { repository: RepositoryName.parse('acme/shop'), serverUrl: 'https://github.com', awsRegion: '' };
const KEY = 'sk-0123456789abcdef';
const enough = { 'github-token': 'ghs_0123456789', model: 'anthropic/claude-sonnet-5-5' };

function read(raw: Record<string, string>) {
  const parsed = parseInputs({ ...enough, ...raw }, context);
  return parsed.outcome === 'faults' ? parsed.faults.map(faultMessage) : parsed.config.reviewer;
}

describe('the reviewer model', () => {
  test('from a model alone', () => {
    expect(read({})).toEqual({
      kind: 'model',
      target: { provider: 'anthropic', id: 'claude-sonnet-5-5' },
      apiKey: null,
      baseUrl: null,
      budget: { inputTokens: null, costUsd: null },
      lifeBudget: { inputTokens: null, costUsd: null },
      prices: null,
      verify: true,
    });
  });

  test('from all that can be said of one', () => {
    const all = {
      reviewer: 'model',
      model: 'openai-compatible/org/model:7b',
      'api-key': KEY,
      'base-url': 'https://gateway.example/v1/',
      'max-input-tokens': '2000000',
      'max-cost': '1.5',
      'max-input-tokens-total': '9000000',
      'max-cost-total': '20',
      prices: '2/10/0.2',
      verify: 'false',
    };
    expect(read(all)).toEqual({
      kind: 'model',
      target: { provider: 'openai-compatible', id: 'org/model:7b' },
      apiKey: KEY,
      baseUrl: 'https://gateway.example/v1',
      budget: { inputTokens: 2_000_000, costUsd: 1.5 },
      lifeBudget: { inputTokens: 9_000_000, costUsd: 20 },
      prices: { input: 2, output: 10, cacheRead: 0.2 },
      verify: false,
    });
  });

  test.each([
    [{ model: 'openai-compatible/qwen', 'base-url': 'http://gpu-box:11434/v1' }],
    [{ model: 'openai-compatible/qwen', 'base-url': 'http://localhost:11434/v1', 'api-key': KEY }],
  ])('a server of one’s own: %j', (raw) => {
    expect(read(raw)).toMatchObject({ kind: 'model' });
  });

  test.each([
    [
      { model: 'gpt-6' },
      'input model: found "gpt-6"; expected provider/id, with one of the providers openai, anthropic',
    ],
    [{ model: 'azure/gpt-6' }, 'input model: found "azure/gpt-6"; expected provider/id'],
    [{ model: 'openai/' }, 'input model: found "openai/"; expected provider/id'],
    [{ model: '', reviewer: 'model' }, 'input model: found nothing; expected the model that reviewer: model asks'],
    [{ command: 'x' }, 'input reviewer: found nothing, with model and command both set; expected model (with'],
    [{ model: 'openai-compatible/qwen' }, 'input base-url: found nothing, with an openai-compatible model; expected'],
    [{ 'base-url': 'ftp://example.com' }, 'input base-url: found a text of 17 characters; expected an https:// or'],
    [{ 'base-url': 'https://user:pw@example.com' }, 'input base-url: found a text of 27 characters; expected an'],
    [
      { 'base-url': 'http://example.com', 'api-key': KEY },
      'input base-url: found an http:// URL of another machine, with api-key; expected https://',
    ],
    [{ 'api-key': 'two words' }, 'input api-key: found a text of 9 characters; expected a key of printable ASCII'],
    [{ 'max-input-tokens': '1e6' }, 'input max-input-tokens: found "1e6"; expected a whole number from 1'],
    [{ 'max-cost': 'free' }, 'input max-cost: found "free"; expected a number from 0.0001'],
    [{ prices: '2' }, 'input prices: found "2"; expected US dollars for a million tokens as input/output'],
    [{ prices: '2/10/1/1' }, 'input prices: found "2/10/1/1"; expected US dollars'],
    [{ verify: 'maybe' }, 'input verify: found "maybe"; expected true or false'],
  ])('%j is told', (raw, message) => {
    expect(read(raw)).toEqual([expect.stringContaining(message)]);
  });

  test('a key that went into another input shows in no fault', () => {
    expect(JSON.stringify(read({ 'api-key': KEY, model: `openai ${KEY}`, 'skip-label': `${KEY}\n` }))).not.toContain(
      KEY,
    );
  });
});
