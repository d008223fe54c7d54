import type { ModelProblem } from '../../../core/reviewing/model-failure.ts';

export type FetchLimits = {
  /** Nothing may come for so long. */
  idleMs: number;
  /** Of one answer. */
  maxBytes: number;
};

export type GuardedFetch = {
  fetch: typeof globalThis.fetch;
  /** What made it cut a request off; null: nothing. */
  tripped(): ModelProblem | null;
};

/**
 * A fetch for one call: it gives up on an answer that falls silent or never ends, and follows no redirect, for a key would
 * travel along.
 */
export function guardFetch({ idleMs, maxBytes }: FetchLimits): GuardedFetch {
  let problem: ModelProblem | null = null;
  const guarded: typeof globalThis.fetch = async (input, init) => {
    const cut = new AbortController();
    const giveUp = (why: ModelProblem): void => {
      problem ??= why;
      cut.abort(new Error('cut off'));
    };
    const timer = setTimeout(() => giveUp({ kind: 'silent', afterMs: idleMs }), idleMs).unref();
    const signals = [cut.signal, ...(init?.signal ? [init.signal] : [])];
    let response: Response;
    try {
      response = await fetch(input, { ...init, redirect: 'error', signal: AbortSignal.any(signals) });
    } catch (error) {
      clearTimeout(timer);
      throw error;
    }
    if (response.body === null) {
      clearTimeout(timer);
      return response;
    }
    let size = 0;
    const counted = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          timer.refresh();
          size += chunk.length;
          if (size > maxBytes) giveUp({ kind: 'too-much', maxBytes });
          else controller.enqueue(chunk);
        },
        flush: () => clearTimeout(timer),
      }),
    );
    const { status, statusText, headers } = response;
    return new Response(counted, { status, statusText, headers });
  };
  return { fetch: guarded, tripped: () => problem };
}
