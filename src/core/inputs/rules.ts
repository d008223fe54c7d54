import type { InputFault } from './faults.ts';
import type { InputTexts } from './names.ts';
import { wordsOf } from './text.ts';

/** What must hold between inputs, whether or not each by itself is right: so all faults come out at once. */
export function ruleFaults(texts: InputTexts, environment: { awsRegion: string }): InputFault[] {
  return [...ledgerFaults(texts, environment.awsRegion), ...reviewerFaults(texts), ...requestFaults(texts)];
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
  const named = wordsOf(texts['pull-requests']).length;
  if (named > 1) faults.push({ input: 'pull-requests', found: `${named} pull requests`, expected });
  return faults;
}

function requestFaults(texts: InputTexts): InputFault[] {
  if (texts['review-event'] !== 'request-changes' || texts['fail-on'] !== 'never') return [];
  const expected = 'critical, warning or suggestion: from there on review-event: request-changes requests changes';
  return [{ input: 'fail-on', found: 'never', expected }];
}

const CHOICES = 'command (with the input command) or sarif (with sarif-file)';

function reviewerFaults(texts: InputTexts): InputFault[] {
  const [command, sarif] = [texts.command !== '', texts['sarif-file'] !== ''];
  switch (texts.reviewer) {
    case 'command':
      return command
        ? []
        : [{ input: 'command', found: 'nothing', expected: 'the command that reviewer: command runs' }];
    case 'sarif':
      return sarif ? [] : [{ input: 'sarif-file', found: 'nothing', expected: 'the files that reviewer: sarif reads' }];
    case '': {
      if (command !== sarif) return [];
      const found = command
        ? 'nothing, with command and sarif-file both set'
        : 'nothing, and neither command nor sarif-file';
      return [{ input: 'reviewer', found, expected: CHOICES }];
    }
    default:
      // Not a reviewer at all: its own field says so.
      return [];
  }
}
