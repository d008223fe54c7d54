import { cut, fenceWith } from './fence.ts';

/** What an answer that could not be read was, and why. */
export type BrokenAnswer = {
  faults: readonly string[];
  /** As it came; null where it stands in the conversation already. */
  answer: string | null;
};

/**
 * Asks once for the same answer in the right form. It goes into the same conversation, after the answer; `answer` is
 * given where there is none to go on with.
 */
export function repairPrompt({ faults, answer }: BrokenAnswer, boundary: string): string {
  const fence = fenceWith(boundary);
  const was = answer === null ? '' : `\n\n${fence('your answer', cut(answer, MAX_ANSWER))}`;
  return `Your answer could not be read:
${fence('faults', faults.slice(0, MAX_FAULTS).join('\n'))}${was}

Print the whole answer again with these faults mended: one JSON object of the form that the rules give, complete from the
first brace to the last, without any text or code fence around it. Change only the form; find nothing new and leave nothing
out, unless a finding can not be brought into the form. Where you were cut off, shorten the bodies.`;
}

const MAX_FAULTS = 10;
const MAX_ANSWER = 60_000;
