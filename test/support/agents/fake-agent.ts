import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentName } from '../../../src/core/agents/cli.ts';
import { DIALECTS, type Dialect, type Turn } from './dialects.ts';

/**
 * An agent that speaks as one of the real ones does: `fake-agent.ts NAME VERSION ARGUMENTS...`. It sends its conversation to the
 * model that it is pointed at, keeps it in its home, and prints what the real one would have printed.
 */
type Message = { role: 'user' | 'assistant'; content: string };
type Conversation = { id: string; messages: Message[]; input: number; output: number };
type Completion = {
  choices?: { message?: { content?: string | null } }[];
  usage?: { prompt_tokens: number; completion_tokens: number };
  error?: { message: string };
};

async function main(name: AgentName, version: string, args: readonly string[]): Promise<void> {
  if (args.includes('--version')) {
    process.stdout.write(`${version}\n`);
    return;
  }
  const dialect = DIALECTS[name];
  const prompt = readFileSync(0, 'utf8');
  const resume = dialect.resume(args);
  const file = (id: string): string => join(process.env['HOME'] ?? '/nonexistent', `conversation-${id}.json`);
  if (resume !== null && !existsSync(file(resume))) {
    say(dialect.gone(resume));
    return;
  }
  const conversation: Conversation =
    resume === null
      ? { id: randomUUID(), messages: [], input: 0, output: 0 }
      : (JSON.parse(readFileSync(file(resume), 'utf8')) as Conversation);
  conversation.messages.push({ role: 'user', content: prompt });
  const turn = await ask(dialect, args, conversation);
  if ('text' in turn) {
    conversation.messages.push({ role: 'assistant', content: turn.text });
    writeFileSync(file(conversation.id), JSON.stringify(conversation));
  }
  say(dialect.print(turn, args));
}

async function ask(dialect: Dialect, args: readonly string[], conversation: Conversation): Promise<Turn> {
  const { id } = conversation;
  try {
    const response = await fetch(`${dialect.baseUrl(args, process.env)}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${dialect.key(process.env)}` },
      body: JSON.stringify({ model: 'm1', messages: conversation.messages }),
    });
    const body = (await response.json()) as Completion;
    if (!response.ok) return { id, error: `API Error: ${response.status} ${body.error?.message ?? ''}` };
    const usage = { input: body.usage?.prompt_tokens ?? 0, output: body.usage?.completion_tokens ?? 0 };
    conversation.input += usage.input;
    conversation.output += usage.output;
    const total = { input: conversation.input, output: conversation.output };
    return { id, text: body.choices?.[0]?.message?.content ?? '', usage, total };
  } catch (error) {
    return { id, error: `Connection error: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function say({ stdout = '', stderr = '', code = 0 }: { stdout?: string; stderr?: string; code?: number }): void {
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = code;
}

await main(process.argv[2] as AgentName, process.argv[3] ?? '', process.argv.slice(4));
