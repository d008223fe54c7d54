import { resolve } from 'node:path';
import type { Line } from './line.ts';
import { functionUnderItsClient } from './shows/function.ts';
import { synthesised } from './shows/synth.ts';
import { testsHold } from './shows/tests.ts';
import { threatsAreStopped } from './shows/threats.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const REQUESTS = 20_000;
const SOAK_MINUTES = 30;

/** What was promised of a deployment. `--races N` sends fewer generated requests than 20,000, `--minutes N` soaks shorter. */
export const lines: Line[] = [
  {
    promise: '`npm run synth`: the template is written, and cdk-nag finds nothing that is not excused with its reason',
    needsNetwork: false,
    run: () => synthesised(ROOT),
  },
  {
    promise:
      '`npm run bench -- lambda`: init under 4 times `node -e 0`, a warm call under 2 ms beyond its calls of DynamoDB',
    needsNetwork: false,
    run: functionUnderItsClient,
  },
  {
    promise:
      "The bundle under AWS's own runtime client: cold, warm, error, timeout, at once, 6 MB, base64, odd headers",
    needsNetwork: false,
    inSuite: true,
    run: () => testsHold(ROOT, ['test/lambda/runtime']),
  },
  {
    promise: 'Sixty and more intruders, over HTTP and through the handler: refused by name, the table unchanged',
    needsNetwork: false,
    inSuite: true,
    run: () =>
      testsHold(ROOT, [
        'test/lambda/intruders',
        'test/lambda/keys',
        'test/lambda/hostile',
        'test/lambda/odd-requests',
        'test/lambda/rules',
      ]),
  },
  {
    promise: '20,000 requests made from the OpenAPI document: none fails, none is answered otherwise than described',
    needsNetwork: false,
    inSuite: true,
    async run({ races }) {
      const requests = Math.min(REQUESTS, races ?? REQUESTS);
      const figure = await testsHold(ROOT, ['test/contract/fuzz'], { PUSHBACK_FUZZ_REQUESTS: String(requests) });
      return `${requests} requests; ${figure}`;
    },
  },
  {
    promise: 'Every recorded version of the contract is replayed against this one, both ways',
    needsNetwork: false,
    inSuite: true,
    run: () => testsHold(ROOT, ['test/contract/versions']),
  },
  {
    promise: 'What strangers write neither breaks nor holds up what reads it; no pattern backtracks without bounds',
    needsNetwork: false,
    inSuite: true,
    run: () => testsHold(ROOT, ['test/core/strangers', 'test/house/patterns']),
  },
  {
    promise:
      '30 minutes of pushes to 200 pull requests, runners and endpoints killed: each last head reviewed once, memory flat',
    needsNetwork: false,
    inSuite: true,
    async run({ minutes }) {
      const taken = minutes ?? SOAK_MINUTES;
      const figure = await testsHold(ROOT, ['test/soak'], {
        PUSHBACK_SOAK_MINUTES: String(taken),
        PUSHBACK_SEED: 'random',
      });
      return `${taken} minutes; ${figure}`;
    },
  },
  {
    promise: "The threat model's table: each line names a test, and each of those holds",
    needsNetwork: false,
    inSuite: true,
    run: () => threatsAreStopped(ROOT),
  },
  {
    promise: 'Completed reviews are announced on EventBridge, at least once, and by nobody who was not asked to',
    needsNetwork: false,
    inSuite: true,
    run: () => testsHold(ROOT, ['test/lambda/events']),
  },
];
