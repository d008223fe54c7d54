import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { majorOf } from '../../../src/adapters/dynamodb-local/java.ts';
import { dynamoDbLocalClient, startDynamoDbLocal } from '../../../src/adapters/dynamodb-local/server.ts';

describe('startDynamoDbLocal', () => {
  test('answers on loopback until it is disposed of', async () => {
    const server = await startDynamoDbLocal();
    const client = dynamoDbLocalClient(server.endpoint);
    expect(server.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    await server[Symbol.asyncDispose]();
    await expect(fetch(server.endpoint)).rejects.toThrow();
    client.destroy();
  });

  test('ends with the process that started it, however that ends', async () => {
    const module = new URL('../../../src/adapters/dynamodb-local/server.ts', import.meta.url).href;
    const script = `const { startDynamoDbLocal } = await import(${JSON.stringify(module)});
      console.log((await startDynamoDbLocal()).endpoint);
      setInterval(() => undefined, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(parent.stdout, 'data');
    const endpoint = String(line).trim();
    expect((await fetch(endpoint)).status).toBe(400);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    const answers = () =>
      fetch(endpoint).then(
        () => true,
        () => false,
      );
    for (let look = 0; look < 100 && (await answers()); look += 1) await delay(50);
    expect(await answers()).toBe(false);
  });

  test('without Java says what to install', async () => {
    await expect(startDynamoDbLocal({ java: '/nowhere/java' })).rejects.toThrow(
      'DynamoDB Local needs Java 17 or later, and "/nowhere/java -version" does not run: install a Java runtime.',
    );
  });

  test('with an old Java says so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pushback-java-'));
    const java = join(folder, 'java');
    await writeFile(java, '#!/bin/sh\necho \'openjdk version "11.0.2" 2019-01-15\' >&2\n');
    await chmod(java, 0o700);
    await expect(startDynamoDbLocal({ java })).rejects.toThrow(
      `DynamoDB Local needs Java 17 or later, and "${java}" is Java 11: install a newer Java runtime.`,
    );
    await rm(folder, { recursive: true });
  });

  test.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_392"', 8],
    ['openjdk version "21" 2023-09-19', 21],
    ['no such thing', null],
  ])('%s', (text, major) => {
    expect(majorOf(text)).toBe(major);
  });
});
