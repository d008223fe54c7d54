import type { AgentName } from '../core/agents/cli.ts';
import { modelFault } from '../core/agents/model-name.ts';
import type { ReviewerConfig } from '../core/config.ts';
import { isOpenOnTheWay, modelAddress } from '../core/inputs/model.ts';
import { decimalNumber, optional, type Reader } from '../core/inputs/text.ts';
import type { RawModelFlags } from './model-flags.ts';

/** An agent as reviewer, from the flags and the environment; `argv` stands instead of the program on the PATH. */
export function readAgent(
  agent: AgentName,
  raw: RawModelFlags & { passEnv: string[] },
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  faults: string[],
): ReviewerConfig {
  const read = <T>(flag: string, text: string | undefined, reader: Reader<T>): T | null => {
    const reading = optional(reader)(text ?? '');
    if ('value' in reading) return reading.value;
    faults.push(
      ...reading.map(({ expected, found }) => `${flag}: must be ${expected}, not ${found ?? JSON.stringify(text)}`),
    );
    return null;
  };
  const model = raw.model ?? null;
  const expected = modelFault(agent, model);
  if (expected !== null) faults.push(`--model: must be ${expected}, not ${JSON.stringify(model)}`);
  const baseUrl = read('--base-url', raw.baseUrl, modelAddress);
  const apiKey = env['PUSHBACK_API_KEY'] ?? '';
  if (baseUrl !== null && apiKey !== '' && isOpenOnTheWay(baseUrl)) {
    faults.push('--base-url: must be https://, for PUSHBACK_API_KEY would be sent there unencrypted');
  }
  const [program, ...args] = argv;
  return {
    kind: 'agent',
    agent,
    command: program === undefined ? null : [program, ...args],
    model,
    apiKey: apiKey === '' ? null : apiKey,
    baseUrl,
    maxCostUsd: read('--max-cost', raw.maxCost, decimalNumber(0.0001, 100_000)),
    passEnv: raw.passEnv,
  };
}
