/** Folders, wherever they lie, whose content tells an agent what to do. */
const FOLDERS = new Set([
  '.claude',
  '.claude-plugin',
  '.codex',
  '.gemini',
  '.opencode',
  '.copilot',
  '.agents',
  '.agent',
  '.cursor',
]);

/** Files of the same kind, wherever they lie. */
const FILES = new Set([
  'claude.md',
  'claude.local.md',
  'agents.md',
  'agents.override.md',
  'agent.md',
  'gemini.md',
  '.mcp.json',
  'mcp.json',
  '.mcp.jsonc',
  'lsp.json',
  '.lsp.json',
  'opencode.json',
  'opencode.jsonc',
  '.geminiignore',
  '.copilotignore',
  '.cursorrules',
  'copilot-instructions.md',
]);

/** Below `.github`. */
const GITHUB_FOLDERS = new Set(['instructions', 'agents', 'skills', 'prompts', 'chatmodes', 'hooks', 'copilot']);

/**
 * Whether an agent would take a file of a repository as its own configuration or instruction. Such files are the
 * default branch's, whatever the pull request and its base make of them. Case is ignored, as some file systems do.
 */
export function isAgentConfiguration(path: string): boolean {
  const segments = path.toLowerCase().split('/');
  const name = segments.at(-1) ?? '';
  if (FILES.has(name)) return true;
  if (segments.some((segment) => FOLDERS.has(segment))) return true;
  return segments.some((segment, index) => segment === '.github' && GITHUB_FOLDERS.has(segments[index + 1] ?? ''));
}
