import type { FullAnswer, Message, ModelRequest, Wire } from '../exchange.ts';
import { cutUp, list, record, sse, string, textOf, type Json } from '../json.ts';

/** `POST …/messages`. */
export const anthropic: Wire = {
  streamType: 'text/event-stream',

  read(path, _query, body) {
    if (!path.endsWith('/messages')) return null;
    return {
      model: string(body['model']),
      stream: body['stream'] === true,
      system: textOf(body['system']),
      messages: list(body['messages']).map(messageOf),
      tools: list(body['tools']).map(({ name, type, input_schema: schema }) => ({
        name: string(name ?? type),
        schema,
      })),
      outputSchema:
        record(record(body['output_config'])['format'])['schema'] ?? record(body['output_format'])['schema'] ?? null,
    };
  },

  whole: (request, answer) => messageFrom(request, answer, true),

  pieces(request, answer) {
    const event = (type: string, fields: object): string => sse({ type, ...fields }, type);
    return [
      event('message_start', { message: messageFrom(request, answer, false) }),
      event('ping', {}),
      ...blocksOf(answer).flatMap((block, index) => {
        const empty = block.type === 'text' ? { type: 'text', text: '' } : { ...block, input: {} };
        const deltas =
          block.type === 'text'
            ? cutUp(block.text).map((text) => ({ type: 'text_delta', text }))
            : cutUp(JSON.stringify(block.input)).map((json) => ({ type: 'input_json_delta', partial_json: json }));
        return [
          event('content_block_start', { index, content_block: empty }),
          ...deltas.map((delta) => event('content_block_delta', { index, delta })),
          event('content_block_stop', { index }),
        ];
      }),
      event('message_delta', {
        delta: { stop_reason: FINISH[answer.finish], stop_sequence: null },
        usage: usageOf(answer),
      }),
      event('message_stop', {}),
    ];
  },

  error: (status, message, code) => ({
    headers: { 'request-id': 'req_scripted' },
    body: {
      type: 'error',
      error: { type: code ?? ERRORS[status] ?? 'api_error', message },
      request_id: 'req_scripted',
    },
  }),
};

const FINISH = {
  stop: 'end_turn',
  calls: 'tool_use',
  length: 'max_tokens',
  refusal: 'refusal',
  'content-filter': 'refusal',
} as const;

const ERRORS: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

function messageOf(message: Json): Message {
  const content =
    typeof message['content'] === 'string' ? [{ type: 'text', text: message['content'] }] : list(message['content']);
  const results = content
    .filter(({ type }) => type === 'tool_result')
    .map((part) => ({ id: string(part['tool_use_id']), text: textOf(part['content']) }));
  const calls = content
    .filter(({ type }) => type === 'tool_use')
    .map(({ id, name, input }) => ({ id: string(id), name: string(name), arguments: input }));
  const role = message['role'] === 'assistant' ? 'assistant' : results.length > 0 ? 'tool' : 'user';
  return { role, text: textOf(content.filter(({ type }) => type === 'text')), calls, results };
}

type Block = { type: 'text'; text: string } | { type: 'tool_use'; id: string; name: string; input: unknown };

function blocksOf({ text, calls }: FullAnswer): Block[] {
  return [
    ...(text === '' ? [] : [{ type: 'text', text } as const]),
    ...calls.map(({ id, name, arguments: input }) => ({ type: 'tool_use', id, name, input }) as const),
  ];
}

function messageFrom({ model }: ModelRequest, answer: FullAnswer, done: boolean): object {
  return {
    id: `msg_${answer.id}`,
    type: 'message',
    role: 'assistant',
    model,
    content: done ? blocksOf(answer) : [],
    stop_reason: done ? FINISH[answer.finish] : null,
    stop_sequence: null,
    usage: done ? usageOf(answer) : { ...usageOf(answer), output_tokens: 1 },
  };
}

/** Here what was cached comes beside the other input tokens. */
function usageOf({ usage }: FullAnswer): object {
  return {
    input_tokens: usage.input - usage.cached - usage.cacheWrites,
    cache_read_input_tokens: usage.cached,
    cache_creation_input_tokens: usage.cacheWrites,
    output_tokens: usage.output,
  };
}
