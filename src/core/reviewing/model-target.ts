/** The providers whose models the reviewer `model` speaks to. */
export const MODEL_PROVIDERS = ['openai', 'anthropic', 'google', 'bedrock', 'openai-compatible'] as const;
export type ModelProvider = (typeof MODEL_PROVIDERS)[number];

export type ModelTarget = { provider: ModelProvider; id: string };

/** Reads `provider/id`; ids may hold slashes of their own. Null where it is none. */
export function modelTarget(text: string): ModelTarget | null {
  const slash = text.indexOf('/');
  const provider = MODEL_PROVIDERS.find((name) => name === text.slice(0, Math.max(0, slash)));
  const id = text.slice(slash + 1);
  if (provider === undefined || !/^[\x21-\x7e]{1,300}$/.test(id)) return null;
  return { provider, id };
}

export function modelName({ provider, id }: ModelTarget): string {
  return `${provider}/${id}`;
}
