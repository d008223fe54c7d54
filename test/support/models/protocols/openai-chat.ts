import type { FullAnswer, Message, ModelRequest, Wire } from '../exchange.ts';
import { cutUp, list, parsed, record, sse, string, textOf, type Json } from '../json.ts';

/** `POST …/chat/completions`, as OpenAI has it and everybody else copies it. */
export const openaiChat: Wire = {
  streamType: 'text/event-stream',

  read(path, _query, body) {
    if (!path.endsWith('/chat/completions')) return null;
    const messages = list(body['messages']);
    const isSystem = ({ role }: Json): boolean => role === 'system' || role === 'developer';
    return {
      model: string(body['model']),
      stream: body['stream'] === true,
      system: messages
        .filter(isSystem)
        .map(({ content }) => textOf(content))
        .join('\n'),
      messages: messages.filter((message) => !isSystem(message)).map(messageOf),
      tools: list(body['tools']).map((tool) => {
        const { name, parameters } = record(tool['function']);
        return { name: string(name), schema: parameters };
      }),
      outputSchema: record(record(body['response_format'])['json_schema'])['schema'] ?? null,
    };
  },

  whole(request, answer) {
    const { text, calls, finish } = answer;
    return {
      ...head(request, answer, 'chat.completion'),
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: text === '' || finish === 'refusal' ? null : text,
            refusal: finish === 'refusal' ? text : null,
            ...(calls.length === 0 ? {} : { tool_calls: calls.map(callOf) }),
          },
          finish_reason: FINISH[finish],
        },
      ],
      usage: usageOf(answer),
    };
  },

  pieces(request, answer) {
    const chunk = (delta: object, finish: string | null = null): string =>
      sse({ ...head(request, answer, 'chat.completion.chunk'), choices: [{ index: 0, delta, finish_reason: finish }] });
    const wantsUsage = record(request.body['stream_options'])['include_usage'] === true;
    return [
      chunk({ role: 'assistant', content: '' }),
      ...cutUp(answer.text).map((text) => chunk(answer.finish === 'refusal' ? { refusal: text } : { content: text })),
      ...answer.calls.flatMap((call, index) => [
        chunk({ tool_calls: [{ index, ...callOf(call), function: { name: call.name, arguments: '' } }] }),
        ...cutUp(JSON.stringify(call.arguments)).map((text) =>
          chunk({ tool_calls: [{ index, function: { arguments: text } }] }),
        ),
      ]),
      chunk({}, FINISH[answer.finish]),
      ...(wantsUsage
        ? [sse({ ...head(request, answer, 'chat.completion.chunk'), choices: [], usage: usageOf(answer) })]
        : []),
      'data: [DONE]\n\n',
    ];
  },

  error: (status, message, code) => ({
    body: { error: { message, type: code ?? ERRORS[status] ?? 'server_error', param: null, code: code ?? null } },
  }),
};

const FINISH = {
  stop: 'stop',
  calls: 'tool_calls',
  length: 'length',
  refusal: 'stop',
  'content-filter': 'content_filter',
} as const;

const ERRORS: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'invalid_request_error',
  429: 'rate_limit_exceeded',
};

function messageOf(message: Json): Message {
  const text = textOf(message['content']);
  if (message['role'] === 'tool') {
    return { role: 'tool', text, calls: [], results: [{ id: string(message['tool_call_id']), text }] };
  }
  const calls = list(message['tool_calls']).map((call) => {
    const { name, arguments: args } = record(call['function']);
    return { id: string(call['id']), name: string(name), arguments: parsed(string(args)) };
  });
  return { role: message['role'] === 'assistant' ? 'assistant' : 'user', text, calls, results: [] };
}

function head({ model }: ModelRequest, { id }: FullAnswer, object: string): object {
  return { id: `chatcmpl-${id}`, object, created: 1_790_000_000, model };
}

function callOf({ id, name, arguments: args }: FullAnswer['calls'][number]): object {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(args) } };
}

function usageOf({ usage }: FullAnswer): object {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached },
    completion_tokens_details: { reasoning_tokens: usage.reasoning },
  };
}
