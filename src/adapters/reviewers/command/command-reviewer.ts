import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assertNever } from '../../../core/exhaustive.ts';
import { readAnswer } from '../../../core/prompt/answer.ts';
import { promptOf } from '../../../core/prompt/prompt.ts';
import { requestOf } from '../../../core/prompt/request.ts';
import { pullRequestName } from '../../../core/pull-request.ts';
import type { PullRequestRequest, Reviewer, ReviewerOutcome } from '../../../ports/reviewer.ts';
import { reviewsOf } from '../answered.ts';
import { faultsText, printedBy } from '../printed.ts';
import { reviewerEnvironment } from './environment.ts';
import { runProgram, type ProgramOutcome } from './run-program.ts';

export type CommandReviewerOptions = {
  /** Program and arguments; no shell comes near them. */
  argv: readonly [string, ...string[]];
  /** Names of the environment variables that it may see. */
  passEnv: readonly string[];
  /** The environment that these are taken from. */
  env: Readonly<Record<string, string | undefined>>;
  /** An existing folder for what a call needs; each call makes one of its own in it, and removes it. */
  workFolder: string;
  /** Where the program is started; the call's own folder where left out. */
  cwd?: string;
  timeoutMs: number;
  /** Whatever else changes its answers: filters, for example. */
  fingerprintParts: readonly string[];
  /** Between asking it to end and making it; 5 s where left out. */
  graceMs?: number;
};

const MAX_STDOUT_BYTES = 16 * 1024 * 1024;
const MAX_STDERR_BYTES = 1024 * 1024;

/** Asks a program of the user's: the prompt on stdin, the request as a JSON file, one JSON object as its answer. DESIGN 13. */
export function createCommandReviewer(options: CommandReviewerOptions): Reviewer {
  const identity = JSON.stringify(['command', 1, options.argv, options.fingerprintParts]);
  return {
    name: 'command',
    model: null,
    kind: 'scope',
    fingerprint: createHash('sha256').update(identity).digest('hex'),
    async review(request, signal): Promise<ReviewerOutcome> {
      if (signal.aborted) return { outcome: 'aborted' };
      const asked = requestOf(request.session, request.pullRequests);
      const boundary = randomBytes(16).toString('hex');
      const folder = await mkdtemp(join(options.workFolder, 'reviewer-'));
      try {
        const requestFile = join(folder, 'request.json');
        await writeFile(requestFile, JSON.stringify(asked), { mode: 0o600 });
        const { env, passEnv } = options;
        const sessionId = request.previousReviewerSessionId;
        const ran = await runProgram(
          {
            argv: options.argv,
            cwd: options.cwd ?? folder,
            env: reviewerEnvironment({ env, passEnv, folder, requestFile, sessionId }),
            stdin: promptOf(asked, { boundary }),
            timeoutMs: options.timeoutMs,
            graceMs: options.graceMs ?? 5000,
            maxStdoutBytes: MAX_STDOUT_BYTES,
            maxStderrBytes: MAX_STDERR_BYTES,
          },
          signal,
        );
        return outcomeOf(ran, options, request.pullRequests);
      } finally {
        await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      }
    },
  };
}

function outcomeOf(
  ran: ProgramOutcome,
  options: CommandReviewerOptions,
  pulls: readonly PullRequestRequest[],
): ReviewerOutcome {
  const program = JSON.stringify(options.argv[0]);
  if (ran.outcome === 'not-started') {
    const found = ran.why === 'ENOENT' ? 'there is no such program in PATH (or its folder is missing)' : ran.why;
    return { outcome: 'failed', why: `The reviewer's command ${program} could not be started: ${found}.`, output: '' };
  }
  const { ended } = ran;
  const failed = (why: string): ReviewerOutcome => ({
    outcome: 'failed',
    why,
    output: printedBy(ended, secretsOf(options)),
  });
  switch (ended.by) {
    case 'aborted':
      return { outcome: 'aborted' };
    case 'timeout':
      return failed(`The reviewer's command ${program} was ended after ${options.timeoutMs / 1000} s, its time limit.`);
    case 'too-much-output':
      return failed(`The reviewer's command ${program} printed more than ${MAX_STDOUT_BYTES} bytes and was ended.`);
    case 'exited': {
      if (ended.code !== 0) {
        const how =
          ended.code === null ? `was ended by ${ended.signal ?? 'a signal'}` : `exited with code ${ended.code}`;
        return failed(`The reviewer's command ${program} ${how}; it must exit with 0.`);
      }
      const reading = readAnswer(
        ended.stdout,
        pulls.map(({ pullRequest }) => pullRequestName(pullRequest)),
      );
      if (reading.outcome === 'read') {
        const { usage, sessionId = null } = reading.answer;
        const spent = {
          inputTokens: usage?.inputTokens ?? null,
          outputTokens: usage?.outputTokens ?? null,
          costUsd: usage?.costUsd ?? null,
        };
        return { outcome: 'reviewed', reviews: reviewsOf(reading.answer, pulls), usage: spent, sessionId };
      }
      const faults = faultsText(reading.faults, secretsOf(options));
      return failed(`The reviewer's command ${program} did not answer as its contract says: ${faults}.`);
    }
    default:
      return assertNever(ended.by, "the end of the reviewer's command");
  }
}

function secretsOf({ env, passEnv }: CommandReviewerOptions): string[] {
  return passEnv.flatMap((name) => env[name] ?? []);
}
