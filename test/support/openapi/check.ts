import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Schema } from './arbitrary.ts';

export type Operation = {
  operationId: string;
  requestBody?: { content: Record<string, { schema: Schema }> };
  parameters?: { name: string; required: boolean; schema: Schema }[];
  responses: Record<string, { content: Record<string, { schema: Schema }> }>;
};
export type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

export type Answered = { status: number; type: string; body: unknown };

/** Says what of an answer is not as the document has it; null where all is. */
export function answerChecker(document: Document): (operation: Operation | null, answered: Answered) => string | null {
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  const compiled = new Map<Schema, ValidateFunction>();
  const check = (schema: Schema): ValidateFunction => {
    let validate = compiled.get(schema);
    if (validate === undefined) {
      validate = ajv.compile({ ...schema, components: document.components });
      compiled.set(schema, validate);
    }
    return validate;
  };
  const problem = document.components.schemas['Problem'];
  if (problem === undefined) throw new Error('the document describes no problems');

  return (operation, { status, type, body }) => {
    if (status >= 500) return `the endpoint failed: ${status} ${JSON.stringify(body)}`;
    // Without an operation there is no such call, and the answer is a problem of that kind.
    const described = operation === null ? undefined : operation.responses[String(status)];
    const schema = operation === null && [404, 405].includes(status) ? problem : described?.content[type]?.schema;
    if (schema === undefined) return `${status} as ${type} is not described`;
    const validate = check(schema);
    return validate(body) ? null : `${status}: ${ajv.errorsText(validate.errors)}`;
  };
}
