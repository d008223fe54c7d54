/** Plans one review in a process of its own, so that its memory can be told; prints a line of JSON. */
import { readFile } from 'node:fs/promises';
import { openRepository } from '../../../src/adapters/git/open-repository.ts';
import { createTokenCounter } from '../../../src/adapters/tokens/o200k.ts';
import { plan, type Planned } from './plan.ts';

type Task = { objects: string; workFolder: string; planned: Planned };

const { objects, workFolder, planned } = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as Task;
const tokens = await createTokenCounter();
const started = performance.now();
await using repository = await openRepository({ remoteUrl: null, token: null, workFolder, alternates: objects });
const scope = await plan(repository, planned, (text) => tokens.count(text));
const seconds = (performance.now() - started) / 1000;
const nodeBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(
  `${JSON.stringify({ seconds, nodeBytes, files: scope.files.length, fullFiles: scope.fullFiles, tokens: scope.tokens })}\n`,
);
