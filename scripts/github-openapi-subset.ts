/**
 * Makes test/fixtures/github-openapi.json: the part of GitHub's own API description that the stand-in of
 * test/support/github checks requests and answers against.
 *
 * The description comes in the npm package `@octokit/openapi`, which is 394 MB installed and therefore no dependency:
 *
 *     mkdir /tmp/description && cd /tmp/description && npm init -y && npm install @octokit/openapi
 *     cd - && node scripts/github-openapi-subset.ts /tmp/description/node_modules/@octokit/openapi/generated/api.github.com.json
 */
import { readFileSync, writeFileSync } from 'node:fs';

const operationIds = [
  'checks/create',
  'checks/get',
  'checks/list-annotations',
  'checks/list-for-ref',
  'checks/update',
  'git/get-ref',
  'issues/create-comment',
  'issues/delete-comment',
  'issues/get-comment',
  'issues/list-comments',
  'issues/update-comment',
  'pulls/create-reply-for-review-comment',
  'pulls/create-review',
  'pulls/create-review-comment',
  'pulls/delete-review-comment',
  'pulls/dismiss-review',
  'pulls/get',
  'pulls/get-review',
  'pulls/get-review-comment',
  'pulls/list',
  'pulls/list-comments-for-review',
  'pulls/list-commits',
  'pulls/list-files',
  'pulls/list-review-comments',
  'pulls/list-reviews',
  'pulls/update-review',
  'pulls/update-review-comment',
  'rate-limit/get',
  'reactions/create-for-issue-comment',
  'reactions/create-for-pull-request-review-comment',
  'reactions/list-for-issue-comment',
  'reactions/list-for-pull-request-review-comment',
  'repos/compare-commits-with-basehead',
  'repos/get',
  'repos/get-collaborator-permission-level',
  'repos/get-commit',
  'repos/get-content',
  'repos/list-pull-requests-associated-with-commit',
  'users/get-authenticated',
];

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const commentary = new Set([
  'description',
  'example',
  'examples',
  'externalDocs',
  'summary',
  'tags',
  'title',
  'x-github',
]);

/** Drops prose and examples, but never a property that merely has such a name. */
function strip(value: Json, names = false): Json {
  if (Array.isArray(value)) return value.map((item) => strip(item));
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(([key]) => names || !commentary.has(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, strip(item, !names && namesItsKeys(key, item))]));
}

function namesItsKeys(key: string, item: Json): boolean {
  return key === 'properties' && item !== null && typeof item === 'object';
}

/** Names of the components that `value` points at, straight or through others. */
function collect(value: Json, components: JsonObject, found: Map<string, Json>): void {
  if (Array.isArray(value)) return value.forEach((item) => collect(item, components, found));
  if (value === null || typeof value !== 'object') return;
  const pointer = value['$ref'];
  if (typeof pointer === 'string' && !found.has(pointer)) {
    const target = resolve(pointer, components);
    found.set(pointer, target);
    collect(target, components, found);
  }
  Object.values(value).forEach((item) => collect(item, components, found));
}

function resolve(pointer: string, components: JsonObject): Json {
  const [, , section = '', name = ''] = pointer.split('/');
  const target = (components[section] as JsonObject | undefined)?.[name];
  if (target === undefined) throw new Error(`${pointer} is not in the description`);
  return strip(target);
}

function operationsOf(description: JsonObject): { paths: JsonObject; missing: string[] } {
  const wanted = new Set(operationIds);
  const paths: JsonObject = {};
  for (const [path, methods] of Object.entries(description['paths'] as JsonObject)) {
    for (const [method, operation] of Object.entries(methods as JsonObject)) {
      const id = (operation as JsonObject | null)?.['operationId'];
      if (typeof id !== 'string' || !wanted.delete(id)) continue;
      paths[path] = { ...(paths[path] as JsonObject | undefined), [method]: strip(operation ?? null) };
    }
  }
  return { paths, missing: [...wanted] };
}

function main(source: string | undefined): void {
  if (source === undefined) throw new Error('usage: github-openapi-subset.ts <path of api.github.com.json>');
  const description = JSON.parse(readFileSync(source, 'utf8')) as JsonObject;
  const { paths, missing } = operationsOf(description);
  if (missing.length > 0) throw new Error(`not in the description: ${missing.join(', ')}`);
  const found = new Map<string, Json>();
  collect(paths, description['components'] as JsonObject, found);
  const components: { [section: string]: JsonObject } = {};
  for (const [pointer, target] of [...found].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const [, , section = '', name = ''] = pointer.split('/');
    (components[section] ??= {})[name] = target;
  }
  const info = description['info'] as { version: string; license: JsonObject };
  const subset = {
    openapi: description['openapi'],
    info: {
      title: "Part of GitHub's REST API description",
      version: info.version,
      license: info.license,
      source: `npm @octokit/openapi ${info.version}, generated/api.github.com.json; made by scripts/github-openapi-subset.ts`,
    },
    paths,
    components,
  };
  writeFileSync(
    new URL('../test/fixtures/github-openapi.json', import.meta.url),
    `${JSON.stringify(subset, null, 0)}\n`,
  );
}

main(process.argv[2]);
