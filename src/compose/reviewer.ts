import { createAgentReviewer } from '../adapters/reviewers/agents/agent-reviewer.ts';
import { createCommandReviewer } from '../adapters/reviewers/command/command-reviewer.ts';
import { createModelReviewer } from '../adapters/reviewers/model/model-reviewer.ts';
import type { PartsState } from '../adapters/reviewers/model/review-in-parts.ts';
import { createSarifReviewer } from '../adapters/reviewers/sarif/sarif-reviewer.ts';
import { AGENT_CLIS } from '../core/agents/all.ts';
import type { ReviewerConfig } from '../core/config.ts';
import { filterFingerprint, type ReviewFilters } from '../core/exclude/filters.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Reviewer } from '../ports/reviewer.ts';
import type { TokenCounter } from '../ports/tokens.ts';

export type ReviewerPlace = {
  env: NodeJS.ProcessEnv;
  /** Where the analyser's sources lay. */
  workspace: string;
  /** Where a command runs: relative names in its arguments are meant from there. */
  cwd: string;
  tempFolder: string;
  timeoutMs: number;
  /** Where agents' conversations are kept for the next push; null: they are not. */
  sessionsFolder: string | null;
  /** They change what a reviewer is asked, so they are part of its fingerprint. */
  filters: ReviewFilters;
  tokens: TokenCounter;
  clock: Clock;
  log: Log;
  /** Shown how far a model is, in place of lines in the log. */
  watchParts?: (state: PartsState) => void;
  /** A token of the job's identity, made out to an audience; null where nobody vouches for who we are. */
  idToken: ((audience: string) => Promise<string>) | null;
};

/** The reviewer that the inputs chose. */
export function openReviewer(config: ReviewerConfig, place: ReviewerPlace): Reviewer {
  const fingerprintParts = filterFingerprint(place.filters);
  switch (config.kind) {
    case 'sarif':
      return createSarifReviewer({ files: config.files, root: place.workspace, fingerprintParts });
    case 'command':
      return createCommandReviewer({
        argv: config.argv,
        passEnv: config.passEnv,
        env: place.env,
        workFolder: place.tempFolder,
        cwd: place.cwd,
        timeoutMs: place.timeoutMs,
        fingerprintParts,
      });
    case 'model': {
      const { env, clock, log, idToken, tokens } = place;
      const countTokens = (text: string): number => tokens.count(text);
      const watch = place.watchParts === undefined ? {} : { watch: place.watchParts };
      return createModelReviewer({ ...config, fingerprintParts, env, clock, log, idToken, countTokens, ...watch });
    }
    case 'agent': {
      const { env, cwd, clock, log, timeoutMs, sessionsFolder } = place;
      const { agent, ...asked } = config;
      const cli = AGENT_CLIS[agent];
      const workFolder = place.tempFolder;
      return createAgentReviewer({
        ...asked,
        cli,
        env,
        cwd,
        clock,
        log,
        timeoutMs,
        workFolder,
        sessionsFolder,
        fingerprintParts,
      });
    }
    default:
      return config satisfies never;
  }
}
