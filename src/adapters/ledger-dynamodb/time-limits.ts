/**
 * For `requestHandler` of AWS's clients, which by themselves wait for an answer without an end: `requestTimeout` alone
 * only makes them warn.
 */
export function timeLimits({ connectionMs, requestMs }: { connectionMs: number; requestMs: number }) {
  return { connectionTimeout: connectionMs, requestTimeout: requestMs, throwOnRequestTimeout: true };
}
