import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { timeLimits } from '../adapters/ledger-dynamodb/time-limits.ts';

export type RawTableFlags = { table?: string; region?: string };

export type OpenTable = { client: DynamoDBClient; tableName: string } & Disposable;

/** The table, with the credentials and the region that AWS's own tools would take. Null where `faults` tell what is wrong. */
export async function openTable(raw: RawTableFlags, faults: string[]): Promise<OpenTable | null> {
  const { table: tableName = '', region } = raw;
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(tableName)) {
    faults.push("--table: name the DynamoDB table (the stack's output TableName)");
  }
  if (region !== undefined && !/^[a-z0-9-]{1,40}$/.test(region)) {
    faults.push(`--region: ${JSON.stringify(region)} is no region; they look like eu-central-1`);
  }
  if (faults.length > 0) return null;
  const client = new DynamoDBClient({
    ...(region === undefined ? {} : { region }),
    maxAttempts: 4,
    requestHandler: timeLimits({ connectionMs: 5_000, requestMs: 30_000 }),
  });
  try {
    await client.config.region();
  } catch {
    client.destroy();
    faults.push('--region: needed here, for neither AWS_REGION nor the AWS configuration names one');
    return null;
  }
  return { client, tableName, [Symbol.dispose]: () => client.destroy() };
}
