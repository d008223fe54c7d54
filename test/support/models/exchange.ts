/** What a model is asked and what it answers, whatever the protocol they travel in. */

export type Protocol = 'openai-chat' | 'openai-responses' | 'anthropic' | 'google' | 'bedrock';

export type ToolCall = { id: string; name: string; arguments: unknown };

export type Message = {
  role: 'user' | 'assistant' | 'tool';
  text: string;
  /** Of an assistant's message. */
  calls: ToolCall[];
  /** What the client's tools answered, in a `tool` message (protocols that send them as the user's included). */
  results: { id: string; text: string }[];
};

/** One request to a model, as the script sees it and as the server records it. */
export type ModelRequest = {
  protocol: Protocol;
  path: string;
  headers: Record<string, string>;
  /** The body as it came. */
  body: Record<string, unknown>;
  model: string;
  stream: boolean;
  /** System and developer texts, joined. */
  system: string;
  messages: Message[];
  tools: { name: string; schema: unknown }[];
  /** The schema that the answer must have, where the protocol was told one; null also where a tool stands in for it. */
  outputSchema: unknown;
  /** Settles as soon as the client goes away before the answer is whole. */
  signal: AbortSignal;
};

export type ReplyUsage = {
  /** All of the prompt, cached tokens included. */
  input: number;
  output: number;
  /** Read from the cache, part of `input`. */
  cached?: number;
  /** Written to the cache, part of `input`; protocols that know no such thing don't tell. */
  cacheWrites?: number;
  /** Part of `output`. */
  reasoning?: number;
};

export type Answer = {
  kind: 'answer';
  text?: string;
  calls?: { name: string; arguments: unknown; id?: string }[];
  usage?: ReplyUsage;
  /** `stop`, or `calls` where there are any, by default. */
  finish?: 'stop' | 'calls' | 'length' | 'refusal' | 'content-filter';
  /** Waits so long between the pieces of a streamed answer, and once before an unstreamed one. */
  pauseMs?: number;
};

export type Reply =
  | Answer
  /** An error in the words of the protocol. `code` is the protocol's own name for it; there is one for each known status. */
  | { kind: 'error'; status: number; message: string; code?: string; headers?: Record<string, string> }
  /** Whatever is in it, as it is. */
  | { kind: 'raw'; status: number; headers?: Record<string, string>; body: string | Buffer }
  /** Never answers; the connection stays open until the client gives up. */
  | { kind: 'hang' }
  /** The connection is cut: before anything was answered, or after half of the answer. */
  | { kind: 'cut'; after?: Answer };

/** What a protocol's file has to offer the server. */
export type Wire = {
  /** The request, where the path is this protocol's; null where it is not. */
  read(path: string, query: URLSearchParams, body: Record<string, unknown>): ReadRequest | null;
  /** An answer in one piece. */
  whole(request: ModelRequest, answer: FullAnswer): unknown;
  /** The same in pieces, as they go over the wire. */
  pieces(request: ModelRequest, answer: FullAnswer): (string | Buffer)[];
  streamType: string;
  error(status: number, message: string, code: string | undefined): { headers?: Record<string, string>; body: unknown };
};

export type ReadRequest = Omit<ModelRequest, 'protocol' | 'path' | 'headers' | 'body' | 'signal'>;

/** An answer with nothing left open. */
export type FullAnswer = {
  id: string;
  text: string;
  calls: ToolCall[];
  usage: Required<ReplyUsage>;
  finish: NonNullable<Answer['finish']>;
};
