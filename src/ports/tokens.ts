/** Counts tokens (o200k) of a text, in bounded time whatever the text is. */
export interface TokenCounter {
  count(text: string): number;
}
