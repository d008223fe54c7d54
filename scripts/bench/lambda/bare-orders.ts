import type { BatchGetItemInput, TransactWriteItemsInput } from '@aws-sdk/client-dynamodb';

/** What the first claim of a pull request asks of DynamoDB, and the partition that it asks for. */
export type ClaimCalls = { pk: string; read: BatchGetItemInput; write: TransactWriteItemsInput };

/** Variable that the bare function finds them in, and header that makes its partition another one. */
export const RECORDED = 'BARE_CALLS';
export const SESSION_HEADER = 'x-bare-session';
