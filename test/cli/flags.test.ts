import { describe, expect, test } from '@jest/globals';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createDynamoDbLedger } from '../../src/adapters/ledger-dynamodb/ledger.ts';
import { aCaller, aHolder, aSight, claimOne, steeredClock } from '../contracts/ledger-harness.ts';
import { createTestTable, type TestTable } from '../support/dynamodb-local.ts';
import { flagsCommand, flagsSubcommand } from '../../src/cli/flags.ts';
import { awsEnvironment, runPushback, runSubcommand } from './run-command.ts';

const run = (args: string[], environment: Record<string, string>) =>
  runSubcommand(['flags', ...args], environment, (streams) =>
    flagsSubcommand(async (given, change) => void (await flagsCommand(given, change, streams))),
  );
const flags = (table: TestTable, ...args: string[]) =>
  run([...args, '--table', table.tableName], awsEnvironment(table.endpoint));

/** What the next claim of this owner is told. */
async function claimed({ client, tableName }: TestTable, ownerId: string) {
  const clock = steeredClock();
  const ledger = createDynamoDbLedger({ client, tableName, clock })(aCaller({ ownerId }));
  return (await claimOne(ledger, aHolder('anna'), aSight({ clock }))).incremental;
}

describe('pushback flags', () => {
  test('set, shown, followed by claims, and cleared', async () => {
    await using table = await createTestTable();
    expect(await flags(table)).toEqual({
      code: 0,
      out: `incremental (table ${table.tableName})\n  deployment: not set, so on\n`,
      err: '',
    });
    expect((await flags(table, 'set', 'incremental', 'off')).out).toContain('  deployment: off\n');
    expect(await claimed(table, '9001')).toEqual({ value: false, cause: 'deployment: off' });
    const own = await flags(table, 'set', 'incremental', 'on', '--owner', '9001');
    expect(own.out).toContain('  owner 9001: on; reviews are incremental (owner: on)\n');
    expect(await claimed(table, '9001')).toEqual({ value: true, cause: 'owner: on' });
    expect(await claimed(table, '9002')).toEqual({ value: false, cause: 'deployment: off' });
    const all = await flags(table, '--all-owners', '--owner', '9002', '--json');
    expect(JSON.parse(all.out)).toEqual({
      incremental: {
        deployment: { value: 'off' },
        owners: [
          { ownerId: '9002', setting: null, value: false, cause: 'deployment: off' },
          { ownerId: '9001', setting: { value: 'on' }, value: true, cause: 'owner: on' },
        ],
      },
    });
    expect((await flags(table, 'clear', 'incremental', '--owner', '9001')).out).toContain(
      '  owner 9001: no setting of its own; reviews are full (deployment: off)\n',
    );
    expect((await flags(table, 'set', 'incremental', '30%')).out).toContain('  deployment: 30 %\n');
    expect(await claimed(table, '9001')).toMatchObject({
      cause: expect.stringMatching(/^deployment: 30 %, this owner/),
    });
  });

  test('a setting that a newer version wrote is neither misread nor overwritten', async () => {
    await using table = await createTestTable();
    const key = { pk: { S: 'FLAGS' }, sk: { S: 'FLAG#incremental' } };
    const item = { ...key, schema: { N: '2' }, setting: { S: 'on Sundays' } };
    await table.client.send(new PutItemCommand({ TableName: table.tableName, Item: item }));
    const read = await flags(table);
    expect({ code: read.code, err: read.err }).toEqual({
      code: 1,
      err: 'The stored flag has schema 2; this version of Pushback reads up to 1. Update Pushback.',
    });
    for (const args of [
      ['set', 'incremental', 'on'],
      ['clear', 'incremental'],
    ]) {
      expect(await flags(table, ...args)).toMatchObject({ code: 1, err: expect.stringContaining('newer version') });
    }
    const { Item } = await table.client.send(new GetItemCommand({ TableName: table.tableName, Key: key }));
    expect(Item).toEqual(item);
  });

  test('everything that is wrong is said at once', async () => {
    const { code, err } = await runPushback(['flags', 'set', 'other', '130%', '--owner', 'acme', '--region', 'here!']);
    expect({
      code,
      said: err
        .trim()
        .split('\n')
        .map((line) => line.split(':')[1]?.trim()),
    }).toEqual({
      code: 2,
      said: ['--owner', 'flag', 'setting', '--table', '--region'],
    });
  });

  test.each<[string, string[], Record<string, string>, number, string]>([
    [
      'a percentage of one owner',
      ['set', 'incremental', '30%', '--owner', '7', '--table', 'reviews'],
      { AWS_REGION: 'local' },
      2,
      "an owner's own setting is on or off",
    ],
    ['no such word', ['unset'], {}, 2, 'too many arguments'],
    ['half a setting', ['set', 'incremental'], {}, 2, "missing required argument 'setting'"],
  ])('%s', async (_name, args, environment, code, said) => {
    expect(await run(args, environment)).toMatchObject({
      code,
      out: '',
      err: expect.stringContaining(said),
    });
  });

  test('no region, and nobody who names one', async () => {
    const ran = await runPushback(['flags', '--table', 'reviews'], { AWS_CONFIG_FILE: '/nowhere/config' });
    expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining('--region: needed here') });
  });

  test('a table that is not there', async () => {
    await using table = await createTestTable();
    const ran = await runPushback(['flags', '--table', 'elsewhere'], awsEnvironment(table.endpoint));
    expect(ran).toEqual({
      code: 1,
      out: '',
      err: 'error: There is no DynamoDB table elsewhere in this account and region.\n',
    });
  });
});
