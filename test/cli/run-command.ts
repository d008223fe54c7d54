import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { Command, CommanderError } from 'commander';
import type { Streams } from '../../src/cli/streams.ts';
import { WrongUse } from '../../src/cli/wrong-use.ts';
import { COMPILED_SOURCES } from '../support/compiled-sources.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export type Ran = { code: number; out: string; err: string };

/** The command from its sources, in a process of its own, with nothing in its environment but what is given. */
export async function runPushback(args: readonly string[], environment: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/pushback.ts'), ...args], {
    env: {
      PATH: process.env['PATH'],
      HOME: '/nowhere',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...COMPILED_SOURCES,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done(code ?? -1));
  });
  const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, out, err };
}

/** One subcommand in this process, for want of a second to start another: errors come back as text, with their code. */
export async function runSubcommand(
  args: readonly string[],
  environment: Record<string, string>,
  make: (streams: Streams) => Command,
): Promise<Ran> {
  const ran: Ran = { code: 0, out: '', err: '' };
  const streams: Streams = { out: (said) => void (ran.out += said), err: (said) => void (ran.err += said) };
  const program = new Command().configureOutput({ writeOut: streams.out, writeErr: streams.err }).exitOverride();
  program.addCommand(make(streams));
  inherit(program);
  const before = { ...process.env };
  Object.assign(process.env, environment);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    ran.code = error instanceof WrongUse || error instanceof CommanderError ? 2 : 1;
    if (!(error instanceof CommanderError)) ran.err += error instanceof Error ? error.message : String(error);
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
    Object.assign(process.env, before);
  }
  return ran;
}

function inherit(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inherit(command);
  }
}

/** As somebody with AWS credentials has them, for the DynamoDB at `endpoint`. */
export function awsEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}
