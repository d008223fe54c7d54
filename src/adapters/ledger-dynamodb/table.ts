import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/** The one table (DESIGN 4). Its TTL attribute is switched on by whoever deploys it: `TTL_ATTRIBUTE`. */
export const tableDefinition = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
} as const satisfies Omit<CreateTableCommandInput, 'TableName'>;

/** Epoch seconds. */
export const TTL_ATTRIBUTE = 'expiresAt';
