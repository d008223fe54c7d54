import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGitHandler, type GitHandler } from '../git/git-server.ts';
import { avatar } from './avatar.ts';
import type { SteerableClock } from './clock.ts';
import { matchOperation } from './description.ts';
import { type Answer, Refusal } from './exchange.ts';
import { type Call, createFaults, type Faults } from './faults.ts';
import { follow } from './follow.ts';
import { answerGraphql, readGraphql, rootFields } from './graphql.ts';
import { createOidc, type Oidc } from './oidc.ts';
import { renderPage } from './page/render-page.ts';
import { answerRest } from './serve-rest.ts';
import { bearerOf, jsonOrNull, readText, send, tokenOf } from './wire.ts';
import { createWorld, findRepository, type Token, type World } from './state.ts';

/** Told of every call twice: when it has arrived, and when its answer has gone (or was lost). */
export type CallListener = (call: Call, phase: 'arrived' | 'answered') => void;

export type GitHubServer = {
  world: World;
  oidc: Oidc;
  faults: Faults;
  calls: Call[];
  violations: string[];
  listeners: Set<CallListener>;
  repositories: Record<string, string>;
  close(): Promise<void>;
};

export async function startServer(clock: SteerableClock, port: number): Promise<GitHubServer> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const world = createWorld(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, clock);
  const repositories: Record<string, string> = {};
  const github: GitHubServer = {
    world,
    oidc: await createOidc(world),
    faults: createFaults(),
    calls: [],
    violations: [],
    listeners: new Set(),
    repositories,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const git = createGitHandler({ repositories });
  server.on('request', (request, response) => {
    serve(github, git, request, response).catch((error: unknown) => {
      // Whoever asked is gone.
      if ((error as NodeJS.ErrnoException).code === 'ECONNRESET' && request.socket.destroyed) return;
      github.violations.push(
        `${request.method ?? ''} ${request.url ?? ''}: the stand-in broke: ${String((error as Error).stack)}`,
      );
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  return github;
}

async function serve(
  github: GitHubServer,
  git: GitHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { world } = github;
  const startedAt = performance.now();
  const address = new URL(request.url ?? '/', world.url);
  response.setHeader('date', world.clock.now().toUTCString());
  const token = tokenOf(world, request.headers.authorization);
  const area = areaOf(git, request.url ?? '', address.pathname);
  if (area === 'web') return serveWeb(github, address, response);

  // Git's body is for git to read; the others' is small.
  const text = area === 'git' ? '' : await readText(request);
  const call = describeCall(github, request, address, area, text, token);
  github.calls.push(call);
  tell(github, call, 'arrived');
  response.once('close', () => {
    call.status = response.writableFinished ? response.statusCode : 0;
    call.ms = performance.now() - startedAt;
    tell(github, call, 'answered');
  });

  const effect = github.faults.effectOn(call);
  call.faulted = effect !== null && effect.kind !== 'delay' && effect.kind !== 'hold';
  if (effect?.kind === 'delay') await sleep(effect.ms);
  if (effect?.kind === 'hold') await effect.until;
  if (effect?.kind === 'stall') return;
  if (effect?.kind === 'drop') return void response.destroy();
  if (effect?.kind === 'answer') return send(response, effect);

  if (area === 'git') return serveGit(github, git, token, request, response);
  const answer = await answerCall(github, { area, request, address, text, token, call });
  if (effect?.kind === 'lose-answer') return void response.destroy();
  send(response, answer);
}

type Area = 'git' | 'rest' | 'graphql' | 'services' | 'web';

function areaOf(git: GitHandler, url: string, pathname: string): Area {
  if (pathname.startsWith('/api/v3/')) return 'rest';
  if (pathname === '/api/graphql') return 'graphql';
  if (pathname.startsWith('/_services/')) return 'services';
  return git.handles(url) ? 'git' : 'web';
}

function describeCall(
  github: GitHubServer,
  request: IncomingMessage,
  address: URL,
  area: Area,
  text: string,
  token: Token | 'bad' | null,
): Call {
  const method = request.method ?? 'GET';
  const path = address.pathname.replace(/^\/api\/v3/, '');
  const fields = area === 'graphql' ? rootFields(readGraphql(jsonOrNull(text))?.query ?? '') : [];
  const operation =
    area === 'rest' ? (matchOperation(method, path)?.operationId ?? null) : area === 'services' ? 'oidc' : area;
  return {
    index: github.calls.length,
    method,
    path,
    query: address.search,
    operation,
    fields,
    run: token === null || token === 'bad' ? github.oidc.runOf(bearerOf(request) ?? '') : token.run,
    status: 0,
    ms: 0,
    faulted: false,
  };
}

type Asked = {
  area: Area;
  request: IncomingMessage;
  address: URL;
  text: string;
  token: Token | 'bad' | null;
  call: Call;
};

async function answerCall(github: GitHubServer, { area, request, address, text, token, call }: Asked): Promise<Answer> {
  const { world } = github;
  if (area === 'services') {
    const bearer = bearerOf(request);
    return (await github.oidc.answer(address.pathname, address.searchParams, bearer)) ?? { status: 404, body: {} };
  }
  if (token === 'bad') return new Refusal(401, 'Bad credentials').answer;
  if (request.headers['user-agent'] === undefined)
    return violated(
      github,
      call,
      new Refusal(403, 'Request forbidden by administrative rules.').answer,
      'sends no User-Agent',
    );
  const body = text === '' ? undefined : jsonOrNull(text);
  if (body === null)
    return violated(github, call, new Refusal(400, 'Problems parsing JSON').answer, 'has a body that is no JSON');
  await Promise.all(world.repositories.map((repository) => follow(world, repository)));

  if (area === 'graphql') {
    if (token === null) return new Refusal(401, 'This endpoint requires you to be authenticated.').answer;
    const asked = readGraphql(body);
    if (asked === null)
      return violated(
        github,
        call,
        new Refusal(400, 'A query attribute must be specified and must be a string.').answer,
        'has no query',
      );
    const { body: answer, violations } = await answerGraphql({ world, token }, asked);
    violations.forEach((violation) => record(github, call, violation));
    return { status: 200, body: answer };
  }
  const accept = request.headers.accept ?? '';
  const answer = await answerRest(world, { method: call.method, pathname: call.path, address, accept, token, body });
  answer.violations.forEach((violation) => record(github, call, violation));
  return answer;
}

async function serveGit(
  github: GitHubServer,
  git: GitHandler,
  token: Token | 'bad' | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, owner = '', name = ''] = (request.url ?? '').split('/');
  const repository = findRepository(github.world, owner, name.replace(/\.git$/, ''));
  const open = repository !== undefined && !repository.private;
  const mayRead =
    open ||
    (token !== null &&
      token !== 'bad' &&
      token.repository === repository &&
      token.permissions['contents'] !== undefined);
  if (token === 'bad' || (token === null && !open)) {
    response.setHeader('www-authenticate', 'Basic realm="GitHub"');
    return send(response, { status: 401, text: { type: 'text/plain', content: 'Authentication required' } });
  }
  if (repository === undefined || !mayRead)
    return send(response, { status: 404, text: { type: 'text/plain', content: 'Repository not found.' } });
  await follow(github.world, repository);
  await git.handle(request, response);
}

async function serveWeb(github: GitHubServer, address: URL, response: ServerResponse): Promise<void> {
  const page = /^\/([^/]+)\/([^/]+)\/pull\/(\d+)\/?$/.exec(address.pathname);
  const portrait = /^\/avatars\/([^/]+)$/.exec(address.pathname)?.[1];
  if (portrait !== undefined) {
    return send(response, {
      status: 200,
      text: { type: 'image/svg+xml', content: avatar(decodeURIComponent(portrait)) },
    });
  }
  const repository = page === null ? undefined : findRepository(github.world, page[1] ?? '', page[2] ?? '');
  const number = Number(page?.[3]);
  if (repository === undefined || !repository.pulls.has(number)) {
    return send(response, { status: 404, text: { type: 'text/plain', content: 'Not Found' } });
  }
  await follow(github.world, repository);
  const theme = address.searchParams.get('theme');
  const content = await renderPage(github.world, repository, number, {
    theme: theme === 'dark' || theme === 'light' ? theme : 'auto',
  });
  send(response, { status: 200, text: { type: 'text/html; charset=utf-8', content } });
}

function violated(github: GitHubServer, call: Call, answer: Answer, violation: string): Answer {
  record(github, call, violation);
  return answer;
}

function record(github: GitHubServer, call: Call, violation: string): void {
  github.violations.push(`${call.method} ${call.path}${call.query}: ${violation}`);
}

function tell(github: GitHubServer, call: Call, phase: 'arrived' | 'answered'): void {
  for (const listener of github.listeners) listener(call, phase);
}
