import { jsonSchema, tool, type ToolSet } from 'ai';
import * as z from 'zod';
import type { FileDiff } from '../../../core/diff.ts';
import { fenceWith } from '../../../core/prompt/fence.ts';
import { ARGUMENT_TEXTS, TOOL_TEXTS, type ToolName } from '../../../core/prompt/tool-texts.ts';
import { treePath } from '../../../core/reviewing/tree-path.ts';
import type { SearchQuery } from '../../../ports/repository.ts';
import type { PullRequestRequest } from '../../../ports/reviewer.ts';

export type ToolLimits = {
  /** Looks of one question. */
  calls: number;
  /** Characters that all of them may bring. */
  characters: number;
  /** Of one look. */
  timeoutMs: number;
};

const MAX_LINES = 400;
const MAX_LISTED = 500;
const MAX_MATCHES = 60;
const MAX_RESULT = 40_000;
const MAX_FILE_BYTES = 4 * 1024 * 1024;
const MAX_COMMITS = 30;

const at = z.enum(['head', 'base']).nullish().describe(ARGUMENT_TEXTS.at);
const path = z.string().describe(ARGUMENT_TEXTS.path);
const under = z.string().nullish().describe(ARGUMENT_TEXTS.under);
const line = (text: string) => z.int().min(1).nullish().describe(text);

const ARGUMENTS = {
  read_file: z.object({ path, startLine: line(ARGUMENT_TEXTS.startLine), endLine: line(ARGUMENT_TEXTS.endLine), at }),
  search: z.object({
    text: z.string().nullish().describe(ARGUMENT_TEXTS.text),
    regex: z.string().nullish().describe(ARGUMENT_TEXTS.regex),
    under,
    at,
  }),
  list_files: z.object({ under, at }),
  history: z.object({ path }),
  references: z.object({ name: z.string().describe(ARGUMENT_TEXTS.name), under, at }),
} satisfies Record<ToolName, z.ZodType>;

type Arguments = { [Name in ToolName]: z.infer<(typeof ARGUMENTS)[Name]> };

/** What a look brought, or why it brought nothing. */
type Look = { text: string } | { refused: string };

/**
 * The tools of one question: read-only over the objects at the head and the merge base. Every path stays in the tree, every
 * look is bounded in time and length, and so are all of them together. What they bring is fenced off as data.
 */
export function createTools(pull: PullRequestRequest, boundary: string, limits: ToolLimits): ToolSet {
  const looks = new Looks(pull, limits.timeoutMs);
  const fence = fenceWith(boundary);
  let calls = 0;
  let room = limits.characters;
  const bounded = async (name: ToolName, input: unknown): Promise<string> => {
    calls += 1;
    if (calls > limits.calls || room <= 0) return 'You have looked as often as you may: answer from what you know.';
    const found = await looked(name, input, looks, limits.timeoutMs);
    const text = 'refused' in found ? `Not done: ${found.refused}.` : found.text;
    const shown = text.slice(0, Math.min(MAX_RESULT, room));
    room -= shown.length;
    const rest = text.length - shown.length;
    try {
      return fence(name, rest === 0 ? shown : `${shown}\n[… ${rest} more characters are not shown]`);
    } catch {
      return 'Not shown: it holds the boundary.';
    }
  };
  return Object.fromEntries(
    (Object.keys(ARGUMENTS) as ToolName[]).map((name) => [
      name,
      tool({
        description: TOOL_TEXTS[name],
        inputSchema: jsonSchema(schemaOf(ARGUMENTS[name])),
        execute: (input: unknown) => bounded(name, input),
      }),
    ]),
  );
}

/** Nothing but what every provider knows. */
function schemaOf(arguments_: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(arguments_, { io: 'input' });
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => (key === 'minimum' || key === 'maximum' ? undefined : value)),
  ) as Record<string, unknown>;
}

async function looked(name: ToolName, input: unknown, looks: Looks, timeoutMs: number): Promise<Look> {
  const parsed = ARGUMENTS[name].safeParse(input);
  if (!parsed.success)
    return { refused: `the arguments are not as ${name} wants them: ${parsed.error.issues[0]?.message}` };
  const { promise: late, resolve } = Promise.withResolvers<Look>();
  const timer = setTimeout(() => resolve({ refused: `it took more than ${timeoutMs / 1000} s` }), timeoutMs);
  try {
    return await Promise.race([look(name, parsed.data, looks), late]);
  } catch {
    return { refused: 'the repository could not be read' };
  } finally {
    clearTimeout(timer);
  }
}

function look(name: ToolName, input: unknown, looks: Looks): Promise<Look> {
  switch (name) {
    case 'read_file':
      return looks.readFile(input as Arguments['read_file']);
    case 'search':
      return looks.search(input as Arguments['search']);
    case 'list_files':
      return looks.listFiles(input as Arguments['list_files']);
    case 'history':
      return looks.history(input as Arguments['history']);
    case 'references':
      return looks.references(input as Arguments['references']);
    default:
      return name satisfies never;
  }
}

const OUTSIDE: Look = {
  refused: 'the path is none of this repository: give it as listed, without a leading slash and ..',
};

class Looks {
  readonly #pull: PullRequestRequest;
  readonly #timeoutMs: number;

  constructor(pull: PullRequestRequest, timeoutMs: number) {
    this.#pull = pull;
    this.#timeoutMs = timeoutMs;
  }

  #tree(where: 'head' | 'base' | null | undefined): string {
    const { headSha, mergeBaseSha } = this.#pull.version;
    return where === 'base' ? mergeBaseSha : headSha;
  }

  async readFile({ path: wanted, startLine, endLine, at: where }: Arguments['read_file']): Promise<Look> {
    const file = treePath(wanted);
    if (file === null || file === '') return OUTSIDE;
    const bytes = (await this.#pull.objects.readFiles(this.#tree(where), [file])).get(file);
    if (bytes === undefined) return { refused: `there is no file ${JSON.stringify(file)} at the ${where ?? 'head'}` };
    if (bytes.length > MAX_FILE_BYTES || bytes.includes(0))
      return { refused: 'the file is binary or too large to read' };
    const lines = new TextDecoder().decode(bytes).split('\n');
    const from = startLine ?? 1;
    const to = Math.min(lines.length, endLine ?? lines.length, from + MAX_LINES - 1);
    const shown = lines.slice(from - 1, to).map((text, index) => `${from + index} ${text}`);
    return { text: [`${file}, lines ${from} to ${to} of ${lines.length}`, ...shown].join('\n') };
  }

  async listFiles({ under: folder, at: where }: Arguments['list_files']): Promise<Look> {
    const place = treePath(folder ?? '');
    if (place === null) return OUTSIDE;
    const paths = await this.#pull.objects.listPaths(this.#tree(where));
    const found = place === '' ? paths : paths.filter((one) => one.startsWith(`${place}/`));
    const more = found.length > MAX_LISTED ? [`… and ${found.length - MAX_LISTED} more: list a smaller folder`] : [];
    return { text: found.length === 0 ? 'There are no files.' : [...found.slice(0, MAX_LISTED), ...more].join('\n') };
  }

  search({ text, regex, under: folder, at: where }: Arguments['search']): Promise<Look> {
    const pattern = text ?? regex ?? '';
    return this.#find({ pattern, kind: typeof text === 'string' ? 'text' : 'regex' }, folder, where);
  }

  references({ name, under: folder, at: where }: Arguments['references']): Promise<Look> {
    return this.#find({ pattern: name, kind: 'word' }, folder, where);
  }

  async #find(
    what: Pick<SearchQuery, 'pattern' | 'kind'>,
    folder: string | null | undefined,
    where: 'head' | 'base' | null | undefined,
  ): Promise<Look> {
    const place = treePath(folder ?? '');
    if (place === null) return OUTSIDE;
    const found = await this.#pull.objects.search(this.#tree(where), {
      ...what,
      under: place === '' ? null : place,
      maxMatches: MAX_MATCHES,
      timeoutMs: this.#timeoutMs,
    });
    if (found.outcome === 'refused') return { refused: found.why };
    const lines = found.matches.map((match) => `${match.path}:${match.line}: ${match.text}`);
    const more = found.complete ? [] : ['… and perhaps more: narrow it down'];
    return { text: lines.length + more.length === 0 ? 'Nothing was found.' : [...lines, ...more].join('\n') };
  }

  /** Commit by commit, as far as the remote still has them. */
  async history({ path: wanted }: Arguments['history']): Promise<Look> {
    const file = treePath(wanted);
    if (file === null || file === '') return OUTSIDE;
    const { objects, version, commits } = this.#pull;
    const chain = commits.listed.slice(-MAX_COMMITS);
    const shas = chain.map(({ sha }) => sha);
    const fetched = await objects.fetch(shas);
    const lost = new Set(fetched.outcome === 'unavailable' ? fetched.missing : []);
    const known = chain.filter(({ sha }) => !lost.has(sha));
    const begin = chain.length < commits.total ? null : version.mergeBaseSha;
    const shown: string[] = [];
    let before: string | null = begin;
    for (const { sha, message } of known) {
      const [change] = before === null ? [] : await objects.diff(before, sha, { paths: [file] });
      if (change !== undefined) shown.unshift(`commit ${sha.slice(0, 10)}: ${message.trim()}\n${diffText(change)}`);
      before = sha;
    }
    return {
      text: shown.length === 0 ? 'No commit of this pull request that can be had changed it.' : shown.join('\n'),
    };
  }
}

const MARKS = { added: '+', removed: '-', context: ' ' } as const;

function diffText({ hunks }: FileDiff): string {
  return hunks
    .flatMap(({ oldStart, newStart, lines }) => [
      `@@ -${oldStart} +${newStart} @@`,
      ...lines.map(({ kind, text }) => `${MARKS[kind]}${text}`),
    ])
    .join('\n');
}
