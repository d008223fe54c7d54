import * as z from 'zod';
import { Coverage } from '../core/coverage.ts';
import { Finding } from '../core/finding.ts';
import {
  ClaimAccepted,
  ClaimAnswer,
  ClaimCommand,
  DeliverCommand,
  DismissCommand,
  HeartbeatCommand,
  HistoryPage,
  PullRequestView,
  RecordPointer,
  ReleaseCommand,
  RunView,
  SubmitCommand,
} from '../core/ledger/commands.ts';
import { PullRequestKey, PullRequestVersion, SeenPullRequest } from '../core/pull-request.ts';
import { ReviewerIdentity, ReviewRecord, ReviewResult } from '../core/review-record.ts';
import { Usage } from '../core/usage.ts';
import {
  Dismissed,
  Health,
  HeartbeatsAnswered,
  PreviousAnswer,
  ResultsAnswered,
  Reviews,
  RunsAnswered,
} from './answers.ts';
import { Problem, PROBLEM_TYPE, PROBLEMS, type ProblemKind } from './problem.ts';
import { routes, type Route } from './routes.ts';
import { CONTRACT_VERSION } from './version.ts';

type Json = { [key: string]: unknown };

/** Shapes that both directions share; none of them has a default, so that they read the same both ways. */
const shared = {
  Coverage,
  Finding,
  PullRequestKey,
  PullRequestVersion,
  ReviewerIdentity,
  ReviewResult,
  Usage,
};
const requests = {
  ClaimCommand,
  DeliverCommand,
  DismissCommand,
  HeartbeatCommand,
  ReleaseCommand,
  SeenPullRequest,
  SubmitCommand,
};
const answers = {
  ClaimAccepted,
  ClaimAnswer,
  Dismissed,
  Health,
  HeartbeatsAnswered,
  HistoryPage,
  PreviousAnswer,
  Problem,
  PullRequestView,
  RecordPointer,
  ResultsAnswered,
  ReviewRecord,
  Reviews,
  RunsAnswered,
  RunView,
};

const problemsOfAnyCall = ['internal'] as const;
const problemsOfLedgerCalls = ['unauthenticated', 'forbidden', 'rejected', 'unavailable'] as const;
const problemsOfBodies = ['malformed-body', 'malformed-gzip', 'too-large', 'unsupported-media-type'] as const;

/** The OpenAPI 3.1 document of the contract, made from the very schemas that check the calls. */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries<Route>(routes)) {
    paths[route.path] = { [route.method.toLowerCase()]: operation(name, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Pushback',
      version: CONTRACT_VERSION,
      description:
        'Claims, results and history of reviews. Unknown fields are ignored. Bodies over 256 KiB travel gzipped, and may ' +
        'be 32 MiB unpacked at most. Any other answer is a problem (RFC 9457).',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ oidc: [] }],
    paths,
    components: {
      schemas: components(),
      securitySchemes: {
        oidc: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: "An OIDC token of a GitHub Actions job, for this deployment's audience.",
        },
      },
    },
  };
}

function operation(name: string, route: Route): Json {
  return {
    operationId: name,
    summary: route.summary,
    ...(route.access === 'public' ? { security: [] } : {}),
    ...(route.input === null ? {} : inputOf(route.method, route.input)),
    responses: { ...successes(route), ...failures(route) },
  };
}

function inputOf(method: Route['method'], input: z.ZodType): Json {
  if (method === 'POST') {
    return { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(input, 'input') } } } };
  }
  const { properties = {}, required = [] } = schemaOf(input, 'output') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return {
    parameters: Object.entries(properties).map(([name, schema]) => ({
      name,
      in: 'query',
      required: required.includes(name) && !('default' in schema),
      schema,
    })),
  };
}

function successes(route: Route): Json {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, { says, body }]) => [
      status,
      { description: says, content: { 'application/json': { schema: schemaOf(body, 'output') } } },
    ]),
  );
}

function failures(route: Route): Json {
  const kinds: ProblemKind[] = [
    ...problemsOfAnyCall,
    ...(route.access === 'public' ? [] : problemsOfLedgerCalls),
    ...(route.method === 'POST' ? problemsOfBodies : []),
    ...route.problems,
  ];
  const titles = new Map<number, string[]>();
  for (const kind of kinds) {
    const { status, title } = PROBLEMS[kind];
    titles.set(status, [...(titles.get(status) ?? []), `${title} (\`${kind}\`).`]);
  }
  const content = { [PROBLEM_TYPE]: { schema: { $ref: reference('Problem') } } };
  return Object.fromEntries([...titles].map(([status, lines]) => [status, { description: lines.join(' '), content }]));
}

const reference = (id: string): string => `#/components/schemas/${id}`;

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const id = Object.entries({ ...shared, ...requests, ...answers }).find(([, known]) => known === schema)?.[0];
  return id === undefined ? tidy(z.toJSONSchema(schema, { io })) : { $ref: reference(id) };
}

function components(): Json {
  return { ...registered({ ...shared, ...requests }, 'input'), ...registered({ ...shared, ...answers }, 'output') };
}

function registered(schemas: Record<string, z.ZodType>, io: 'input' | 'output'): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, { io, uri: reference }).schemas;
  return Object.fromEntries(Object.entries(made).map(([id, schema]) => [id, tidy(schema)]));
}

/** Without what OpenAPI says elsewhere, and without closing objects: later versions add fields. */
function tidy(schema: unknown): Json {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      key === '$schema' || key === '$id' || (key === 'additionalProperties' && value === false) ? undefined : value,
    ),
  ) as Json;
}
