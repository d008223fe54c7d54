import { constants } from 'node:os';

/** While this is not disposed of, an interrupt aborts `signal` instead of ending the process at once. */
export type Interruption = Disposable & { readonly signal: AbortSignal };

/** GitHub's runner asks by SIGINT, by SIGTERM 7.5 s later, and kills 2.5 s after that. */
const GRACE_MS = 6_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Listens for being asked to end. The process ends for good when it is asked again, or when it has not ended by itself
 * after `graceMs`; adapters end what they started when it exits.
 */
export function listenForInterruption(graceMs: number = GRACE_MS): Interruption {
  const controller = new AbortController();
  let patience: NodeJS.Timeout | null = null;
  const onSignal = (name: (typeof SIGNALS)[number]): void => {
    // Ending by the signal itself would skip what adapters do on exit: their children would go on.
    // oxlint-disable-next-line unicorn/no-process-exit
    const exit = (): never => process.exit(128 + constants.signals[name]);
    if (patience !== null) exit();
    patience = setTimeout(exit, graceMs);
    patience.unref();
    controller.abort(new Error(`it was interrupted (${name})`));
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of SIGNALS) process.removeListener(name, onSignal);
      if (patience !== null) clearTimeout(patience);
    },
  };
}
