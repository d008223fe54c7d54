import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './exchange.ts';
import type { Effect } from './faults.ts';
import type { Token, World } from './state.ts';

/** What HTTP carries, taken apart and put together. */

export function send(response: ServerResponse, answer: Answer | Extract<Effect, { kind: 'answer' }>): void {
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  const text = 'text' in answer ? answer.text : undefined;
  if (text !== undefined) {
    response.setHeader('content-type', text.type);
    response.end(text.content);
  } else if (answer.body === undefined) {
    response.end();
  } else {
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(JSON.stringify(answer.body));
  }
}

export function bearerOf(request: IncomingMessage): string | null {
  return /^bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

export function tokenOf(world: World, header: string | undefined): Token | 'bad' | null {
  if (header === undefined) return null;
  const [scheme = '', value = ''] = header.split(' ');
  const secret =
    scheme.toLowerCase() === 'basic' ? (Buffer.from(value, 'base64').toString().split(':')[1] ?? '') : value;
  return world.tokens.get(secret) ?? 'bad';
}

export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
