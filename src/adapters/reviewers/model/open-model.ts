import type { LanguageModel } from 'ai';
import { assertNever } from '../../../core/exhaustive.ts';
import type { ModelTarget } from '../../../core/reviewing/model-target.ts';
import { anthropicExchange, federatedToken, openaiExchange, type IdToken } from './federation.ts';

/** The same as the provider options of the AI SDK: JSON by provider. */
export type ProviderOptions = Record<string, Record<string, string | boolean | Record<string, string>>>;

export type OpenModel = {
  /** The model over a fetch of one's own. */
  over(fetch: typeof globalThis.fetch): LanguageModel;
  /** Of every call. */
  options: ProviderOptions;
  /** Marks a piece of a prompt as the end of what is to be cached; null where the provider finds that out by itself. */
  cacheMark: ProviderOptions | null;
  /** Null: what the provider has for default. */
  maxOutputTokens: number | null;
};

export type ModelAccess = {
  target: ModelTarget;
  apiKey: string | null;
  baseUrl: string | null;
  /** Where the providers' own variables for keys, roles and regions are looked up. */
  env: Readonly<Record<string, string | undefined>>;
  /** Null where nobody vouches for who we are. */
  idToken: IdToken | null;
  monotonicMs: () => number;
};

/** There is no way in: the message says what to set. */
export class NoAccess extends Error {
  override readonly name = 'NoAccess';
}

/** Loads the provider's client, and nothing of the others. */
export async function openModel(access: ModelAccess): Promise<OpenModel> {
  const { target, env, baseUrl } = access;
  const baseURL = baseUrl === null ? {} : { baseURL: baseUrl };
  const plain = { options: {}, cacheMark: null, maxOutputTokens: null };
  switch (target.provider) {
    case 'openai': {
      const { createOpenAI } = await import('@ai-sdk/openai');
      const apiKey = keyOf(access, 'OPENAI_API_KEY', openaiExchange(env));
      return {
        ...plain,
        over: (fetch) => createOpenAI({ ...baseURL, apiKey, fetch }).responses(target.id),
        // What is reviewed is nobody's business afterwards.
        options: { openai: { store: false } },
      };
    }
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic');
      const key = keyOf(access, 'ANTHROPIC_API_KEY', anthropicExchange(env, baseUrl));
      const way =
        typeof key === 'string'
          ? { apiKey: key }
          : { authToken: key, headers: { 'anthropic-beta': 'oauth-2025-04-20' } };
      return {
        over: (fetch) => createAnthropic({ ...baseURL, ...way, fetch })(target.id),
        options: {},
        cacheMark: { anthropic: { cacheControl: { type: 'ephemeral' } } },
        // Its clients must name one; the SDK lowers it where it knows that the model has less.
        maxOutputTokens: 32_000,
      };
    }
    case 'google': {
      const { createGoogle } = await import('@ai-sdk/google');
      const apiKey = keyOf(access, 'GOOGLE_GENERATIVE_AI_API_KEY', null, 'GEMINI_API_KEY');
      return { ...plain, over: (fetch) => createGoogle({ ...baseURL, apiKey, fetch })(target.id) };
    }
    case 'bedrock':
      return openBedrock(access, baseURL);
    case 'openai-compatible': {
      if (baseUrl === null) throw new NoAccess('the provider openai-compatible needs an address: set base-url');
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
      const key = access.apiKey === null ? {} : { apiKey: access.apiKey };
      return {
        ...plain,
        over: (fetch) =>
          createOpenAICompatible({
            name: 'compatible',
            baseURL: baseUrl,
            ...key,
            includeUsage: true,
            supportsStructuredOutputs: true,
            fetch,
          })(target.id),
      };
    }
    default:
      return assertNever(target.provider, 'the provider of a model');
  }
}

async function openBedrock(access: ModelAccess, baseURL: { baseURL?: string }): Promise<OpenModel> {
  const { target, apiKey, env } = access;
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? '';
  if (region === '')
    throw new NoAccess('Bedrock needs a region: set AWS_REGION, as aws-actions/configure-aws-credentials does');
  const { createAmazonBedrock } = await import('@ai-sdk/amazon-bedrock');
  const bearer = apiKey ?? env['AWS_BEARER_TOKEN_BEDROCK'] ?? '';
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  const way = bearer === '' ? { credentialProvider: defaultProvider() } : { apiKey: bearer };
  const caches = /(?:^|\.)(?:anthropic|amazon\.nova)/.test(target.id);
  return {
    over: (fetch) => createAmazonBedrock({ region, ...baseURL, ...way, fetch })(target.id),
    options: {},
    cacheMark: caches ? { bedrock: { cachePoint: { type: 'default' } } } : null,
    maxOutputTokens: null,
  };
}

/** The key that was given or stands in the provider's variable; else the job's identity in exchange for one. */
function keyOf(
  { apiKey, env, idToken, monotonicMs, target }: ModelAccess,
  variable: string,
  exchange: ReturnType<typeof openaiExchange>,
  other?: string,
): string | (() => Promise<string>) {
  const set = [apiKey, env[variable], other === undefined ? undefined : env[other]];
  const key = set.find((text) => text !== null && text !== undefined && text !== '');
  if (typeof key === 'string') return key;
  if (exchange !== null && idToken !== null) return federatedToken(exchange, idToken, monotonicMs);
  throw new NoAccess(
    `there is no key for ${target.provider}/${target.id}: set api-key (or ${variable}); secrets are empty on pull requests from forks`,
  );
}

/** What must never be shown of what the access holds. */
export function secretsOf({ apiKey, env }: Pick<ModelAccess, 'apiKey' | 'env'>): string[] {
  const variables = [
    'OPENAI_API_KEY',
    'ANTHROPIC_API_KEY',
    'GOOGLE_GENERATIVE_AI_API_KEY',
    'GEMINI_API_KEY',
    'AWS_BEARER_TOKEN_BEDROCK',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
  ];
  return [apiKey, ...variables.map((name) => env[name])].filter(
    (secret): secret is string => typeof secret === 'string' && secret.length >= 6,
  );
}
