import * as core from '@actions/core';
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

/**
 * A line of the log that starts with `::` or `##[` is a command to the runner. File names and titles come from
 * strangers, so no line of ours may start like one, nor hide a second line.
 */
export function asPlainLine(message: string): string {
  const oneLine = message.replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]+/gu, ' ');
  return oneLine.replace(/^(\s*)(::|##\[)/u, '$1\u200b$2');
}
