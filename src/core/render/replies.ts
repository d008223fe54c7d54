import { isOpen, type Finding } from '../finding.ts';
import { codeBlock, inlineText } from '../neutralise.ts';
import { findingInFull } from './finding-text.ts';
import { commitLink, type ReviewView } from './view.ts';
import { stateWords } from './words.ts';

/** Begins as everything of ours does, so that nothing in it is ever taken for a command. */
const REPLY_MARKER = '<!-- pushback:1 kind=reply -->';
const MAX_WORDS = 20_000;

const HELP = `**Commands**, each on a line of its own, by people who may write to this repository:

| | |
|:--|:--|
| \`/pushback review\` | reviews what is new now |
| \`/pushback full\` | reviews everything anew |
| \`/pushback dismiss F3 why\` | F3 no longer counts, until its code changes |
| \`/pushback reopen F3\` | F3 counts again |
| \`/pushback explain F3\` | all that is known of F3 |
| \`/pushback pause\`, \`resume\` | leaves this pull request alone, and reviews it again |`;

export function renderHelp(): string {
  return `${REPLY_MARKER}\n${HELP}`;
}

/** All that is known of a finding, whatever became of it. */
export function renderExplanation(view: ReviewView, finding: Finding): string {
  const commit = (sha: Parameters<typeof commitLink>[1]): string => commitLink(view, sha);
  const state = isOpen(finding) ? 'open' : stateWords(finding, commit);
  const facts = [
    `First raised in ${commit(finding.firstSeenSha)}`,
    state,
    ...(finding.rule === null ? [] : [`rule ${inlineText(finding.rule)}`]),
    ...(finding.why === '' ? [] : [inlineText(finding.why)]),
  ];
  const quote = finding.quote === '' ? '' : codeBlock(finding.quote);
  const instead = finding.suggestion === null ? '' : `Suggested instead:\n\n${codeBlock(finding.suggestion)}`;
  return [
    `${REPLY_MARKER}\n${findingInFull(view, finding, MAX_WORDS)}`,
    quote,
    instead,
    `<sub>${facts.join(' · ')}</sub>`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
