import fc from 'fast-check';

/** JSON Schema as OpenAPI 3.1 has it, as far as it is looked at here. */
export type Schema = {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
};

export type Known = {
  schemas: Record<string, Schema>;
  /** Values for fields of these names, so that requests also reach what is there. */
  likely: Record<string, fc.Arbitrary<unknown>>;
};

/** What strangers send where something else is asked for. */
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, '', [], {}, -1, 0, 1.5, 1e21, Number.MAX_SAFE_INTEGER + 1, '__proto__', '\u0000', 'é'),
  fc.constantFrom('../../x', 'x\r\ny: z', '\u202eevil', 'x'.repeat(5_000), '𝓈'.repeat(300), '%00', '{"a":1}', '\ud800'),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Values that fit the schema, and now and then one that does not: in `faults` of a hundred fields. */
export function valueOf(schema: Schema, known: Known, faults: number, depth = 0): fc.Arbitrary<unknown> {
  const fitting = fittingValue(schema, known, faults, depth);
  return faults === 0
    ? fitting
    : fc.oneof({ arbitrary: fitting, weight: 100 - faults }, { arbitrary: hostile, weight: faults });
}

function fittingValue(schema: Schema, known: Known, faults: number, depth: number): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    const target = known.schemas[name];
    if (target === undefined) throw new Error(`the document has no schema ${name}`);
    return fittingValue(target, known, faults, depth);
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => fittingValue(choice, known, faults, depth)));
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return numberOf(schema);
    case 'string':
      return textOf(schema);
    case 'array':
      return fc.array(valueOf(schema.items ?? {}, known, faults, depth + 1), {
        minLength: Math.min(schema.minItems ?? 0, 3),
        maxLength: Math.max(schema.minItems ?? 0, depth > 4 ? 1 : 3),
      });
    case 'object':
      return objectOf(schema, known, faults, depth);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objectOf({ properties = {}, required = [] }: Schema, known: Known, faults: number, depth: number) {
  const fields = Object.entries(properties).map(([name, field]) => {
    const usual = valueOf(field, known, faults, depth + 1);
    const likely = known.likely[name];
    const value =
      likely === undefined ? usual : fc.oneof({ arbitrary: likely, weight: 9 }, { arbitrary: usual, weight: 1 });
    return [name, value] as const;
  });
  return fc.record(Object.fromEntries(fields), {
    requiredKeys: required,
    noNullPrototype: true,
  });
}

function numberOf({ minimum, maximum, exclusiveMinimum, type }: Schema): fc.Arbitrary<number> {
  const least = Math.max(minimum ?? Number.MIN_SAFE_INTEGER, (exclusiveMinimum ?? Number.MIN_SAFE_INTEGER - 1) + 1);
  const most = maximum ?? Number.MAX_SAFE_INTEGER;
  if (type === 'number') return fc.double({ min: least, max: most, noNaN: true });
  const [low, high] = [Math.ceil(least), Math.floor(most)];
  return fc.oneof(fc.integer({ min: low, max: Math.min(high, low + 100) }), fc.integer({ min: low, max: high }));
}

function textOf({ pattern, minLength = 0, maxLength = 50 }: Schema): fc.Arbitrary<string> {
  if (pattern === undefined) return fc.string({ minLength, maxLength: Math.min(maxLength, 50), unit: 'grapheme' });
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'), { maxLength });
  } catch {
    // Patterns that look ahead: nothing can be made to fit them, and what is made of them comes under `likely`.
    return fc.string({ maxLength: 20 });
  }
}
