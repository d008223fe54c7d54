import pMap from 'p-map';
import { anchor } from '../../../core/anchor.ts';
import { answerIn } from '../../../core/agents/printed.ts';
import { strictSchema } from '../../../core/agents/answer-schema.ts';
import type { RawFinding } from '../../../core/finding.ts';
import { bySeverity } from '../../../core/severity.ts';
import { afterSecondLook, VerifyAnswer, verifyPrompt, type Claim } from '../../../core/prompt/verify.ts';
import { failureOf } from '../../../core/reviewing/model-failure.ts';
import type { PullRequestRequest } from '../../../ports/reviewer.ts';
import type { RunContext } from './context.ts';
import { createTools } from './tools.ts';

const AT_ONCE = 4;
/** Of the findings of one call: no honest review has more, and each look costs a call. */
const MAX_LOOKS = 50;
/** Lines around the place, on either side. */
const AROUND = 40;
/** What the second look may look at is less than what the first may. */
const STEPS = 4;
const SCHEMA = strictSchema(VerifyAnswer);

export type Verified = { findings: RawFinding[]; refuted: number };

/**
 * Has every finding above `suggestion`, up to a bound, refuted by a call of its own; those that are go. A look that fails drops nothing.
 */
export async function lookAgain(
  context: RunContext,
  pull: PullRequestRequest,
  findings: readonly RawFinding[],
): Promise<Verified> {
  const grave = findings.filter(({ severity }) => severity !== 'suggestion');
  const looked = new Set(grave.toSorted((a, b) => bySeverity(a.severity, b.severity)).slice(0, MAX_LOOKS));
  if (grave.length > looked.size) {
    const more = grave.length - looked.size;
    context.log.info(
      `No second look at ${more} more findings of one call: ${MAX_LOOKS} are looked at, the gravest first.`,
    );
  }
  const kept = await pMap(
    findings,
    async (finding) => (looked.has(finding) ? lookAt(context, pull, finding) : finding),
    { concurrency: AT_ONCE },
  );
  const standing = kept.filter((finding) => finding !== null);
  return { findings: standing, refuted: kept.length - standing.length };
}

async function lookAt(context: RunContext, pull: PullRequestRequest, finding: RawFinding): Promise<RawFinding | null> {
  const { conversation, boundary, signal, log, model } = context;
  const claim = await claimOf(pull, finding).catch((error: unknown) => {
    log.info(`No second look at ${finding.path}, its code could not be read (${String(error)}). The finding stays.`);
    return null;
  });
  if (claim === null) return finding;
  const spoken = await conversation.ask(
    {
      pieces: (tools) => verifyPrompt(claim, { boundary, instructions: pull.instructions, tools }),
      schema: SCHEMA,
      tools: createTools(pull, boundary, { ...context.tools, calls: STEPS }),
      maxSteps: STEPS,
    },
    signal,
  );
  if (spoken.outcome === 'answered') {
    const read = VerifyAnswer.safeParse(parsed(answerIn(spoken.text)));
    if (!read.success) {
      log.info(`No second look at ${finding.path}: what came back is no verdict. The finding stays.`);
      return finding;
    }
    const looked = afterSecondLook(finding, read.data);
    if (looked === null) log.info(`Refuted by the second look: ${finding.path}: ${finding.title}: ${read.data.why}`);
    return looked;
  }
  if (spoken.outcome === 'failed') {
    log.info(`No second look at ${finding.path}: ${failureOf(spoken.problem, model).why}. The finding stays.`);
  }
  return finding;
}

async function claimOf(pull: PullRequestRequest, finding: RawFinding): Promise<Claim> {
  const file = pull.scope.files.find(({ path }) => path === finding.path);
  const isNew = (line: number): boolean =>
    finding.side === 'RIGHT' && (file?.added.some(({ start, end }) => start <= line && line <= end) ?? false);
  return { finding, code: await codeAround(pull, finding, file?.previousPath ?? null), isNew, title: pull.title };
}

async function codeAround(
  { objects, version }: PullRequestRequest,
  { path, side, line, endLine, quote }: RawFinding,
  previousPath: string | null,
): Promise<Claim['code']> {
  const [tree, place] = side === 'LEFT' ? [version.mergeBaseSha, previousPath ?? path] : [version.headSha, path];
  const bytes = (await objects.readFiles(tree, [place])).get(place);
  if (bytes === undefined || bytes.includes(0)) return [];
  const lines = new TextDecoder().decode(bytes).split('\n');
  const found = anchor(lines, { line: line ?? null, endLine: endLine ?? null, quote });
  const from = Math.max(1, (found?.line ?? line ?? 1) - AROUND);
  const to = Math.min(lines.length, (found?.endLine ?? endLine ?? line ?? 1) + AROUND);
  return lines.slice(from - 1, to).map((text, index) => ({ line: from + index, text }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
