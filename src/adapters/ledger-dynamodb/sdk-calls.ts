import {
  BatchGetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { whenAnswered } from './answer-date.ts';
import type { TableCalls } from './calls.ts';

/** DynamoDB by AWS's own client: every way to credentials, for people's machines and jobs. */
export function sdkCalls(client: DynamoDBClient): TableCalls {
  return {
    batchGetItem(input, tellDate) {
      const command = new BatchGetItemCommand(input);
      if (tellDate !== undefined) whenAnswered(command, tellDate);
      return client.send(command);
    },
    query: (input) => client.send(new QueryCommand(input)),
    async putItem(input) {
      await client.send(new PutItemCommand(input));
    },
    async transactWriteItems(input) {
      await client.send(new TransactWriteItemsCommand(input));
    },
  };
}
