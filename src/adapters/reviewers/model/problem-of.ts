import { APICallError, type FinishReason } from 'ai';
import type { ModelProblem } from '../../../core/reviewing/model-failure.ts';
import { ExchangeRefused } from './federation.ts';
import { NoAccess } from './open-model.ts';

/** What went wrong, told from what the SDK threw. */
export function problemOf(error: unknown): ModelProblem {
  if (APICallError.isInstance(error)) return problemOfCall(error);
  if (error instanceof NoAccess || error instanceof ExchangeRefused) {
    return { kind: 'credentials', message: error.message };
  }
  if (error instanceof Error) {
    if (/credential/i.test(error.name)) {
      const message = `AWS gave no credentials: configure a role for this job (aws-actions/configure-aws-credentials) before this step`;
      return { kind: 'credentials', message };
    }
    const told = statusIn(error);
    if (told !== null) return { kind: 'http', ...told, message: error.message, retryAfterMs: null };
    const inner = causeOf(error);
    if (inner !== null) return problemOf(inner);
    if (/^AI_(?:NoOutputGenerated|NoContentGenerated|EmptyResponseBody)Error$/.test(error.name))
      return { kind: 'empty' };
    return { kind: 'unreachable', message: messageOf(error) };
  }
  return { kind: 'unreachable', message: wordsOf(error) };
}

function problemOfCall(error: APICallError): ModelProblem {
  const { statusCode, message, responseHeaders, data } = error;
  const retryAfterMs = retryAfterIn(responseHeaders ?? {});
  if (statusCode !== undefined && statusCode >= 400) {
    return { kind: 'http', status: statusCode, code: codeIn(data), message, retryAfterMs };
  }
  const inner = causeOf(error);
  return inner === null ? { kind: 'unreachable', message } : problemOf(inner);
}

/** A fault that a stream brings has its status in a field. */
function statusIn(error: Error): { status: number; code: string | null } | null {
  const { statusCode, code, type } = error as { statusCode?: unknown; code?: unknown; type?: unknown };
  const name = [code, type].find((text): text is string => typeof text === 'string') ?? null;
  if (typeof statusCode === 'number' && statusCode >= 400) return { status: statusCode, code: name };
  if (name === 'overloaded_error') return { status: 529, code: name };
  return null;
}

/** Why a model stopped where that is no answer; null where it is one. */
export function problemOfEnd(reason: FinishReason, raw: string | undefined, text: string): ModelProblem | null {
  if (/refus/i.test(raw ?? '')) return { kind: 'refusal', message: text };
  switch (reason) {
    case 'length':
      return { kind: 'length' };
    case 'content-filter':
      // A model that declines in words ends like one that was stopped.
      return text.trim() === '' ? { kind: 'content-filter' } : { kind: 'refusal', message: text };
    case 'error':
    case 'interrupted':
      return { kind: 'unreachable', message: 'its stream ended with an error' };
    case 'stop':
    case 'tool-calls':
    case 'other':
      return text.trim() === '' ? { kind: 'empty' } : null;
    default:
      return reason satisfies never;
  }
}

const MAX_RETRY_AFTER_S = 24 * 3600;

function retryAfterIn(headers: Readonly<Record<string, string>>): number | null {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return seconds >= 0 && seconds <= MAX_RETRY_AFTER_S ? seconds * 1000 : null;
}

function codeIn(data: unknown): string | null {
  const error = (data as { error?: { code?: unknown; type?: unknown; status?: unknown } } | null)?.error;
  const found = [error?.code, error?.type, error?.status].find((word) => typeof word === 'string');
  return typeof found === 'string' ? found : null;
}

function causeOf(error: Error): Error | null {
  return error.cause instanceof Error ? error.cause : null;
}

function messageOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && !error.message.includes(code) ? `${error.message} ${code}`.trim() : error.message;
}

/** Streams bring faults as plain objects, too. */
function wordsOf(error: unknown): string {
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : typeof error === 'string' ? error : 'the stream broke';
}
