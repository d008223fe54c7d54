import * as z from 'zod';
import { Answer } from '../prompt/answer.ts';

/** What an agent is to answer; what it spent and its session are told by the program, not by the model. */
const AgentAnswer = Answer.pick({ reviews: true });

type Schema = { [key: string]: unknown };

export function answerSchemas(): { full: object; strict: object } {
  const { $schema: _, ...full } = z.toJSONSchema(AgentAnswer, { io: 'input' });
  return { full, strict: strictly(full) };
}

/** What providers of strict output want to be told of a shape. */
export function strictSchema(shape: z.ZodType): object {
  const { $schema: _, ...full } = z.toJSONSchema(shape, { io: 'input' });
  return strictly(full);
}

/** Keywords that providers of strict output know; the answer is checked whole against the full schema anyway. */
const KEPT = new Set(['type', 'enum', 'const', 'anyOf', 'items', 'properties', 'description']);

/** As providers of strict output want it: every field listed as required and nullable instead, no other field allowed. */
function strictly(schema: Schema): Schema {
  const kept = Object.entries(schema).filter(([key]) => KEPT.has(key));
  return Object.fromEntries(
    kept.flatMap(([key, value]): [string, unknown][] => {
      if (key === 'items') return [[key, strictly(value as Schema)]];
      if (key === 'anyOf') return [[key, (value as Schema[]).map(strictly)]];
      if (key !== 'properties') return [[key, value]];
      const required = new Set((schema['required'] as string[] | undefined) ?? []);
      const properties = Object.entries(value as Record<string, Schema>).map(([name, property]): [string, Schema] => [
        name,
        required.has(name) ? strictly(property) : nullable(property),
      ]);
      return [
        [key, Object.fromEntries(properties)],
        ['required', properties.map(([name]) => name)],
        ['additionalProperties', false],
      ];
    }),
  );
}

function nullable(schema: Schema): Schema {
  const strict = strictly(schema);
  const choices = (strict['anyOf'] as Schema[] | undefined) ?? [strict];
  return choices.some(({ type }) => type === 'null') ? strict : { anyOf: [...choices, { type: 'null' }] };
}
