import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { eventTwice, killedAndRunAgain } from '../../scripts/accept/shows/repetition.ts';
import { dynamoDbEndpoint } from '../support/dynamodb-local.ts';

const dist = resolve('dist');

test('the same event twice leaves one of everything', async () => {
  await expect(eventTwice({ dist, databaseEndpoint: await dynamoDbEndpoint() })).resolves.toMatch(/^1 summary/);
}, 120_000);

test('killed while reviewing, attempt 2 takes over at once', async () => {
  await expect(killedAndRunAgain({ dist, databaseEndpoint: await dynamoDbEndpoint() })).resolves.toMatch(/^taken over/);
}, 120_000);
