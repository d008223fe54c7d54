import { claude } from './claude.ts';
import type { AgentCli, AgentName } from './cli.ts';
import { codex } from './codex.ts';
import { copilot } from './copilot.ts';
import { gemini } from './gemini.ts';
import { opencode } from './opencode.ts';

export const AGENT_CLIS: Readonly<Record<AgentName, AgentCli>> = { claude, codex, gemini, opencode, copilot };
