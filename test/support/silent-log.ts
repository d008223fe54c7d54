import type { Log } from '../../src/ports/log.ts';

const nothing = (): void => undefined;

/** For adapters whose words nobody reads. */
export const silentLog: Log = {
  debug: nothing,
  info: nothing,
  notice: nothing,
  warning: nothing,
  error: nothing,
  group: (_title, body) => body(),
};
