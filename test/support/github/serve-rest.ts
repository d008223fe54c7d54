import { answerFaults, matchOperation, requestFaults, type RequestParts } from './description.ts';
import { type Answer, type Exchange, type Handler, notAccessible, notFound, Refusal } from './exchange.ts';
import { accessOf } from './permissions.ts';
import { checkHandlers } from './serve-checks.ts';
import { commentHandlers } from './serve-comments.ts';
import { contentHandlers } from './serve-contents.ts';
import { pullHandlers } from './serve-pulls.ts';
import { reviewHandlers } from './serve-reviews.ts';
import { findRepository, type Token, type World } from './state.ts';

const handlers: Record<string, Handler> = {
  ...pullHandlers,
  ...contentHandlers,
  ...reviewHandlers,
  ...commentHandlers,
  ...checkHandlers,
};

export type RestRequest = {
  method: string;
  pathname: string;
  address: URL;
  accept: string;
  token: Token | null;
  body: unknown;
};
export type RestAnswer = Answer & { violations: string[] };

/** Answers one call as GitHub would, with whatever in it, or in the answer, GitHub's description does not allow. */
export async function answerRest(world: World, request: RestRequest): Promise<RestAnswer> {
  const match = matchOperation(request.method, request.pathname);
  const handler = match === null ? undefined : handlers[match.operationId];
  if (match === null || handler === undefined) {
    return { ...notFound().answer, violations: ['is no operation of the description that is served here'] };
  }
  if (request.token === null) return { ...new Refusal(401, 'Requires authentication').answer, violations: [] };
  const parts: RequestParts = { path: match.path, query: queryOf(request.address), body: request.body };
  const faults = requestFaults(match.operationId, parts);
  if (faults.length > 0) {
    const refusal = new Refusal(422, `Invalid request.\n\n${faults.join('\n')}`);
    return { ...refusal.answer, violations: faults };
  }
  const exchange = {
    ...parts,
    world,
    token: request.token,
    accept: request.accept,
    address: request.address,
  } as Exchange;
  const answer = await handle(match.operationId, handler, exchange);
  const mistakes = answer.text === undefined ? answerFaults(match.operationId, answer.status, answer.body) : [];
  return { ...answer, violations: mistakes.map((mistake) => `${mistake} (the stand-in's own answer)`) };
}

async function handle(operationId: string, handler: Handler, exchange: Exchange): Promise<Answer> {
  try {
    checkAccess(operationId, exchange);
    return await handler(exchange);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

function checkAccess(operationId: string, { world, path, token }: Exchange): void {
  if (path['owner'] === undefined) return;
  const repository = findRepository(world, String(path['owner']), String(path['repo']));
  if (repository === undefined) throw notFound();
  const access = accessOf(token, repository, operationId);
  if (access === 'hidden') throw notFound();
  if (access === 'refused') throw notAccessible();
}

function queryOf(address: URL): Record<string, unknown> {
  const names = new Set(address.searchParams.keys());
  return Object.fromEntries(
    [...names].map((name) => {
      const values = address.searchParams.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}
