import type { AgentName } from './cli.ts';

/** The model's own name, where `provider/name` was given to a program that knows one provider only. */
export function ownModel(model: string | null, provider: string): string | null {
  if (model === null) return null;
  return model.startsWith(`${provider}/`) ? model.slice(provider.length + 1) : model;
}

export function providerAndName(model: string): { provider: string; name: string } | null {
  const slash = model.indexOf('/');
  if (slash <= 0 || slash === model.length - 1) return null;
  return { provider: model.slice(0, slash), name: model.slice(slash + 1) };
}

/** What an agent wants the model to be, where what was given is not that. */
export function modelFault(agent: AgentName, model: string | null): string | null {
  if (agent !== 'opencode' || (model !== null && providerAndName(model) !== null)) return null;
  return 'provider/id for opencode, such as anthropic/claude-sonnet-5-5';
}
