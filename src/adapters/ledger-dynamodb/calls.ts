import type {
  BatchGetItemInput,
  BatchGetItemOutput,
  PutItemInput,
  QueryInput,
  QueryOutput,
  TransactWriteItemsInput,
} from '@aws-sdk/client-dynamodb';
import type { EpochSeconds } from '../../core/ids.ts';

/**
 * All that a ledger asks of DynamoDB, by the names of its API. A call that fails throws an error whose `name` is DynamoDB's
 * own, and a transaction's with its `CancellationReasons`.
 */
export type TableCalls = {
  /** `tellDate` is called with the time of the answer, by its `Date` header, where it has one. */
  batchGetItem(input: BatchGetItemInput, tellDate?: (date: EpochSeconds) => void): Promise<BatchGetItemOutput>;
  query(input: QueryInput): Promise<QueryOutput>;
  putItem(input: PutItemInput): Promise<void>;
  transactWriteItems(input: TransactWriteItemsInput): Promise<void>;
};

export type Table = {
  calls: TableCalls;
  tableName: string;
  /** `answers`: the `Date` of DynamoDB's answers is the time of a read. */
  time?: 'clock' | 'answers';
};
