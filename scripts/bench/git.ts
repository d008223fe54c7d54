import { cpus } from 'node:os';
import { markdownTable } from './figures.ts';
import { measureSize, SIZES } from './git/sizes.ts';
import { measureTransfers, type Transfer } from './git/transfer.ts';

const ROUNDS = 5;
const SIZE_ROUNDS = 3;

/** Fetching and planning against what else gets at a pull request's changes; planning at the sizes that hurt. */
export async function gitReport(say: (line: string) => void): Promise<string> {
  const transfers = await measureTransfers(ROUNDS, say);
  const row = (title: string, { bytes, seconds }: Transfer): string[] => [
    title,
    kibibytes(bytes),
    `1/${(transfers.clone.bytes / bytes).toFixed(0)}`,
    seconds.toFixed(3),
    `1/${(transfers.clone.seconds / seconds).toFixed(1)}`,
  ];
  const sizes = [];
  for (const size of SIZES) {
    say(size.title);
    sizes.push(await measureSize(size, SIZE_ROUNDS));
  }
  const { scope } = transfers;
  return [
    `\`npm run bench -- git\` (Node ${process.versions.node}, ${cpus().length} processors; medians of ${ROUNDS} and of ${SIZE_ROUNDS}).`,
    '',
    `A repository of ${mebibytes(transfers.repositoryBytes)} that the benchmark makes, served over git's own smart HTTP on this machine. A pull request of ` +
      `${scope.fullFiles} files was rebased onto a newer main, and ${scope.files} of them changed as well: those ${scope.files}, with ${scope.lines} lines, come out as the scope. Each way starts from nothing, ours in a process of its own, as the action is (Node's start and loading the tokenizer are not counted).`,
    '',
    markdownTable([
      ['', 'KiB over the wire', 'of a clone', 'seconds', 'of a clone'],
      row('Pushback: fetch and plan', transfers.ours),
      row('`git clone`', transfers.clone),
      row('as `actions/checkout` with `fetch-depth: 0`', transfers.checkout),
    ]),
    '',
    'Planning the second push of large pull requests, the base having moved: both diffs, the version carried over, the scope and its tokens. Objects are local; memory is that of the planning process, and with its git processes.',
    '',
    markdownTable([
      ['', 'files in scope', 'seconds', 'MiB', 'MiB with git'],
      ...sizes.map((size) => [
        size.title,
        `${size.files} of ${size.fullFiles}`,
        size.seconds.toFixed(2),
        (size.nodeBytes / 2 ** 20).toFixed(0),
        size.togetherBytes === null ? '' : (size.togetherBytes / 2 ** 20).toFixed(0),
      ]),
    ]),
  ].join('\n');
}

function kibibytes(bytes: number): string {
  return (bytes / 1024).toLocaleString('en-US', { maximumFractionDigits: 0 });
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
