import * as core from '@actions/core';
import { plainLine } from '../../core/render/plain-line.ts';
import type { Log } from '../../ports/log.ts';

/** The job's log: groups fold; notices, warnings and errors become annotations. */
export const actionsLog: Log = {
  debug: (message) => core.debug(message),
  info: (message) => core.info(asPlainLine(message)),
  notice: (message) => core.notice(message),
  warning: (message) => core.warning(message),
  error: (message) => core.error(message),
  group: (title, body) => core.group(asPlainLine(title), body),
};

/** One line, and no command to the runner. */
export function asPlainLine(message: string): string {
  return plainLine(message.replaceAll(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/gu, ' '));
}
