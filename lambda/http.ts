/** One request over HTTP, whoever received it. */
export type HttpRequest = {
  /** The id that the host gave it, where it gave one. */
  requestId?: string;
  method: string;
  /** As the host gives it, from its slash on. */
  path: string;
  /** What follows the question mark. */
  query: string;
  /** `name` in lower case. */
  header(name: string): string | undefined;
  /** Resolves to null once it is longer than `maxBytes`; read once at most. */
  body(maxBytes: number): Promise<Uint8Array | null>;
};

/** Packed bodies are bytes. */
export type HttpAnswer = { status: number; headers: Record<string, string>; body: string | Uint8Array<ArrayBuffer> };
