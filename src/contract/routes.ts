import * as z from 'zod';
import {
  ClaimAccepted,
  ClaimCommand,
  DeliverCommand,
  DismissCommand,
  HeartbeatCommand,
  HistoryPage,
  ReleaseCommand,
  SubmitCommand,
} from '../core/ledger/commands.ts';
import {
  Dismissed,
  Health,
  HeartbeatsAnswered,
  HistoryParameters,
  PreviousAnswer,
  PreviousParameters,
  ResultsAnswered,
  Reviews,
  ReviewsParameters,
  RunsAnswered,
} from './answers.ts';
import type { ProblemKind } from './problem.ts';

/** One call of the contract. The application, its client and the OpenAPI document are all made from these. */
export type Route = {
  method: 'GET' | 'POST';
  path: `/v1/${string}`;
  /** `public` needs no token; `read` and `write` are authorised by the core's rules. */
  access: 'public' | 'read' | 'write';
  summary: string;
  /** Schema of the JSON body (POST) or of the query string (GET). */
  input: z.ZodType | null;
  /** Schema of the answer, by status. */
  answers: Readonly<Record<number, { says: string; body: z.ZodType }>>;
  /** Problems of this call beside those that any call can end in. */
  problems: readonly ProblemKind[];
};

const anyObject = z.record(z.string(), z.unknown());

export const routes = {
  claims: {
    method: 'POST',
    path: '/v1/claims',
    access: 'write',
    summary: 'Claims pull requests at the heads they have now: what is to be done with each of them, and by whom.',
    input: ClaimCommand,
    answers: {
      200: { says: 'Nothing is ours to do.', body: ClaimAccepted },
      201: { says: 'At least one pull request is ours to review or to publish.', body: ClaimAccepted },
    },
    problems: [],
  },
  heartbeats: {
    method: 'POST',
    path: '/v1/heartbeats',
    access: 'write',
    summary: 'Extends leases, stores checkpoints, and says which runs are still current.',
    input: HeartbeatCommand,
    answers: { 200: { says: 'The state of each run.', body: HeartbeatsAnswered } },
    problems: [],
  },
  results: {
    method: 'POST',
    path: '/v1/results',
    access: 'write',
    summary: 'Records reviews: checked whole first, then written at once but for those that came too late.',
    input: SubmitCommand,
    answers: { 200: { says: 'What became of each result.', body: ResultsAnswered } },
    problems: [],
  },
  deliveries: {
    method: 'POST',
    path: '/v1/deliveries',
    access: 'write',
    summary: 'Marks recorded runs as published, and ends their leases.',
    input: DeliverCommand,
    answers: { 200: { says: 'What became of each run.', body: RunsAnswered } },
    problems: [],
  },
  releases: {
    method: 'POST',
    path: '/v1/releases',
    access: 'write',
    summary: 'Gives up runs that failed or were cancelled, so that others need not wait for the lease to end.',
    input: ReleaseCommand,
    answers: { 200: { says: 'What became of each run.', body: RunsAnswered } },
    problems: [],
  },
  dismissals: {
    method: 'POST',
    path: '/v1/dismissals',
    access: 'write',
    summary: 'Dismisses or restores a finding; pauses or resumes a pull request.',
    input: DismissCommand,
    answers: { 200: { says: 'It is done.', body: Dismissed } },
    problems: ['unknown-pull-request'],
  },
  reviews: {
    method: 'GET',
    path: '/v1/reviews',
    access: 'read',
    summary: 'The pull requests of a session, as far as the caller may see them, each with its state.',
    input: ReviewsParameters,
    answers: { 200: { says: 'One entry per pull request.', body: Reviews } },
    problems: [],
  },
  runs: {
    method: 'GET',
    path: '/v1/runs',
    access: 'read',
    summary: 'The runs of a pull request, newest first, in pages.',
    input: HistoryParameters,
    answers: { 200: { says: 'One page; `cursor` asks for the next, null at the end.', body: HistoryPage } },
    problems: ['bad-cursor'],
  },
  previous: {
    method: 'GET',
    path: '/v1/previous',
    access: 'read',
    summary: 'The prior completed review record, whole; with `runId` and `attempt`, what that attempt stored.',
    input: PreviousParameters,
    answers: { 200: { says: 'The record; or that there is none; or that there was one.', body: PreviousAnswer } },
    problems: [],
  },
  health: {
    method: 'GET',
    path: '/v1/health',
    access: 'public',
    summary: 'That the endpoint runs, and which minor version of the contract it speaks.',
    input: null,
    answers: { 200: { says: 'It runs.', body: Health } },
    problems: [],
  },
  openapi: {
    method: 'GET',
    path: '/v1/openapi.json',
    access: 'public',
    summary: 'This document.',
    input: null,
    answers: { 200: { says: 'OpenAPI 3.1.', body: anyObject } },
    problems: [],
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
/** The calls that need a token: all that go to the ledger. */
export type LedgerRouteName = {
  [K in RouteName]: (typeof routes)[K]['access'] extends 'public' ? never : K;
}[RouteName];
export type InputOf<K extends LedgerRouteName> = z.output<(typeof routes)[K]['input']>;
type Answers<K extends RouteName> = (typeof routes)[K]['answers'];
/** An answer of the call: one of its statuses, with the body that goes with it. */
export type AnswerOf<K extends RouteName> = {
  [S in keyof Answers<K>]: Answers<K>[S] extends { body: infer B extends z.ZodType }
    ? { status: S; body: z.output<B> }
    : never;
}[keyof Answers<K>];
