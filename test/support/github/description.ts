import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import ajvFormats from 'ajv-formats';

/** GitHub's own description of its REST API decides what may be asked and what may be answered. */

export type Match = { operationId: string; path: Record<string, string> };

type Schema = { [key: string]: unknown };
type Parameter = { name: string; in: string; required?: boolean; schema: Schema };
type Operation = {
  operationId: string;
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> } | { $ref: string }>;
};
type Route = { method: string; pattern: RegExp; names: string[]; weight: number; operation: Operation };

const source = JSON.parse(readFileSync(new URL('../../fixtures/github-openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
};

/** Where GitHub answers null although its description says otherwise: the place of an outdated comment, a label's words. */
for (const name of ['position', 'line']) {
  const comment = source.components['schemas']?.['pull-request-review-comment'] as {
    properties: Record<string, Schema>;
  };
  comment.properties[name] = { ...comment.properties[name], nullable: true };
}
const listed = source.components['schemas']?.['pull-request-simple'] as {
  properties: { labels: { items: { properties: Record<string, Schema> } } };
};
const label = listed.properties.labels.items.properties;
label['description'] = { ...label['description'], nullable: true };

/** Parameters that hold slashes when a client does not encode them. */
const manySegments = new Set(['ref', 'basehead']);

const routes: Route[] = Object.entries(source.paths)
  .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => routeOf(path, method, operation)))
  .toSorted((a, b) => b.weight - a.weight);

function routeOf(path: string, method: string, operation: Operation): Route {
  const names: string[] = [];
  const pattern = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    names.push(name);
    return manySegments.has(name) ? '(.+)' : '([^/]+)';
  });
  const weight = path.split('/').filter((segment) => !segment.startsWith('{')).length * 10 + path.split('/').length;
  return { method: method.toUpperCase(), pattern: new RegExp(`^${pattern}$`), names, weight, operation };
}

export function matchOperation(method: string, pathname: string): Match | null {
  for (const route of routes) {
    if (route.method !== method) continue;
    const match = route.pattern.exec(pathname);
    if (match === null) continue;
    const path = Object.fromEntries(route.names.map((name, at) => [name, decodeURIComponent(match[at + 1] ?? '')]));
    return { operationId: route.operation.operationId, path };
  }
  return null;
}

const lax = new Ajv({ strict: false, allErrors: true, coerceTypes: true, useDefaults: true });
const exact = new Ajv({ strict: false, allErrors: true });
const addFormats = ajvFormats as unknown as (ajv: Ajv) => void;
addFormats(lax);
addFormats(exact);
exact.addSchema({ $id: 'github', components: jsonSchema(source.components) as object });

/** OpenAPI 3.0 writes `nullable: true` where JSON Schema has a type of its own. */
function jsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(jsonSchema);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    key === '$ref' && typeof item === 'string' ? item.replace(/^#/, 'github#') : jsonSchema(item),
  ]);
  const { nullable, ...schema } = Object.fromEntries(entries) as Schema;
  return nullable === true ? { anyOf: [{ type: 'null' }, schema] } : schema;
}

/** Closes every object of a request: a name that GitHub does not know is a mistake, although GitHub would ignore it. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (value === null || typeof value !== 'object') return value;
  const schema: Schema = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, closed(item)]));
  const open = typeof schema['properties'] === 'object' && schema['additionalProperties'] === undefined;
  return open ? { ...schema, additionalProperties: false } : schema;
}

function deref<T>(value: T | { $ref: string }): T {
  if (typeof value !== 'object' || value === null || !('$ref' in value)) return value;
  const [, , section = '', name = ''] = value.$ref.split('/');
  return source.components[section]?.[name] as T;
}

type Checks = {
  query: ValidateFunction;
  path: ValidateFunction;
  body: ValidateFunction | null;
  bodyRequired: boolean;
  answers: Map<string, ValidateFunction | null>;
};
const compiled = new Map<string, Checks>();

function checksOf(operationId: string): Checks {
  const known = compiled.get(operationId);
  if (known !== undefined) return known;
  const route = routes.find((candidate) => candidate.operation.operationId === operationId);
  if (route === undefined) throw new Error(`the description's subset has no operation ${operationId}`);
  const { operation } = route;
  const parameters = (operation.parameters ?? []).map((parameter) => deref<Parameter>(parameter));
  const bodySchema = operation.requestBody?.content['application/json']?.schema;
  const checks: Checks = {
    query: lax.compile(parametersSchema(parameters, 'query')),
    path: lax.compile(parametersSchema(parameters, 'path')),
    body: bodySchema === undefined ? null : exact.compile(closed(jsonSchema(bodySchema)) as object),
    bodyRequired: operation.requestBody?.required === true,
    answers: new Map(
      Object.entries(operation.responses).map(([status, response]) => {
        const schema = deref(response).content?.['application/json']?.schema;
        return [status, schema === undefined ? null : exact.compile(jsonSchema(schema) as object)];
      }),
    ),
  };
  compiled.set(operationId, checks);
  return checks;
}

function parametersSchema(parameters: Parameter[], place: string): object {
  const here = parameters.filter((parameter) => parameter.in === place);
  return {
    type: 'object',
    properties: Object.fromEntries(here.map((parameter) => [parameter.name, jsonSchema(parameter.schema)])),
    required: here.filter((parameter) => parameter.required === true).map((parameter) => parameter.name),
    additionalProperties: false,
  };
}

export type RequestParts = { path: Record<string, unknown>; query: Record<string, unknown>; body: unknown };

/** What is wrong with a request by the description. Fills `path` and `query` with their types and defaults. */
export function requestFaults(operationId: string, parts: RequestParts): string[] {
  const checks = checksOf(operationId);
  const faults = [...faultsOf(checks.path, parts.path, 'path'), ...faultsOf(checks.query, parts.query, 'query')];
  if (parts.body === undefined) return checks.bodyRequired ? [...faults, 'body is missing'] : faults;
  if (checks.body === null) return [...faults, 'body is not expected'];
  return [...faults, ...faultsOf(checks.body, parts.body, 'body')];
}

/** What is wrong with an answer by the description; errors other than the described ones may always be given. */
export function answerFaults(operationId: string, status: number, body: unknown): string[] {
  const check = checksOf(operationId).answers.get(String(status));
  if (check === undefined) return status < 400 ? [`status ${status} is not described`] : [];
  if (check === null) return body === undefined || status >= 400 ? [] : [`status ${status} has no body`];
  return faultsOf(check, body, 'answer');
}

function faultsOf(check: ValidateFunction, value: unknown, place: string): string[] {
  if (check(value)) return [];
  return (check.errors ?? []).map((error) => {
    const detail = 'additionalProperty' in error.params ? ` (${String(error.params['additionalProperty'])})` : '';
    return `${place}${error.instancePath} ${error.message ?? error.keyword}${detail}`;
  });
}
