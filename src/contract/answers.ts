import * as z from 'zod';
import { SessionName } from '../core/ids.ts';
import {
  HeartbeatAnswer,
  HistoryQuery,
  PreviousQuery,
  PreviousRecord,
  PullRequestQuery,
  PullRequestView,
  RunWriteAnswer,
  SubmitAnswer,
} from '../core/ledger/commands.ts';
import { CONTRACT_VERSION } from './version.ts';

/** What the core's shapes need on the wire: envelopes of answers, and queries, whose numbers come as text. */

export const HeartbeatsAnswered = z.object({ runs: z.array(HeartbeatAnswer) });
export const ResultsAnswered = z.object({ results: z.array(SubmitAnswer) });
export const RunsAnswered = z.object({ runs: z.array(RunWriteAnswer) });
export const Dismissed = z.object({ outcome: z.literal('done') });
export const Reviews = z.object({ session: SessionName, reviews: z.array(PullRequestView) });

/** An outcome and not a 404, so that a wrong address can't be taken for "never reviewed". */
export const PreviousAnswer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('found'), ...PreviousRecord.shape }),
  z.object({ outcome: z.literal('none') }),
  z.object({ outcome: z.literal('unavailable'), why: z.string().max(2000) }),
]);

export const Health = z.object({
  status: z.literal('ok'),
  /** `1.<minor>` */
  contract: z.string().regex(/^1\.[0-9]+$/),
});
export const HEALTHY: z.infer<typeof Health> = { status: 'ok', contract: CONTRACT_VERSION };

const wholeNumber = z
  .string()
  .regex(/^[0-9]{1,15}$/, 'a whole number')
  .transform(Number);

export const ReviewsParameters = z.object({ session: SessionName });

const pullRequestParameters = {
  session: PullRequestQuery.shape.session,
  repositoryId: wholeNumber.pipe(PullRequestQuery.shape.repositoryId),
  number: wholeNumber.pipe(PullRequestQuery.shape.number),
};

export const HistoryParameters = z.object({
  ...pullRequestParameters,
  cursor: HistoryQuery.shape.cursor,
  limit: wholeNumber.pipe(HistoryQuery.shape.limit.unwrap()).default(25),
});

export const PreviousParameters = z.object({
  ...pullRequestParameters,
  runId: PreviousQuery.shape.runId,
  attempt: wholeNumber.pipe(z.int().positive()).optional(),
  trust: PreviousQuery.shape.trust,
});
