import { textOf } from '../../core/bytes.ts';
import {
  GitFault,
  type SearchMatch,
  type SearchOutcome,
  type SearchQuery,
  type Treeish,
} from '../../ports/repository.ts';
import type { BareRepository } from './bare-repository.ts';
import { whatGitSaid } from './git-process.ts';
import { fetchMissing } from './prefetch.ts';

const MAX_PATTERN = 1000;
/** More than this is not fetched for the sake of a search. */
const MAX_FETCHED_FILES = 5000;
const MAX_LINE = 500;
const MAX_PRINTED_LINE = 1024 * 1024;
/** What nobody searches for text, told by its name: it need not be fetched. */
const NO_TEXT =
  /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|tiff?|pdf|zip|gz|tgz|bz2|xz|zst|7z|rar|jar|war|class|so|dylib|dll|exe|bin|wasm|woff2?|ttf|otf|eot|mp[34]|m4a|mov|avi|webm|ogg|wav|flac|sqlite|db|parquet|onnx|pt|safetensors|snap)$/i;
const MODE_SUBMODULE = '160000';
const ENOUGH = new Error('enough');

/** Lines of a tree's text files that hold a pattern, by `git grep`: bounded in what it finds, fetches and takes. */
export async function searchTree(
  repository: BareRepository,
  tree: Treeish,
  query: SearchQuery,
): Promise<SearchOutcome> {
  const { pattern, under } = query;
  if (pattern === '' || pattern.length > MAX_PATTERN || /[\0\n]/.test(pattern)) {
    return { outcome: 'refused', why: `the pattern must be one line of 1 to ${MAX_PATTERN} characters` };
  }
  const place = under === null ? [] : [under];
  if (repository.remote !== null) {
    const files = await filesUnder(repository, tree, place);
    const outcome = await fetchMissing(repository, files, MAX_FETCHED_FILES);
    if (outcome === 'too-many') {
      const why = `there are more than ${MAX_FETCHED_FILES} files ${under === null ? 'in the repository' : `below ${under}`}: search below a smaller folder`;
      return { outcome: 'refused', why };
    }
  }
  const reader = new MatchReader(query.maxMatches);
  const how = { text: ['--fixed-strings'], word: ['--fixed-strings', '--word-regexp'], regex: ['--extended-regexp'] };
  const args = [
    'grep',
    '-I',
    '--no-color',
    '--no-textconv',
    '--full-name',
    '--line-number',
    '--null',
    `--max-count=${query.maxMatches}`,
    ...how[query.kind],
    '-e',
    pattern,
    tree,
    '--',
    ...place,
  ];
  try {
    const answer = await repository.local(args, {
      anyExit: true,
      timeoutMs: query.timeoutMs,
      onOutput: (chunk) => reader.push(chunk),
    });
    if (answer.code > 1) return { outcome: 'refused', why: whatGitSaid(answer) };
    return { outcome: 'found', matches: reader.matches, complete: true };
  } catch (error) {
    const stopped = error instanceof GitFault && (error.cause === ENOUGH || /did not end within/.test(error.message));
    if (!stopped) throw error;
    return { outcome: 'found', matches: reader.matches, complete: false };
  }
}

async function filesUnder(repository: BareRepository, tree: Treeish, place: readonly string[]): Promise<string[]> {
  const { stdout } = await repository.local(['ls-tree', '-r', '-z', '--full-tree', tree, '--', ...place]);
  return stdout
    .toString('latin1')
    .split('\0')
    .flatMap((entry) => {
      const [about = '', path = ''] = entry.split('\t');
      const [mode, , oid] = about.split(' ');
      return oid === undefined || mode === MODE_SUBMODULE || NO_TEXT.test(path) ? [] : [oid];
    });
}

/** Reads `tree:path NUL line NUL text LF`, where the path may hold line feeds, and stops once it has enough. */
class MatchReader {
  readonly matches: SearchMatch[] = [];
  readonly #max: number;
  #rest: Uint8Array = new Uint8Array();

  constructor(max: number) {
    this.#max = max;
  }

  push(chunk: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let from = 0;
    for (;;) {
      const first = bytes.indexOf(0, from);
      const second = first < 0 ? -1 : bytes.indexOf(0, first + 1);
      const end = second < 0 ? -1 : bytes.indexOf(0x0a, second + 1);
      if (end < 0) break;
      this.#add(bytes.subarray(from, first), bytes.subarray(first + 1, second), bytes.subarray(second + 1, end));
      from = end + 1;
    }
    this.#rest = Uint8Array.from(bytes.subarray(from));
    if (this.#rest.length > MAX_PRINTED_LINE) throw ENOUGH;
  }

  #add(place: Uint8Array, line: Uint8Array, content: Uint8Array): void {
    const colon = place.indexOf(0x3a);
    const number = Number(Buffer.from(line).toString('latin1'));
    if (colon < 0 || line.length === 0 || !Number.isInteger(number)) {
      throw new Error('git grep printed what can not be read');
    }
    const text = textOf(content.subarray(0, 4 * MAX_LINE));
    this.matches.push({ path: textOf(place.subarray(colon + 1)), line: number, text: text.slice(0, MAX_LINE) });
    if (this.matches.length >= this.#max) throw ENOUGH;
  }
}
