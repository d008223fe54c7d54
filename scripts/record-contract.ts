import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CONTRACT_VERSION } from '../src/contract/version.ts';
import { startTestEndpoint } from '../test/lambda/support/endpoint.ts';
import { contractCalls, type RecordedCall } from '../test/support/contract/calls.ts';

/**
 * `node scripts/record-contract.ts`: what the action of this version sends and what the endpoint answers, a file per call,
 * into test/fixtures/contract/<version>. Run it when a version is released; what is recorded of released ones stays.
 */
const folder = join(resolve(import.meta.dirname, '..'), 'test/fixtures/contract', CONTRACT_VERSION);
await mkdir(folder, { recursive: true });
await using endpoint = await startTestEndpoint();
for (const [index, { name, ...call }] of contractCalls().entries()) {
  const { status, body } = await endpoint.call(call.method, call.target, call.body === null ? {} : { body: call.body });
  const recorded: RecordedCall = { ...call, status, answer: body };
  const file = `${String(index + 1).padStart(2, '0')}-${name}.json`;
  await writeFile(join(folder, file), `${JSON.stringify(recorded, null, 2)}\n`);
}
