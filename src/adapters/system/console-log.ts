import { readable } from '../../core/neutralise.ts';
import type { Log } from '../../ports/log.ts';

/** Lines for a terminal, on stderr so that stdout stays free for results, and without control characters. `quiet` leaves only warnings and errors. */
export function createConsoleLog(write: (line: string) => void, options: { quiet: boolean }): Log {
  const say = (line: string): void => {
    if (!options.quiet) write(readable(line));
  };
  return {
    debug: () => undefined,
    info: say,
    notice: say,
    warning: (message) => write(`warning: ${readable(message)}`),
    error: (message) => write(`error: ${readable(message)}`),
    group: async (_title, body) => body(),
  };
}
