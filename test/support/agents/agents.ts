import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AGENT_CLIS } from '../../../src/core/agents/all.ts';
import { AGENT_NAMES, type AgentName } from '../../../src/core/agents/cli.ts';
import { versionText } from '../../../src/core/agents/version.ts';

const HERE = import.meta.dirname;
const INSTALLED = resolve(HERE, '../../../node_modules/.cache/agents');

/** Whether the real ones are meant: scripts/install-agents.ts has put them where they are looked for. */
export const IS_REAL = process.env['PUSHBACK_REAL_AGENTS'] !== undefined;

/** Program and arguments, for those that are there. */
export const AGENTS: Readonly<Partial<Record<AgentName, [string, ...string[]]>>> = Object.fromEntries(
  AGENT_NAMES.flatMap((name): [AgentName, [string, ...string[]]][] => {
    const { minVersion, program } = AGENT_CLIS[name];
    if (!IS_REAL) return [[name, [process.execPath, join(HERE, 'fake-agent.ts'), name, versionText(minVersion)]]];
    const path = join(INSTALLED, `${name}-${versionText(minVersion)}`, 'node_modules/.bin', program);
    const wanted = process.env['PUSHBACK_REAL_AGENTS']?.split(',') ?? [];
    return existsSync(path) && wanted.includes(name) ? [[name, [path]]] : [];
  }),
);

/** The same program, run in between by one that writes down the names in its environment. */
export function recorded(file: string, command: readonly string[]): [string, ...string[]] {
  return [process.execPath, join(HERE, 'record-environment.ts'), file, ...command];
}

const EVERYBODYS = ['CI', 'HOME', 'PATH', 'PUSHBACK_TEST_ONLY', 'TMPDIR', 'XDG_CACHE_HOME'];
const OWN: Readonly<Record<AgentName, readonly string[]>> = {
  claude: [
    'ANTHROPIC_API_KEY',
    'ANTHROPIC_BASE_URL',
    'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC',
    'CLAUDE_CODE_MAX_RETRIES',
    'DISABLE_AUTOUPDATER',
  ],
  codex: ['CODEX_API_KEY'],
  gemini: [
    'GEMINI_API_KEY',
    'GEMINI_CLI_TRUST_WORKSPACE',
    'GEMINI_TELEMETRY_ENABLED',
    'GOOGLE_GEMINI_BASE_URL',
    'NO_COLOR',
  ],
  opencode: [
    'NO_COLOR',
    'OPENCODE_CONFIG_CONTENT',
    'OPENCODE_DISABLE_AUTOUPDATE',
    'OPENCODE_DISABLE_DEFAULT_PLUGINS',
    'OPENCODE_DISABLE_LSP_DOWNLOAD',
    'OPENCODE_DISABLE_MODELS_FETCH',
    'OPENCODE_DISABLE_PROJECT_CONFIG',
    'PUSHBACK_AGENT_KEY',
    'npm_config_cache',
  ],
  copilot: ['COPILOT_OFFLINE', 'COPILOT_PROVIDER_API_KEY', 'COPILOT_PROVIDER_BASE_URL', 'COPILOT_PROVIDER_TYPE'],
};

/** Every name that an agent may find in its environment, on a machine that sets no locale, no proxy and no certificates. */
export function environmentOf(agent: AgentName): string[] {
  const machine = ['LANG', 'LC_ALL', 'TZ', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy'];
  const certificates = ['no_proxy', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
  const set = [...machine, ...certificates].filter((name) => process.env[name] !== undefined);
  return [...EVERYBODYS, ...OWN[agent], ...set].toSorted();
}
