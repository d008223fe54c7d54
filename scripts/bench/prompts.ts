import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openPast } from '../../src/adapters/git/past.ts';
import { openRepository } from '../../src/adapters/git/open-repository.ts';
import { createTokenCounter } from '../../src/adapters/tokens/o200k.ts';
import { drawPulls } from '../../src/cli/replay/draw.ts';
import { remembering } from '../../src/pipeline/token-memory.ts';
import { GitFault } from '../../src/ports/repository.ts';
import { markdownTable, median } from './figures.ts';
import { measurePush, type PromptTokens, type PushFigures } from './prompts/measure.ts';
import { makePushes, type RecordedPush } from './prompts/repository.ts';

const SEED = 1;
const PULLS = 40;

/** Whole prompts of pushes, against those of a full review: on a repository made for it, and on real ones that are named. */
export async function promptReport(folders: readonly string[], say: (line: string) => void): Promise<string> {
  const made = await measureMade(say);
  const real = [];
  for (const folder of folders) real.push(await measureReal(folder, say));
  const row = ({ title, files, fullFiles, full, incremental }: PushFigures): string[] => [
    title,
    `${files} of ${fullFiles}`,
    count(full.total),
    count(incremental?.total ?? 0),
    count(incremental?.rules ?? 0),
    count(incremental?.about ?? 0),
    count(incremental?.files ?? 0),
    percent(shareOf({ full, incremental })),
  ];
  return [
    `\`npm run bench -- prompts${folders.length === 0 ? '' : ' --repository DIR …'}\` (o200k tokens of whole prompts: rules, instructions, pull request, findings, hunks and context).`,
    '',
    'A pull request of 60 files that the benchmark makes, 40 of them changed in three functions each and 20 new, with twelve open findings; each push follows a review of the whole. Of the tokens of a push the rules are the same every time, and a provider that caches prompts has them already.',
    '',
    markdownTable([
      ['push', 'files', 'full prompt', 'incremental', 'of it rules', 'pull request', 'files and findings', 'of full'],
      ...made.map(row),
    ]),
    ...(real.length === 0
      ? []
      : [
          '',
          `Pull requests of repositories' pasts (at most ${PULLS} each, drawn by a seed; commits less than ten minutes apart are one push; pushes that leave nothing to be reviewed cost nothing and are counted with that). Where pull requests are small, what every prompt carries outweighs the code:`,
          '',
          markdownTable([
            [
              'repository',
              'pushes',
              'nothing to review',
              'full prompts',
              'incremental',
              'of full',
              'without the rules',
              'median push',
            ],
            ...real.map(({ name, pushes }) => {
              const sum = (of: (push: PushFigures) => number): number =>
                pushes.reduce((all, push) => all + of(push), 0);
              const [full, spent] = [sum((push) => push.full.total), sum((push) => push.incremental?.total ?? 0)];
              return [
                name,
                count(pushes.length),
                count(pushes.filter(({ incremental }) => incremental === null).length),
                count(full),
                count(spent),
                percent(full === 0 ? 0 : spent / full),
                percent(
                  full === 0
                    ? 0
                    : sum(({ incremental }) => withoutRules(incremental)) / sum((push) => withoutRules(push.full)),
                ),
                percent(pushes.length === 0 ? 0 : median(pushes.map(shareOf))),
              ];
            }),
          ]),
        ]),
  ].join('\n');
}

function withoutRules(tokens: PromptTokens | null): number {
  return tokens === null ? 0 : tokens.total - tokens.rules;
}

/** What a push's prompt is of the full one. */
export function shareOf({ full, incremental }: Pick<PushFigures, 'full' | 'incremental'>): number {
  return (incremental?.total ?? 0) / full.total;
}

/** The pushes of the repository that is made for this. */
export async function measureMade(say: (line: string) => void): Promise<PushFigures[]> {
  const folder = await mkdtemp(join(tmpdir(), 'pushback-bench-'));
  try {
    say('making a repository');
    const pushes = await makePushes(join(folder, 'repository.git'));
    return await measureAll(join(folder, 'repository.git', 'objects'), folder, pushes, say);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** @param named `DIR`, or `NAME=DIR` where the folder's name says nothing */
async function measureReal(
  named: string,
  say: (line: string) => void,
): Promise<{ name: string; pushes: PushFigures[] }> {
  const [, name = '', folderOf = named] = /^([^=/]+(?:\/[^=/]+)?)=(.+)$/.exec(named) ?? [];
  const past = await openPast(resolve(folderOf), null);
  const pushes: RecordedPush[] = [];
  for (const drawn of (await drawPulls(past, SEED)).slice(0, PULLS)) {
    const found = await drawn.pushes();
    if (found.outcome === 'left-out') continue;
    const versions = (found.grouped ?? found.pushes).map(({ version }) => version);
    versions.slice(1).forEach((today, index) => {
      const previous = versions[index];
      if (previous !== undefined) pushes.push({ title: drawn.name, previous, today });
    });
  }
  const folder = await mkdtemp(join(tmpdir(), 'pushback-bench-'));
  try {
    return { name: name === '' ? past.name : name, pushes: await measureAll(past.objectsFolder, folder, pushes, say) };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function measureAll(
  alternates: string,
  workFolder: string,
  pushes: readonly RecordedPush[],
  say: (line: string) => void,
): Promise<PushFigures[]> {
  const tokens = await createTokenCounter();
  const countTokens = remembering((text) => tokens.count(text));
  await using repository = await openRepository({ remoteUrl: null, token: null, workFolder, alternates });
  const figures: PushFigures[] = [];
  for (const push of pushes) {
    try {
      figures.push(await measurePush(repository, push, countTokens));
    } catch (error) {
      if (!(error instanceof GitFault)) throw error;
      say(`${push.title} is left out: ${error.message}`);
    }
  }
  return figures;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
