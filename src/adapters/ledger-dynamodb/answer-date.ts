import type { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { EpochSeconds } from '../../core/ids.ts';

const Answer = z.object({ headers: z.object({ date: z.string() }) });

/** Has `tell` called with the time of the answer to this command, by the `Date` header, if the answer has one. */
export function whenAnswered(command: BatchGetItemCommand, tell: (date: EpochSeconds) => void): void {
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const answer = Answer.safeParse(result.response);
      const milliseconds = answer.success ? Date.parse(answer.data.headers.date) : NaN;
      if (!Number.isNaN(milliseconds)) tell(EpochSeconds.parse(Math.floor(milliseconds / 1000)));
      return result;
    },
    { step: 'deserialize', name: 'tellDate' },
  );
}
