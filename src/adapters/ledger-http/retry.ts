/** A request failed in a way that may pass. */
export class Transient extends Error {
  override readonly name = 'Transient';
  /** How long the other side asks to be left alone. */
  readonly retryAfterMs: number | null;
  constructor(message: string, options: { cause?: unknown; retryAfterMs?: number | null } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 8_000;
/** Who asks for more than this is not waited for. */
const MAX_RETRY_AFTER_MS = 30_000;

/**
 * Milliseconds until the next request after the `attempt`-th (from 1) failed: doubling, spread by `jitter` in [0, 1), and
 * never less than what the other side asked for. Null where it asked for too much.
 */
export function retryDelayMs(failure: Pick<Transient, 'retryAfterMs'>, attempt: number, jitter: number): number | null {
  const asked = failure.retryAfterMs ?? 0;
  if (asked > MAX_RETRY_AFTER_MS) return null;
  const ceiling = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
  return asked + ceiling * (0.5 + jitter / 2);
}
