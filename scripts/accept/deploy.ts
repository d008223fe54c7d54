import { resolve } from 'node:path';
import type { Line } from './line.ts';
import { functionUnderItsClient } from './shows/function.ts';
import { synthesised } from './shows/synth.ts';
import { testsHold } from './shows/tests.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const REQUESTS = 20_000;

/** What was promised of a deployment. `--races N` sends fewer generated requests than 20,000. */
export const lines: Line[] = [
  {
    promise: '`npm run synth`: the template is written, and cdk-nag finds nothing that is not excused with its reason',
    needsNetwork: false,
    run: () => synthesised(ROOT),
  },
  {
    promise: "`npm run bench -- lambda`: init under 4 times `node -e 0`, a warm call under 2 ms beyond DynamoDB's",
    needsNetwork: false,
    run: () => functionUnderItsClient(),
  },
  {
    promise:
      "The bundle under AWS's own runtime client: cold, warm, error, timeout, at once, 6 MB, base64, odd headers",
    needsNetwork: false,
    run: () => testsHold(ROOT, ['test/lambda/runtime']),
  },
  {
    promise: 'Sixty and more intruders, over HTTP and through the handler: refused by name, the table unchanged',
    needsNetwork: false,
    run: () =>
      testsHold(ROOT, ['test/lambda/intruders', 'test/lambda/keys', 'test/lambda/hostile', 'test/lambda/rules']),
  },
  {
    promise: '20,000 requests made from the OpenAPI document: none fails, none is answered otherwise than described',
    needsNetwork: false,
    async run({ races }) {
      const requests = Math.min(REQUESTS, races ?? REQUESTS);
      const figure = await testsHold(ROOT, ['test/contract/fuzz'], { PUSHBACK_FUZZ_REQUESTS: String(requests) });
      return `${requests} requests; ${figure}`;
    },
  },
  {
    promise: 'Every recorded version of the contract is replayed against this one, both ways',
    needsNetwork: false,
    run: () => testsHold(ROOT, ['test/contract/versions']),
  },
  {
    promise: 'What strangers write neither breaks nor holds up what reads it; no pattern backtracks without bounds',
    needsNetwork: false,
    run: () => testsHold(ROOT, ['test/core/strangers', 'test/house/patterns']),
  },
  {
    promise: 'Completed reviews are announced on EventBridge, at least once, and by nobody who was not asked to',
    needsNetwork: false,
    run: () => testsHold(ROOT, ['test/lambda/events']),
  },
];
