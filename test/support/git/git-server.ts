import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { isolatedGitEnvironment } from './git-process.ts';

/** One request that reached the git server. */
export type GitRequest = {
  method: string;
  /** `acme/shop` */
  repository: string;
  /** `info/refs`, `git-upload-pack` */
  service: string;
  authorization: 'none' | 'right' | 'wrong';
  /** Protocol v2 command, where the body names one: `ls-refs`, `fetch`. */
  command: string | null;
  wants: string[];
  filter: string | null;
  depth: number | null;
  status: number;
  sentBytes: number;
};

export type GitServerOptions = {
  /** `owner/name` -> its folder, bare or with a `.git`. May gain entries later. */
  repositories: Record<string, string>;
  /** Where set, asked of every request as the password of basic authentication. */
  token?: string;
  /** False: a remote without partial fetch, which sends every blob. */
  partial?: boolean;
  /** False: a remote that speaks the first protocol only, and gives what a ref points at and nothing else by its name. */
  byName?: boolean;
  /** Called before a request is answered; an answer of its own (a status, a redirect, `drop` for a cut connection, `stall` for none at all) stands instead, or the true answer breaks off: cut, or for ever silent, after so many bytes. */
  intercept?: (
    request: GitRequest,
  ) => number | 'drop' | 'stall' | { redirect: string } | { cutAfter: number } | { stallAfter: number } | undefined;
};

export type GitHandler = {
  /** Whether this URL path is git's business. */
  handles(url: string): boolean;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Every request so far, in the order in which they were answered. */
  requests: GitRequest[];
};

const GIT_URL =
  /^\/([^/]+\/[^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack|HEAD|objects\/.*)(?:\?(.*))?$/;

/** Git's own smart HTTP (`git http-backend`, protocol v2) as a request handler, to serve alone or inside another server. */
export function createGitHandler(options: GitServerOptions): GitHandler {
  const requests: GitRequest[] = [];
  return {
    requests,
    handles: (url) => GIT_URL.test(url),
    handle: (request, response) => handleGit(options, requests, request, response),
  };
}

export type GitServer = AsyncDisposable & { url: string; requests: GitRequest[]; close(): Promise<void> };

export async function startGitServer(options: GitServerOptions): Promise<GitServer> {
  const handler = createGitHandler(options);
  const server = createServer((request, response) => {
    handler.handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests: handler.requests, close, [Symbol.asyncDispose]: close };
}

async function handleGit(
  options: GitServerOptions,
  requests: GitRequest[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const match = GIT_URL.exec(request.url ?? '');
  if (match === null) return answer(response, 404, 'not a git path');
  const [, repository = '', service = '', query = ''] = match;
  const body = await readBody(request);
  const record: GitRequest = {
    method: request.method ?? '',
    repository,
    service,
    authorization: authorizationOf(request, options.token),
    ...(await readCommand(request, body)),
    status: 0,
    sentBytes: 0,
  };
  requests.push(record);
  response.once('close', () => {
    record.status = response.statusCode;
  });

  const intercepted = options.intercept?.(record);
  if (intercepted === 'drop') return void response.destroy();
  if (intercepted === 'stall') return;
  if (typeof intercepted === 'object' && 'redirect' in intercepted) {
    response.setHeader('location', intercepted.redirect);
    return answer(response, 302, 'elsewhere');
  }
  if (typeof intercepted === 'number') return answer(response, intercepted, 'intercepted');

  if (options.token !== undefined && record.authorization !== 'right') {
    response.setHeader('www-authenticate', 'Basic realm="git"');
    return answer(response, 401, 'token wanted');
  }
  const folder = options.repositories[repository];
  if (folder === undefined) return answer(response, 404, 'Repository not found.');
  if (service === 'git-receive-pack' || query.includes('git-receive-pack')) return answer(response, 403, 'read only');
  const breaksOff = typeof intercepted === 'object' && !('redirect' in intercepted) ? intercepted : null;
  await runBackend(options, { folder, service, query }, request, body, response, record, breaksOff);
}

/** Lets so many bytes through, then cuts the connection or falls silent. True once it has. */
function breakOff(
  breaksOff: { cutAfter: number } | { stallAfter: number } | null,
  sentBytes: number,
  rest: Buffer,
  response: ServerResponse,
): boolean {
  if (breaksOff === null) return false;
  const limit = 'cutAfter' in breaksOff ? breaksOff.cutAfter : breaksOff.stallAfter;
  if (sentBytes + rest.length <= limit) return false;
  const last = rest.subarray(0, Math.max(0, limit - sentBytes));
  response.write(last, () => void ('cutAfter' in breaksOff && response.destroy()));
  return true;
}

function runBackend(
  options: GitServerOptions,
  target: { folder: string; service: string; query: string },
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  record: GitRequest,
  breaksOff: { cutAfter: number } | { stallAfter: number } | null,
): Promise<void> {
  const configuration: [string, string][] = [
    ['safe.directory', '*'],
    ['uploadpack.allowFilter', String(options.partial ?? true)],
    ['uploadpack.allowAnySHA1InWant', String(options.byName ?? true)],
  ];
  const child = spawn('git', ['http-backend'], {
    env: {
      ...isolatedGitEnvironment(target.folder),
      ...Object.fromEntries(
        configuration.flatMap(([key, value], index) => [
          [`GIT_CONFIG_KEY_${index}`, key],
          [`GIT_CONFIG_VALUE_${index}`, value],
        ]),
      ),
      GIT_CONFIG_COUNT: String(configuration.length),
      GIT_PROJECT_ROOT: target.folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: `/${target.service}`,
      QUERY_STRING: target.query,
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: String(body.length),
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: options.byName === false ? '' : String(request.headers['git-protocol'] ?? ''),
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => {}); // the backend may answer before it has read everything
  child.stdin.end(body);
  response.once('close', () => child.kill());
  return new Promise((resolve, reject) => {
    let head: Buffer | null = Buffer.alloc(0);
    let broken = false;
    child.stdout.on('data', (chunk: Buffer) => {
      let rest: Buffer = chunk;
      if (head !== null) {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        writeHead(response, head.subarray(0, end).toString('latin1'));
        rest = head.subarray(end + 4);
        head = null;
      }
      if (broken) return;
      broken = breakOff(breaksOff, record.sentBytes, rest, response);
      if (broken) return void child.kill();
      record.sentBytes += rest.length;
      if (!response.write(rest)) {
        child.stdout.pause();
        response.once('drain', () => child.stdout.resume());
      }
    });
    child.once('error', reject);
    child.once('close', () => {
      if (broken) return resolve();
      if (head !== null) answer(response, 500, 'git http-backend gave no answer');
      else response.end();
      resolve();
    });
  });
}

function writeHead(response: ServerResponse, text: string): void {
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
}

function authorizationOf(request: IncomingMessage, token: string | undefined): GitRequest['authorization'] {
  const header = request.headers.authorization;
  if (header === undefined) return 'none';
  const [scheme = '', value = ''] = header.split(' ');
  if (scheme.toLowerCase() !== 'basic') return 'wrong';
  const password = Buffer.from(value, 'base64').toString().split(':').slice(1).join(':');
  return password === token ? 'right' : 'wrong';
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function readCommand(
  request: IncomingMessage,
  body: Buffer,
): Promise<Pick<GitRequest, 'command' | 'wants' | 'filter' | 'depth'>> {
  const plain = request.headers['content-encoding'] === 'gzip' ? await promisify(gunzip)(body) : body;
  const lines = packetLines(plain);
  const valueOf = (word: string): string | null =>
    lines.find((line) => line.startsWith(word))?.slice(word.length) ?? null;
  const depth = valueOf('deepen ');
  return {
    command: valueOf('command='),
    wants: lines.filter((line) => line.startsWith('want ')).map((line) => line.slice(5).split(' ')[0] ?? ''),
    filter: valueOf('filter '),
    depth: depth === null ? null : Number(depth),
  };
}

/** The text lines of git's pkt-line framing: four hexadecimal digits of length, which count themselves. */
function packetLines(body: Buffer): string[] {
  const lines: string[] = [];
  for (let at = 0; at + 4 <= body.length;) {
    const length = Number.parseInt(body.toString('latin1', at, at + 4), 16);
    if (Number.isNaN(length)) break;
    if (length > 4) lines.push(body.toString('latin1', at + 4, at + length).replace(/\n$/, ''));
    at += Math.max(length, 4);
  }
  return lines;
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('content-type', 'text/plain');
  response.end(`${text}\n`);
}
