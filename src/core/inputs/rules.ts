import type { AgentName } from '../agents/cli.ts';
import { modelFault } from '../agents/model-name.ts';
import { MODEL_PROVIDERS, modelTarget } from '../reviewing/model-target.ts';
import { quoted, type InputFault } from './faults.ts';
import { isOpenOnTheWay } from './model.ts';
import type { InputName, InputTexts } from './names.ts';

/**
 * What must hold between inputs, whether or not each by itself is right: so all faults come out at once.
 *
 * @param called an input by its name, and where it was set
 */
export function ruleFaults(
  texts: InputTexts,
  environment: { awsRegion: string },
  called: (input: InputName) => string,
): InputFault[] {
  return [...ledgerFaults(texts, environment.awsRegion), ...reviewerFaults(texts, called), ...requestFaults(texts)];
}

function ledgerFaults(texts: InputTexts, environmentRegion: string): InputFault[] {
  const faults: InputFault[] = [];
  const [endpoint, table] = [texts.endpoint !== '', texts['dynamodb-table'] !== ''];
  if (!endpoint && !table) faults.push(...commentFaults(texts));
  if (texts.audience !== '' && !endpoint) {
    faults.push({ input: 'audience', found: 'an audience without endpoint', expected: 'endpoint as well, or nothing' });
  }
  if (texts['aws-region'] !== '' && !table) {
    const expected = 'dynamodb-table as well, or nothing';
    faults.push({ input: 'aws-region', found: 'a region without dynamodb-table', expected });
  }
  if (table && texts['aws-region'] === '' && environmentRegion === '') {
    const expected = 'the region of dynamodb-table here, or AWS_REGION in the environment';
    faults.push({ input: 'aws-region', found: 'nothing', expected });
  }
  return faults;
}

/** Without endpoint and table the ledger lies in the summary comment of one pull request, and keeps its own session alone. */
function commentFaults(texts: InputTexts): InputFault[] {
  const expected = 'endpoint or dynamodb-table as well: the ledger in the comment keeps one pull request each';
  const faults: InputFault[] = [];
  if (texts.session !== '') {
    faults.push({ input: 'session', found: 'a session without endpoint and dynamodb-table', expected });
  }
  return faults;
}

function requestFaults(texts: InputTexts): InputFault[] {
  if (texts['review-event'] !== 'request-changes' || texts['fail-on'] !== 'never') return [];
  const expected = 'critical, warning or suggestion: from there on review-event: request-changes requests changes';
  return [{ input: 'fail-on', found: 'never', expected }];
}

const CHOICES =
  'model (with the input model), an agent (claude, codex, gemini, opencode or copilot), command (with the input command) or sarif (with sarif-file)';

/** Inputs that choose a reviewer by themselves where `reviewer` says nothing. */
const CHOOSING = { model: 'model', command: 'command', sarif: 'sarif-file' } as const;

function reviewerFaults(texts: InputTexts, called: (input: InputName) => string): InputFault[] {
  const named = Object.values(CHOOSING).filter((input) => texts[input] !== '');
  switch (texts.reviewer) {
    case 'model':
    case 'command':
    case 'sarif': {
      const input = CHOOSING[texts.reviewer];
      if (texts[input] === '') return [{ input, found: 'nothing', expected: NEEDED[texts.reviewer] }];
      return texts.reviewer === 'model' ? modelFaults(texts) : [];
    }
    case 'claude':
    case 'codex':
    case 'gemini':
    case 'opencode':
    case 'copilot':
      return agentFaults(texts, texts.reviewer);
    case '': {
      if (named.length === 1) return named[0] === 'model' ? modelFaults(texts) : [];
      const found =
        named.length === 0
          ? 'nothing, and neither model, command nor sarif-file'
          : `nothing, with ${named.map(called).join(' and ')} ${named.length === 2 ? 'both' : 'all'} set`;
      return [{ input: 'reviewer', found, expected: CHOICES }];
    }
    default:
      // Not a reviewer at all: its own field says so.
      return [];
  }
}

const NEEDED = {
  model: 'the model that reviewer: model asks, as provider/id',
  command: 'the command that reviewer: command runs',
  sarif: 'the files that reviewer: sarif reads',
} as const;

function modelFaults(texts: InputTexts): InputFault[] {
  const faults: InputFault[] = [];
  const target = modelTarget(texts.model);
  if (target === null) {
    const expected = `provider/id, with one of the providers ${MODEL_PROVIDERS.join(', ')}`;
    faults.push({ input: 'model', found: quoted(texts.model), expected });
  }
  if (target?.provider === 'openai-compatible' && texts['base-url'] === '') {
    const expected = 'the address of the server, such as http://localhost:11434/v1';
    faults.push({ input: 'base-url', found: 'nothing, with an openai-compatible model', expected });
  }
  return [...faults, ...addressFaults(texts)];
}

function agentFaults(texts: InputTexts, agent: AgentName): InputFault[] {
  const wrong = modelFault(agent, texts.model === '' ? null : texts.model);
  const faults = addressFaults(texts);
  return wrong === null ? faults : [{ input: 'model', found: quoted(texts.model), expected: wrong }, ...faults];
}

function addressFaults(texts: InputTexts): InputFault[] {
  if (texts['api-key'] === '' || !isOpenOnTheWay(texts['base-url'])) return [];
  const expected = 'https://, for the key would be sent there unencrypted';
  return [{ input: 'base-url', found: 'an http:// URL of another machine, with api-key', expected }];
}
