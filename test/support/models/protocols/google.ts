import type { FullAnswer, Message, ModelRequest, Wire } from '../exchange.ts';
import { cutUp, list, record, sse, string, textOf, type Json } from '../json.ts';

/** `POST …/models/{model}:generateContent` and `:streamGenerateContent`, of the Gemini API and of Vertex. */
export const google: Wire = {
  streamType: 'text/event-stream',

  read(path, _query, body) {
    const match = /\/models\/([^/]+):(generateContent|streamGenerateContent)$/.exec(path);
    if (match === null) return null;
    const system = record(body['systemInstruction'] ?? body['system_instruction']);
    const generation = record(body['generationConfig']);
    return {
      model: decodeURIComponent(match[1] ?? ''),
      stream: match[2] === 'streamGenerateContent',
      system: textOf(system['parts']),
      messages: list(body['contents']).map(messageOf),
      tools: list(body['tools'])
        .flatMap((tool) => list(tool['functionDeclarations']))
        .map(({ name, parameters, parametersJsonSchema }) => ({
          name: string(name),
          schema: parametersJsonSchema ?? parameters,
        })),
      outputSchema: generation['responseJsonSchema'] ?? generation['responseSchema'] ?? null,
    };
  },

  whole(request, answer) {
    if (answer.finish === 'refusal') {
      return { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, ...tail(request, answer) };
    }
    return { ...candidate(partsOf(answer), FINISH[answer.finish]), ...tail(request, answer) };
  },

  pieces(request, answer) {
    if (answer.finish === 'refusal') return [sse(this.whole(request, answer))];
    const calls = partsOf({ ...answer, text: '' });
    return [
      ...cutUp(answer.text).map((text) => sse(candidate([{ text }]))),
      sse({ ...candidate(calls, FINISH[answer.finish]), ...tail(request, answer) }),
    ];
  },

  error: (status, message, code) => {
    const details =
      status === 429 ? [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1s' }] : undefined;
    return {
      body: {
        error: { code: status, message, status: code ?? ERRORS[status] ?? 'INTERNAL', ...(details ? { details } : {}) },
      },
    };
  },
};

const FINISH = {
  stop: 'STOP',
  calls: 'STOP',
  length: 'MAX_TOKENS',
  'content-filter': 'SAFETY',
} as const;

const ERRORS: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

function messageOf(message: Json): Message {
  const parts = list(message['parts']);
  const calls = parts.flatMap((part) => {
    const { id, name, args } = record(part['functionCall']);
    return name === undefined ? [] : [{ id: string(id), name: string(name), arguments: args }];
  });
  const results = parts.flatMap((part) => {
    const { id, name, response } = record(part['functionResponse']);
    return name === undefined ? [] : [{ id: string(id), text: JSON.stringify(response) }];
  });
  const role = message['role'] === 'model' ? 'assistant' : results.length > 0 ? 'tool' : 'user';
  return { role, text: textOf(parts), calls, results };
}

function partsOf({ text, calls }: FullAnswer): object[] {
  return [
    ...(text === '' ? [] : [{ text }]),
    ...calls.map(({ id, name, arguments: args }) => ({ functionCall: { id, name, args } })),
  ];
}

function candidate(parts: object[], finishReason?: string): object {
  const finish = finishReason === undefined ? {} : { finishReason };
  return { candidates: [{ content: { role: 'model', parts }, ...finish, index: 0 }] };
}

function tail({ model }: ModelRequest, { id, usage }: FullAnswer): object {
  return {
    usageMetadata: {
      promptTokenCount: usage.input,
      candidatesTokenCount: usage.output - usage.reasoning,
      thoughtsTokenCount: usage.reasoning,
      cachedContentTokenCount: usage.cached,
      totalTokenCount: usage.input + usage.output,
    },
    modelVersion: model,
    responseId: id,
  };
}
