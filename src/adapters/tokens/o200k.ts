import type { TokenCounter } from '../../ports/tokens.ts';

/**
 * Counts o200k tokens with gpt-tokenizer, loaded on first use (its tables are megabytes). Markers of special tokens
 * count as the text that they are.
 */
export async function createTokenCounter(): Promise<TokenCounter> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  const options = { disallowedSpecial: new Set<string>() };
  return {
    count(text) {
      let tokens = 0;
      for (const piece of mayHoldLongRun(text) ? pieces(text) : [text]) tokens += countTokens(piece, options);
      return tokens;
    },
  };
}

/**
 * The tokenizer's time grows with the square of a run that it can't split (a word, blanks, punctuation): longer runs
 * than any in real text are cut, which costs at most a token per cut.
 */
const LONG = 256;
const LONG_RUN = /[\p{L}\p{M}]{256}|\s{256}|[^\s\p{L}\p{M}\p{N}]{256}/gu;

function* pieces(text: string): Generator<string> {
  let from = 0;
  for (const match of text.matchAll(LONG_RUN)) {
    const end = match.index + match[0].length;
    yield text.slice(from, end);
    from = end;
  }
  if (from < text.length) yield text.slice(from);
}

/** One look at each character, where the pattern looks from each anew. What is not ASCII may be part of any run. */
function mayHoldLongRun(text: string): boolean {
  let blanks = 0;
  let others = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const isBlank = code === 0x20 || (code >= 0x09 && code <= 0x0d);
    blanks = isBlank || code > 0x7f ? blanks + 1 : 0;
    others = isBlank ? 0 : others + 1;
    if (blanks >= LONG || others >= LONG) return true;
  }
  return false;
}
