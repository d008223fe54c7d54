import { findRepository, type Pull, type Repo, type Token, type World } from './state.ts';

/** One REST request as its handler sees it: parsed, checked, allowed. */
export type Exchange = {
  world: World;
  token: Token;
  /** Path and query parameters, with the description's types and defaults. */
  path: Record<string, string | number>;
  query: Record<string, string | number | boolean>;
  // The body was checked against the description before any handler reads it.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
  accept: string;
  address: URL;
};

export type Answer = {
  status: number;
  body?: unknown;
  text?: { type: string; content: string };
  headers?: Record<string, string>;
};

export type Handler = (exchange: Exchange) => Answer | Promise<Answer>;

/** An answer that GitHub gives instead of what was asked for. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly answer: Answer;
  constructor(status: number, message: string, more: Record<string, unknown> = {}) {
    super(message);
    const documentation_url = 'https://docs.github.com/rest';
    this.answer = { status, body: { message, ...more, documentation_url, status: String(status) } };
  }
}

export function notFound(): Refusal {
  return new Refusal(404, 'Not Found');
}

export function notAccessible(): Refusal {
  return new Refusal(403, 'Resource not accessible by integration');
}

export function unprocessable(...errors: string[]): Refusal {
  return new Refusal(422, 'Unprocessable Entity', { errors });
}

export const LONGEST_BODY = 65_536;
export const TOO_LONG = 'body is too long (maximum is 65536 characters)';

export function tooLong(resource: string): Refusal {
  return new Refusal(422, 'Validation Failed', {
    errors: [{ resource, code: 'custom', field: 'body', message: TOO_LONG }],
  });
}

export function repositoryOf({ world, path }: Exchange): Repo {
  const repository = findRepository(world, String(path['owner']), String(path['repo']));
  if (repository === undefined) throw notFound();
  return repository;
}

export function pullOf(exchange: Exchange): Pull {
  const number = exchange.path['pull_number'] ?? exchange.path['issue_number'];
  const pull = repositoryOf(exchange).pulls.get(Number(number));
  if (pull === undefined) throw notFound();
  return pull;
}

const LARGEST_PAGE = 100;

/** The page asked for, and the `Link` header that leads to the others. */
export function paged<T>(exchange: Exchange, items: readonly T[]): { items: T[]; headers: Record<string, string> } {
  const size = Math.min(Math.max(Number(exchange.query['per_page'] ?? 30), 1), LARGEST_PAGE);
  const page = Math.max(Number(exchange.query['page'] ?? 1), 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const link = (to: number, rel: string): string => {
    const address = new URL(exchange.address);
    address.searchParams.set('page', String(to));
    return `<${address.href}>; rel="${rel}"`;
  };
  const before = page > 1 ? [link(page - 1, 'prev')] : [];
  const after = page < last ? [link(page + 1, 'next'), link(last, 'last')] : [];
  const first = page > 1 ? [link(1, 'first')] : [];
  const all = [...before, ...after, ...first];
  return {
    items: items.slice((page - 1) * size, page * size),
    headers: all.length === 0 ? {} : { link: all.join(', ') },
  };
}

export async function pageAnswer<T>(
  exchange: Exchange,
  items: readonly T[],
  present: (item: T) => unknown,
  wrap: (list: unknown[]) => unknown = (list) => list,
): Promise<Answer> {
  const page = paged(exchange, items);
  const list = await Promise.all(page.items.map((item) => present(item)));
  return { status: 200, body: wrap(list), headers: page.headers };
}
