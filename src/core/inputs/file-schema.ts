import { FILE_KEYS, type FileKey } from './file.ts';
import { INPUT_DEFAULTS } from './names.ts';
import type { Shape } from './shape.ts';

/** The JSON Schema of the configuration file, for editors: what it takes, the action takes; what is wrong in a text it does not all know. */
export function configFileSchema(
  shapes: Readonly<Record<FileKey, Shape>>,
  descriptions: Readonly<Record<FileKey, string>>,
): object {
  const properties = FILE_KEYS.map((key): [FileKey, object] => [
    key,
    { description: descriptions[key], ...schemaOf(shapes[key]), ...defaultOf(INPUT_DEFAULTS[key], shapes[key]) },
  ]);
  return {
    title: "Pushback's configuration: .github/pushback.yml on the default branch",
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: false,
  };
}

function schemaOf(shape: Shape): object {
  switch (shape.kind) {
    case 'text':
      return { type: 'string' };
    case 'boolean':
      return { type: 'boolean' };
    case 'auto-or-boolean':
      return { enum: ['auto', true, false] };
    case 'choice':
      return { enum: shape.choices };
    case 'number':
      return { type: shape.whole ? 'integer' : 'number', minimum: shape.min, maximum: shape.max };
    case 'lines':
    case 'words':
      return { type: ['string', 'array'], items: { type: 'string', minLength: 1, pattern: ENTRY[shape.kind] } };
    default:
      return shape satisfies never;
  }
}

/** An entry of a list has to come out of the text that the list becomes as it went in. */
const ENTRY = { lines: '^[^\\s](?:[^\\r\\n]*[^\\s])?$', words: '^[^\\s,]+$' } as const;

function defaultOf(text: string, shape: Shape): { default?: unknown } {
  if (text === '') return {};
  if (shape.kind === 'boolean') return { default: text === 'true' };
  return { default: shape.kind === 'number' ? Number(text) : text };
}
