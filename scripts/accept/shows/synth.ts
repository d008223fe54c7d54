import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TEMPLATE = 'build/cloudformation/pushback.template.json';

/** `npm run synth`, which ends with an error where cdk-nag finds what is not excused; and the template that it writes. */
export async function synthesised(root: string): Promise<string> {
  await run(process.execPath, [join(root, 'infra/app.ts')], { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  const { Resources = {} } = JSON.parse(await readFile(join(root, TEMPLATE), 'utf8')) as { Resources?: object };
  const resources = Object.values(Resources) as { Type: string }[];
  for (const type of ['AWS::DynamoDB::Table', 'AWS::Lambda::Function', 'AWS::ApiGatewayV2::Api']) {
    assert.ok(
      resources.some(({ Type }) => Type === type),
      `the template has no ${type}`,
    );
  }
  return `${resources.length} resources, in ${TEMPLATE} as well`;
}
