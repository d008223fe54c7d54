import * as z from 'zod';

/** What DynamoDB, or the way to it, said: `name` is DynamoDB's own, or the system's. */
export class CallFailed extends Error {
  override readonly name: string;
  /** Of a transaction: what became of each of its writes. */
  readonly CancellationReasons: { Code?: string | undefined }[];
  /** The same call may succeed a moment later. */
  readonly passing: boolean;
  constructor(
    name: string,
    message: string,
    more: { passing: boolean; reasons?: { Code?: string | undefined }[]; cause?: unknown },
  ) {
    super(message, { cause: more.cause });
    this.name = name;
    this.passing = more.passing;
    this.CancellationReasons = more.reasons ?? [];
  }
}

const PASSING: ReadonlySet<string> = new Set([
  'InternalServerError',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'ThrottlingException',
  'TransactionInProgressException',
]);

const Refusal = z.object({
  __type: z.string(),
  message: z.string().optional(),
  Message: z.string().optional(),
  CancellationReasons: z.array(z.object({ Code: z.string().optional() })).optional(),
});

/** An answer that is not 200. */
export function refused(status: number, text: string): CallFailed {
  const refusal = Refusal.safeParse(parsed(text));
  if (!refusal.success)
    return new CallFailed(`HTTP ${status}`, `DynamoDB answered ${status}`, { passing: status >= 500 });
  const { __type, message, Message, CancellationReasons } = refusal.data;
  const name = __type.slice(__type.indexOf('#') + 1);
  return new CallFailed(name, (message ?? Message ?? name).slice(0, 1000), {
    passing: status >= 500 || PASSING.has(name),
    ...(CancellationReasons === undefined ? {} : { reasons: CancellationReasons }),
  });
}

/** The way to DynamoDB failed: nobody knows whether the call took effect. */
export function unreachable(error: Error & { code?: string }): CallFailed {
  return new CallFailed(error.code ?? error.name, error.message, { passing: true, cause: error });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
