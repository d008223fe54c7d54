import { createProgress, type Progress } from './replay/progress.ts';
import type { PartsState } from '../adapters/reviewers/model/review-in-parts.ts';

/** A bar on a terminal for a review in parts. What else is written there clears it first. */
export type PartsBar = { watch: (state: PartsState) => void; clear: () => void };

export function createPartsBar(write: (text: string) => void, monotonicMs: () => number): PartsBar {
  let bar: Progress | null = null;
  let what = '';
  return {
    watch({ done, of, inputTokens, outputTokens, costUsd }) {
      const cost = costUsd === null ? '' : `, $${costUsd.toFixed(2)}`;
      what = `for parts · ${inputTokens} tokens read, ${outputTokens} written${cost}`;
      bar ??= createProgress({ total: of, what: '', write: (text) => write(withWords(text, what)), monotonicMs });
      if (done < of) bar.update(done);
      else bar.clear();
    },
    clear: () => bar?.clear(),
  };
}

/** The bar's own words are set once, and these change with it. */
function withWords(text: string, what: string): string {
  return text.endsWith(' ') ? `${text}${what}` : text;
}
