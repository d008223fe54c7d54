/** US dollars for a million tokens. */
export type Prices = {
  input: number;
  output: number;
  /** Of input that the provider had in its cache; the input's own price where it is not known. */
  cacheRead?: number;
  /** Of input that it put there; the input's own price where it is not known. */
  cacheWrite?: number;
  /** What all of a call costs once its input is longer than so many tokens. */
  long?: { above: number } & Omit<Prices, 'long'>;
};

/** What one call used, as the provider reports it. */
export type CallUsage = {
  /** All of the input, what came from the cache included. */
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
};

/** When the table was last compared with the providers' own pages. */
export const PRICES_OF = '2026-11-25';

/** Providers ask twice for long input, and half as much again for what is written about it. */
const longer = (above: number, { input, output, cacheRead = input, cacheWrite = input }: Prices): Prices => ({
  input,
  output,
  cacheRead,
  cacheWrite,
  long: { above, input: 2 * input, output: 1.5 * output, cacheRead: 2 * cacheRead, cacheWrite: 2 * cacheWrite },
});
const claude = (input: number, cacheRead = input / 10): Prices => ({
  input,
  output: 5 * input,
  cacheRead,
  cacheWrite: 1.25 * input,
});
const gpt = (input: number, output: number, cacheRead = input / 10): Prices => ({ input, output, cacheRead });
const longGpt = (input: number, output: number): Prices =>
  longer(272_000, { ...gpt(input, output), cacheWrite: 1.25 * input });
const gemini = (input: number, output: number): Prices => ({ input, output, cacheRead: input / 10 });
const longGemini = (input: number, output: number): Prices => longer(200_000, gemini(input, output));

/** List prices of pay-as-you-go calls. A model that is not here has no known price. */
const TABLE: Readonly<Record<string, Prices>> = {
  'claude-fable-5-1': claude(10, 0.25),
  'claude-fable-5': claude(10),
  'claude-opus-5-5': claude(4, 0.2),
  'claude-opus-5': claude(5),
  'claude-opus-4-8': claude(5),
  'claude-opus-4-7': claude(5),
  'claude-opus-4-6': claude(5),
  'claude-opus-4-5': claude(5),
  'claude-sonnet-5-5': claude(2, 0.1),
  'claude-sonnet-5': claude(2),
  'claude-sonnet-4-6': claude(3),
  'claude-sonnet-4-5': {
    ...claude(3),
    long: { above: 200_000, input: 6, output: 22.5, cacheRead: 0.6, cacheWrite: 7.5 },
  },
  'claude-haiku-5-5': { ...claude(0.1), long: { above: 100_000, ...claude(0.5) } },
  'claude-haiku-4-5': claude(1),
  'gpt-6.1-sol': gpt(2, 10, 0.1),
  'gpt-6-astra': longGpt(10, 50),
  'gpt-6-sol': longGpt(2, 10),
  'gpt-6-luna': longGpt(0.1, 0.5),
  'gpt-5.6': longGpt(4, 20),
  'gpt-5.6-sol': longGpt(4, 20),
  'gpt-5.6-terra': longGpt(2, 12),
  'gpt-5.6-luna': longGpt(0.2, 1.2),
  'gpt-5.5': longGpt(5, 30),
  'gpt-5.4': longGpt(2.5, 15),
  'gpt-5.4-mini': gpt(0.75, 4.5),
  'gpt-5.4-nano': gpt(0.2, 1.25),
  'gpt-5.3-codex': gpt(1.75, 14),
  'gpt-5.2': gpt(1.75, 14),
  'gpt-5.1': gpt(1.25, 10),
  'gpt-5': gpt(1.25, 10),
  'gpt-5-mini': gpt(0.25, 2),
  'gpt-5-nano': gpt(0.05, 0.4),
  'gpt-4.1': gpt(2, 8, 0.5),
  'gpt-4.1-mini': gpt(0.4, 1.6, 0.1),
  'gemini-3.8-flash': gemini(0.75, 3.75),
  'gemini-3.7-flash': gemini(0.75, 3.75),
  'gemini-3.6-flash': gemini(0.75, 3.75),
  'gemini-3.5-flash': gemini(1.5, 9),
  'gemini-3.5-flash-lite': gemini(0.3, 2.5),
  'gemini-3.1-pro-preview': longGemini(2, 12),
  'gemini-3-pro-preview': longGemini(2, 12),
  'gemini-3-flash-preview': gemini(0.5, 3),
  'gemini-2.5-pro': longGemini(1.25, 10),
  'gemini-2.5-flash': gemini(0.3, 2.5),
  'gemini-2.5-flash-lite': gemini(0.1, 0.4),
};

/**
 * What a model costs; null where nobody knows. Dates at the end of a name and what Bedrock puts around it don't matter; a
 * gateway under another address has prices of its own, whatever it calls its models.
 */
export function pricesOf(modelId: string): Prices | null {
  const plain = modelId
    .toLowerCase()
    .replace(/^(?:[a-z]{2,6}\.)?(?:anthropic|openai|google)\./, '')
    .replace(/-v\d+(?::\d+)?$/, '')
    .replace(/-(?:20\d{6}|20\d{2}-\d{2}-\d{2})$/, '');
  return Object.hasOwn(TABLE, plain) ? (TABLE[plain] ?? null) : null;
}

/** In US dollars. */
export function costOf(prices: Prices, usage: CallUsage): number {
  const { long } = prices;
  const rates = long !== undefined && usage.inputTokens > long.above ? long : prices;
  const { input, output, cacheRead = input, cacheWrite = input } = rates;
  const plain = Math.max(0, usage.inputTokens - usage.cacheReadTokens - usage.cacheWriteTokens);
  const dollars =
    plain * input +
    usage.cacheReadTokens * cacheRead +
    usage.cacheWriteTokens * cacheWrite +
    usage.outputTokens * output;
  return dollars / 1_000_000;
}
