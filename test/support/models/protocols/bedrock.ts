import type { FullAnswer, Message, Wire } from '../exchange.ts';
import { cutUp, list, record, string, textOf, type Json } from '../json.ts';
import { eventStreamMessage } from './event-stream.ts';

/** `POST …/model/{id}/converse` and `/converse-stream`. */
export const bedrock: Wire = {
  streamType: 'application/vnd.amazon.eventstream',

  read(path, _query, body) {
    const match = /\/model\/([^/]+)\/(converse|converse-stream)$/.exec(path);
    if (match === null) return null;
    const more = record(body['additionalModelRequestFields']);
    return {
      model: decodeURIComponent(match[1] ?? ''),
      stream: match[2] === 'converse-stream',
      system: textOf(body['system']),
      messages: list(body['messages']).map(messageOf),
      tools: list(record(body['toolConfig'])['tools'])
        .map((tool) => record(tool['toolSpec']))
        .filter(({ name }) => name !== undefined)
        .map(({ name, inputSchema }) => ({ name: string(name), schema: record(inputSchema)['json'] })),
      outputSchema: record(record(more['output_config'])['format'])['schema'] ?? null,
    };
  },

  whole: (_request, answer) => ({
    output: {
      message: {
        role: 'assistant',
        content: [
          ...(answer.text === '' ? [] : [{ text: answer.text }]),
          ...answer.calls.map(({ id, name, arguments: input }) => ({ toolUse: { toolUseId: id, name, input } })),
        ],
      },
    },
    stopReason: FINISH[answer.finish],
    usage: usageOf(answer),
    metrics: { latencyMs: 1 },
  }),

  pieces(_request, answer) {
    const blocks = [
      ...(answer.text === '' ? [] : [{ start: null, deltas: cutUp(answer.text).map((text): object => ({ text })) }]),
      ...answer.calls.map(({ id, name, arguments: input }) => ({
        start: { toolUse: { toolUseId: id, name } },
        deltas: cutUp(JSON.stringify(input)).map((text): object => ({ toolUse: { input: text } })),
      })),
    ];
    return [
      eventStreamMessage('messageStart', { role: 'assistant' }),
      ...blocks.flatMap(({ start, deltas }, contentBlockIndex) => [
        ...(start === null ? [] : [eventStreamMessage('contentBlockStart', { contentBlockIndex, start })]),
        ...deltas.map((delta) => eventStreamMessage('contentBlockDelta', { contentBlockIndex, delta })),
        eventStreamMessage('contentBlockStop', { contentBlockIndex }),
      ]),
      eventStreamMessage('messageStop', { stopReason: FINISH[answer.finish] }),
      eventStreamMessage('metadata', { usage: usageOf(answer), metrics: { latencyMs: 1 } }),
    ];
  },

  error: (status, message, code) => ({
    headers: { 'x-amzn-errortype': code ?? ERRORS[status] ?? 'InternalServerException' },
    body: { message },
  }),
};

const FINISH = {
  stop: 'end_turn',
  calls: 'tool_use',
  length: 'max_tokens',
  refusal: 'guardrail_intervened',
  'content-filter': 'content_filtered',
} as const;

const ERRORS: Record<number, string> = {
  400: 'ValidationException',
  401: 'UnrecognizedClientException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  503: 'ServiceUnavailableException',
};

function messageOf(message: Json): Message {
  const content = list(message['content']);
  const calls = content.flatMap((part) => {
    const { toolUseId, name, input } = record(part['toolUse']);
    return name === undefined ? [] : [{ id: string(toolUseId), name: string(name), arguments: input }];
  });
  const results = content.flatMap((part) => {
    const { toolUseId, content: inner } = record(part['toolResult']);
    if (toolUseId === undefined) return [];
    const text = list(inner).map((piece) => ('json' in piece ? JSON.stringify(piece['json']) : string(piece['text'])));
    return [{ id: string(toolUseId), text: text.join('\n') }];
  });
  const role = message['role'] === 'assistant' ? 'assistant' : results.length > 0 ? 'tool' : 'user';
  return { role, text: textOf(content), calls, results };
}

/** Here what was cached comes beside the other input tokens. */
function usageOf({ usage }: FullAnswer): object {
  const { input, output, cached, cacheWrites } = usage;
  return {
    inputTokens: input - cached - cacheWrites,
    outputTokens: output,
    totalTokens: input + output,
    cacheReadInputTokens: cached,
    cacheWriteInputTokens: cacheWrites,
  };
}
