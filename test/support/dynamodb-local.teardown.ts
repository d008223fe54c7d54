/** Ends what `dynamodb-local.setup.ts` started. */
export default async function tearDown(): Promise<void> {
  await (globalThis as { endSharedDynamoDbLocal?: () => Promise<void> }).endSharedDynamoDbLocal?.();
}
