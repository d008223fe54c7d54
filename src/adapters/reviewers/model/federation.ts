import * as z from 'zod';

/** A token of the job's identity provider, made out to an audience. */
export type IdToken = (audience: string) => Promise<string>;

export type TokenExchange = {
  audience: string;
  url: string;
  headers: Record<string, string>;
  body: (idToken: string) => object;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Where Anthropic takes a workload's identity for a key: its own names for what must be set. Null: not set. */
export function anthropicExchange(env: Environment, baseUrl: string | null): TokenExchange | null {
  const rule = env['ANTHROPIC_FEDERATION_RULE_ID'] ?? '';
  const organization = env['ANTHROPIC_ORGANIZATION_ID'] ?? '';
  if (rule === '' || organization === '') return null;
  const origin = new URL(baseUrl ?? 'https://api.anthropic.com').origin;
  return {
    audience: env['ANTHROPIC_OIDC_AUDIENCE'] ?? 'https://api.anthropic.com',
    url: `${origin}/v1/oauth/token`,
    headers: { 'anthropic-beta': 'oauth-2025-04-20,oidc-federation-2026-04-01' },
    body: (assertion) => ({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion,
      federation_rule_id: rule,
      organization_id: organization,
      ...set('service_account_id', env['ANTHROPIC_SERVICE_ACCOUNT_ID']),
      ...set('workspace_id', env['ANTHROPIC_WORKSPACE_ID']),
    }),
  };
}

/** The same with OpenAI, which has no names of its own for what it needs. */
export function openaiExchange(
  env: Environment,
  tokenUrl = 'https://auth.openai.com/oauth/token',
): TokenExchange | null {
  const provider = env['OPENAI_IDENTITY_PROVIDER_ID'] ?? '';
  const account = env['OPENAI_SERVICE_ACCOUNT_ID'] ?? '';
  if (provider === '' || account === '') return null;
  return {
    audience: env['OPENAI_OIDC_AUDIENCE'] ?? 'https://api.openai.com/v1',
    url: tokenUrl,
    headers: {},
    body: (subjectToken) => ({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      subject_token: subjectToken,
      identity_provider_id: provider,
      service_account_id: account,
    }),
  };
}

function set(name: string, value: string | undefined): Record<string, string> {
  return value === undefined || value === '' ? {} : { [name]: value };
}

const Exchanged = z.object({ access_token: z.string().min(1), expires_in: z.number().positive().default(3600) });

/** No key was got for the job's identity; the message says what to look at, and holds no token. */
export class ExchangeRefused extends Error {
  override readonly name = 'ExchangeRefused';
}

const RENEW_BEFORE_MS = 120_000;
const TIMEOUT_MS = 30_000;

/** Gets access tokens for the job's identity: one at a time, kept until shortly before they end. */
export function federatedToken(
  exchange: TokenExchange,
  idToken: IdToken,
  monotonicMs: () => number,
): () => Promise<string> {
  let current: { token: Promise<string>; until: number } | null = null;
  const renew = async (): Promise<{ token: string; lifeMs: number }> => {
    const response = await fetch(exchange.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...exchange.headers },
      body: JSON.stringify(exchange.body(await idToken(exchange.audience))),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) {
      const what = `the provider gave no access token for this job's identity (status ${response.status})`;
      throw new ExchangeRefused(
        `${what}: compare its federation rule with the job (repository, event, audience ${exchange.audience})`,
      );
    }
    const read = Exchanged.safeParse(await response.json());
    if (!read.success) throw new ExchangeRefused(`${exchange.url} answered with no access token: check base-url`);
    return { token: read.data.access_token, lifeMs: read.data.expires_in * 1000 };
  };
  return async () => {
    if (current === null || monotonicMs() >= current.until) {
      const renewed = renew();
      const mine = { token: renewed.then(({ token }) => token), until: Number.POSITIVE_INFINITY };
      current = mine;
      mine.token.catch(() => {
        if (current === mine) current = null;
      });
      const { lifeMs } = await renewed;
      mine.until = monotonicMs() + Math.max(lifeMs / 2, lifeMs - RENEW_BEFORE_MS);
    }
    return current?.token ?? '';
  };
}
