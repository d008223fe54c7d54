import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { App } from 'aws-cdk-lib';
import { readSettings } from '../infra/settings.ts';
import { ROOT } from './build/bundle.ts';

/** `npm run deploy -- -c owners=1234` and `npm run destroy`: what follows the names goes to the CDK command as it is. */
const CDK = 'aws-cdk@2.1148.1';

const [what = '', ...rest] = process.argv.slice(2);
switch (what) {
  case 'deploy':
    // A table that an earlier deployment left is taken over by its name, with everything in it.
    process.exitCode = await cdk(['deploy', '--import-existing-resources', ...rest]);
    break;
  case 'destroy': {
    process.exitCode = await cdk(['destroy', ...rest]);
    if (process.exitCode === 0) process.stdout.write(kept(tableNameOf(rest)));
    break;
  }
  default:
    process.stderr.write('usage: npm run deploy -- [-c KEY=VALUE]...\n       npm run destroy -- [-c KEY=VALUE]...\n');
    process.exitCode = 2;
}

async function cdk(args: readonly string[]): Promise<number> {
  const child = spawn('npx', ['--yes', CDK, ...args], { cwd: ROOT, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

function kept(table: string): string {
  return `The table ${table} is kept, with its reviews: it is protected and no part of what was removed.
The next \`npm run deploy\` takes it over again. To remove it for good:
  aws dynamodb update-table --table-name ${table} --no-deletion-protection-enabled
  aws dynamodb delete-table --table-name ${table}
`;
}

function tableNameOf(args: readonly string[]): string {
  const { node } = new App({ analyticsReporting: false });
  const given = args.flatMap((arg, index) => (arg === '-c' || arg === '--context' ? [args[index + 1] ?? ''] : []));
  const name = given.find((entry) => entry.startsWith('tableName='))?.slice('tableName='.length);
  return readSettings((key) => (key === 'tableName' ? name : (node.tryGetContext(key) as unknown))).tableName;
}
