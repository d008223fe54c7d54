/** One event of the endpoint. Tokens, bodies and query strings are never part of it. */
export type EndpointEvent =
  | {
      level: 'info' | 'error';
      message: 'request';
      requestId: string;
      method: string;
      path: string;
      status: number;
      durationMs: number;
      /** Repository whose job called. */
      caller: string | undefined;
      /** Rule that refused the call. */
      rule: string | undefined;
    }
  | { level: 'error'; message: 'fault'; requestId: string; error: unknown };

export type EndpointLog = (event: EndpointEvent) => void;

const MAX_CAUSES = 5;

/** A line of JSON per event, one line and readable wherever it is shown. */
export function createJsonLog(write: (line: string) => void): EndpointLog {
  return (event) => {
    const time = new Date().toISOString();
    const line = JSON.stringify(
      'error' in event ? { time, ...event, error: describe(event.error) } : { time, ...event },
    );
    write(`${line.replace(UNSEEN, escaped)}\n`);
  };
}

/** What JSON leaves as it is, and some terminals and viewers take for a line's end, a command, or another direction. */
const UNSEEN = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Name, message and stack of the error and of its causes; no other property, for requests hang on some. */
function describe(error: unknown): unknown {
  const causes: unknown[] = [];
  for (let cause = error; cause !== undefined && causes.length < MAX_CAUSES;) {
    if (!(cause instanceof Error)) {
      causes.push(typeof cause);
      break;
    }
    causes.push({ name: cause.name, message: cause.message, stack: cause.stack });
    cause = cause.cause;
  }
  return causes;
}
