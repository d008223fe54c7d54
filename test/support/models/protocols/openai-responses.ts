import type { FullAnswer, Message, ModelRequest, Wire } from '../exchange.ts';
import { cutUp, list, parsed, record, sse, string, textOf, type Json } from '../json.ts';

/** `POST …/responses`, OpenAI's present way. */
export const openaiResponses: Wire = {
  streamType: 'text/event-stream',

  read(path, _query, body) {
    if (!path.endsWith('/responses')) return null;
    const input: Json[] =
      typeof body['input'] === 'string' ? [{ role: 'user', content: body['input'] }] : list(body['input']);
    const isSystem = ({ role }: Json): boolean => role === 'system' || role === 'developer';
    const instructions = string(body['instructions']);
    return {
      model: string(body['model']),
      stream: body['stream'] === true,
      system: [instructions, ...input.filter(isSystem).map(({ content }) => textOf(content))].join('\n').trim(),
      messages: input.filter((item) => !isSystem(item)).flatMap(messageOf),
      tools: list(body['tools']).map(({ name, type, parameters }) => ({
        name: string(name) === '' ? string(type) : string(name),
        schema: parameters,
      })),
      outputSchema: record(record(body['text'])['format'])['schema'] ?? null,
    };
  },

  whole(request, answer) {
    return responseOf(request, answer, statusOf(answer), itemsOf(answer));
  },

  pieces(request, answer) {
    let sequence = 0;
    const event = (type: string, fields: object): string => {
      sequence += 1;
      return sse({ type, sequence_number: sequence, ...fields }, type);
    };
    const begun = responseOf(request, answer, 'in_progress', []);
    return [
      event('response.created', { response: begun }),
      event('response.in_progress', { response: begun }),
      ...itemsOf(answer).flatMap((item, output_index) => itemPieces(event, item, output_index)),
      event(`response.${statusOf(answer)}`, { response: this.whole(request, answer) }),
    ];
  },

  error: (status, message, code) => ({
    body: { error: { message, type: code ?? ERRORS[status] ?? 'server_error', param: null, code: code ?? null } },
  }),
};

const ERRORS: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'invalid_request_error',
  429: 'rate_limit_exceeded',
};

function messageOf(item: Json): Message[] {
  const nothing = { text: '', calls: [], results: [] };
  switch (item['type']) {
    case 'function_call': {
      const { call_id: id, name, arguments: args } = item;
      const call = { id: string(id), name: string(name), arguments: parsed(string(args)) };
      return [{ ...nothing, role: 'assistant', calls: [call] }];
    }
    case 'function_call_output': {
      const text = textOf(item['output']);
      return [{ ...nothing, role: 'tool', text, results: [{ id: string(item['call_id']), text }] }];
    }
    case 'reasoning':
    case 'item_reference':
      return [];
    default:
      return [{ ...nothing, role: item['role'] === 'assistant' ? 'assistant' : 'user', text: textOf(item['content']) }];
  }
}

type Item =
  | { type: 'message'; id: string; status: 'completed'; role: 'assistant'; content: (Text | Refusal)[] }
  | { type: 'function_call'; id: string; call_id: string; name: string; arguments: string; status: 'completed' };
type Text = { type: 'output_text'; text: string; annotations: never[]; logprobs: never[] };
type Refusal = { type: 'refusal'; refusal: string };

function itemsOf({ id, text, calls, finish }: FullAnswer): Item[] {
  const content: Text | Refusal =
    finish === 'refusal'
      ? { type: 'refusal', refusal: text }
      : { type: 'output_text', text, annotations: [], logprobs: [] };
  return [
    ...(text === '' && calls.length > 0
      ? []
      : [
          {
            type: 'message',
            id: `msg_${id}`,
            status: 'completed',
            role: 'assistant',
            content: [content],
          } satisfies Item,
        ]),
    ...calls.map(
      (call) =>
        ({
          type: 'function_call',
          id: `fc_${call.id}`,
          call_id: call.id,
          name: call.name,
          arguments: JSON.stringify(call.arguments),
          status: 'completed',
        }) satisfies Item,
    ),
  ];
}

function itemPieces(event: (type: string, fields: object) => string, item: Item, output_index: number): string[] {
  const at = { output_index, item_id: item.id };
  const begun = item.type === 'message' ? { ...item, content: [] } : { ...item, arguments: '' };
  const body =
    item.type === 'message'
      ? item.content.flatMap((part, content_index) => partPieces(event, { ...at, content_index }, part))
      : [
          ...cutUp(item.arguments).map((delta) => event('response.function_call_arguments.delta', { ...at, delta })),
          event('response.function_call_arguments.done', { ...at, arguments: item.arguments, name: item.name }),
        ];
  return [
    event('response.output_item.added', { output_index, item: { ...begun, status: 'in_progress' } }),
    ...body,
    event('response.output_item.done', { output_index, item }),
  ];
}

function partPieces(event: (type: string, fields: object) => string, at: object, part: Text | Refusal): string[] {
  const text = part.type === 'refusal' ? part.refusal : part.text;
  const name = part.type === 'refusal' ? 'response.refusal' : 'response.output_text';
  const empty = part.type === 'refusal' ? { ...part, refusal: '' } : { ...part, text: '' };
  return [
    event('response.content_part.added', { ...at, part: empty }),
    ...cutUp(text).map((delta) => event(`${name}.delta`, { ...at, delta })),
    event(`${name}.done`, { ...at, [part.type === 'refusal' ? 'refusal' : 'text']: text }),
    event('response.content_part.done', { ...at, part }),
  ];
}

function statusOf({ finish }: FullAnswer): 'completed' | 'incomplete' {
  return finish === 'length' || finish === 'content-filter' ? 'incomplete' : 'completed';
}

function responseOf({ model, body }: ModelRequest, answer: FullAnswer, status: string, output: Item[]): object {
  const { id, usage, finish } = answer;
  const reason = finish === 'length' ? 'max_output_tokens' : 'content_filter';
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: 1_790_000_000,
    status,
    error: null,
    incomplete_details: status === 'incomplete' ? { reason } : null,
    instructions: body['instructions'] ?? null,
    model,
    output,
    parallel_tool_calls: true,
    previous_response_id: body['previous_response_id'] ?? null,
    tools: [],
    usage:
      status === 'in_progress'
        ? null
        : {
            input_tokens: usage.input,
            input_tokens_details: { cached_tokens: usage.cached },
            output_tokens: usage.output,
            output_tokens_details: { reasoning_tokens: usage.reasoning },
            total_tokens: usage.input + usage.output,
          },
  };
}
