import type { ReviewerConfig } from '../core/config.ts';
import { isOpenOnTheWay, modelAddress, tokenPrices } from '../core/inputs/model.ts';
import { decimalNumber, optional, wholeNumber, type Reader } from '../core/inputs/text.ts';
import { MODEL_PROVIDERS, modelTarget } from '../core/reviewing/model-target.ts';

/** As commander hands them over. */
export type RawModelFlags = {
  model?: string;
  baseUrl?: string;
  maxInputTokens?: string;
  maxCost?: string;
  maxInputTokensTotal?: string;
  maxCostTotal?: string;
  prices?: string;
  verify?: boolean;
};

/**
 * The reviewer `model`, from the flags and the environment: a key on the command line would be everybody's to read. Adds
 * everything that is wrong to `faults`; null where there is no model.
 */
export function readModel(
  raw: RawModelFlags,
  env: Readonly<Record<string, string | undefined>>,
  faults: string[],
): ReviewerConfig | null {
  const read = <T>(flag: string, text: string | undefined, reader: Reader<T>): T | null => {
    const reading = optional(reader)(text ?? '');
    if ('value' in reading) return reading.value;
    faults.push(
      ...reading.map(({ expected, found }) => `${flag}: must be ${expected}, not ${found ?? JSON.stringify(text)}`),
    );
    return null;
  };
  const target = modelTarget(raw.model ?? '');
  if (target === null) {
    const was = raw.model === undefined ? 'needed' : `not ${JSON.stringify(raw.model)}`;
    faults.push(`--model: ${was}; say provider/id, with one of the providers ${MODEL_PROVIDERS.join(', ')}`);
  }
  const baseUrl = read('--base-url', raw.baseUrl, modelAddress);
  if (target?.provider === 'openai-compatible' && raw.baseUrl === undefined) {
    faults.push('--base-url: needed for an openai-compatible model, such as http://localhost:11434/v1');
  }
  const apiKey = env['PUSHBACK_API_KEY'] ?? '';
  if (baseUrl !== null && apiKey !== '' && isOpenOnTheWay(baseUrl)) {
    faults.push('--base-url: must be https://, for PUSHBACK_API_KEY would be sent there unencrypted');
  }
  const budget = {
    inputTokens: read('--max-input-tokens', raw.maxInputTokens, wholeNumber(1, 999_999_999)),
    costUsd: read('--max-cost', raw.maxCost, decimalNumber(0.0001, 100_000)),
  };
  const prices = read('--prices', raw.prices, tokenPrices);
  if (target === null) return null;
  return {
    kind: 'model',
    target,
    apiKey: apiKey === '' ? null : apiKey,
    baseUrl,
    budget,
    lifeBudget: {
      inputTokens: read('--max-input-tokens-total', raw.maxInputTokensTotal, wholeNumber(1, 999_999_999)),
      costUsd: read('--max-cost-total', raw.maxCostTotal, decimalNumber(0.0001, 100_000)),
    },
    prices,
    verify: raw.verify ?? true,
  };
}
