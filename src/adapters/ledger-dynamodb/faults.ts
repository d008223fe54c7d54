import * as z from 'zod';
import { LedgerForbidden, LedgerUnavailable } from '../../ports/ledger.ts';

/** Names under which AWS refuses the caller itself. */
const FORBIDDEN = new Set([
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'UnrecognizedClientException',
]);

/** Reasons for which a transaction is worth deciding again: somebody else was faster, or the table is busy. */
const RETRIED = new Set([
  'ConditionalCheckFailed',
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'None',
]);

const Cancelled = z.object({
  name: z.literal('TransactionCanceledException'),
  CancellationReasons: z.array(z.object({ Code: z.string().optional() })).default([]),
});

/** True where a write did not take effect because of what others wrote, or write at this moment. */
export function isLostRace(error: unknown): boolean {
  const cancelled = Cancelled.safeParse(error);
  if (cancelled.success) return cancelled.data.CancellationReasons.every(({ Code }) => RETRIED.has(Code ?? 'None'));
  return nameOf(error) === 'ConditionalCheckFailedException' || nameOf(error) === 'TransactionConflictException';
}

/** What DynamoDB or the way to it said, as a fault of the ledger. */
export function ledgerFault(error: unknown, tableName: string): Error {
  if (error instanceof LedgerUnavailable || error instanceof LedgerForbidden) return error;
  const name = nameOf(error);
  if (FORBIDDEN.has(name)) {
    return new LedgerForbidden(`AWS refused the credentials for the DynamoDB table ${tableName} (${name}).`, {
      cause: error,
    });
  }
  if (name === 'ResourceNotFoundException') {
    return new LedgerUnavailable(`There is no DynamoDB table ${tableName} in this account and region.`, {
      cause: error,
    });
  }
  return new LedgerUnavailable(`The DynamoDB table ${tableName} could not be used (${name}).`, { cause: error });
}

function nameOf(error: unknown): string {
  const name = typeof error === 'object' && error !== null && 'name' in error ? error.name : null;
  return typeof name === 'string' ? name : 'unknown fault';
}
