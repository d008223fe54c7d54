import * as z from 'zod';
import { Answer } from './answer.ts';
import { ReviewerRequest } from './request.ts';

/** The JSON Schemas that are published for people who write a reviewer, by file name. */
export function reviewerSchemas(): Record<string, object> {
  return {
    'reviewer-request.schema.json': {
      title: 'What Pushback asks of a reviewer: the file that PUSHBACK_REQUEST names',
      ...z.toJSONSchema(ReviewerRequest, { io: 'output' }),
    },
    'reviewer-answer.schema.json': {
      title: 'What a reviewer prints for Pushback on its standard output',
      ...z.toJSONSchema(Answer, { io: 'input' }),
    },
  };
}

export function schemaText(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
