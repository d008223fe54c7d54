import * as z from 'zod';
import { OwnerId, type PullRequestNumber, RepositoryId, RepositoryName, type SessionName } from './ids.ts';
import type { Caller } from './ledger/commands.ts';
import type { Trust } from './review-record.ts';

/**
 * Who may call the endpoint, and for what: pure rules over the claims of a GitHub Actions token whose signature, issuer,
 * audience and expiry were verified before. DESIGN 5, "Who may call".
 */

const numeral = (max: number) =>
  z
    .string()
    .regex(/^[1-9][0-9]*$/)
    .max(max);

/** The claims that the rules read. GitHub sends every one of them as a string. */
export const GitHubClaims = z.object({
  repository: RepositoryName,
  repository_id: numeral(15).transform(Number).pipe(RepositoryId),
  repository_owner_id: OwnerId,
  event_name: z.string().min(1).max(64),
  ref: z.string().max(1024),
  /** Absent on older GitHub Enterprise Servers: then no ref counts as protected. */
  ref_protected: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  run_id: numeral(20),
  run_attempt: numeral(9).transform(Number),
  /** The deployment environment that the job names; GitHub lets only jobs name it that its protection rules let through. */
  environment: z.string().max(255).optional(),
  /** The workflow file that holds the job, `owner/name/path@ref`: the reusable one where one is called. */
  job_workflow_ref: z.string().max(1024).optional(),
});
export type GitHubClaims = z.infer<typeof GitHubClaims>;

export const GroupedRepository = z.object({ id: RepositoryId, name: RepositoryName });

/** What one deployment allows. */
export const EndpointPolicy = z.object({
  owners: z.array(OwnerId).min(1),
  /** Within one group each repository may act on the others' pull requests. */
  repositoryGroups: z.array(z.array(GroupedRepository).min(2)),
  /** Exact `job_workflow_ref` values whose runs are trusted most. */
  pinnedWorkflows: z.array(z.string().regex(/^[^/\s]+\/[^/\s]+\/[^@\s]+@[^\s]+$/, 'a workflow as owner/name/path@ref')),
  /** Full ref names that privileged events may run on without being protected. */
  refs: z.array(z.string().regex(/^refs\/[^\s]+$/, 'a full ref name, such as refs/heads/main')),
  /** Deployment environments one of which every caller's job must name; none: no job needs to. */
  environments: z.array(
    z.string().regex(/^[^,\p{Cc}]{1,255}$/u, "an environment's name: 1 to 255 characters, no comma"),
  ),
});
export type EndpointPolicy = z.infer<typeof EndpointPolicy>;

/** A pull request that a call is about; `repository` is null where the call names it by id alone. */
export type CalledPullRequest = {
  repositoryId: RepositoryId;
  number: PullRequestNumber;
  repository: RepositoryName | null;
};

export type Call = {
  access: 'read' | 'write';
  session: SessionName;
  pullRequests: readonly CalledPullRequest[];
};

/** The rules by name, in the order in which they are asked: first those about the caller, then those about the call. */
const CALLER_RULES = ['owner', 'event', 'ref', 'environment'] as const;
const CALL_RULES = ['read-only', 'session', 'repository', 'pull-request'] as const;
type CallerRule = (typeof CALLER_RULES)[number];
type CallRule = (typeof CALL_RULES)[number];
export type Rule = CallerRule | CallRule;

export type Refusal = { rule: Rule; why: string };

export type Authorisation =
  /** `visible`: the repositories whose pull requests an answer may show; null for all of the owner's. */
  { outcome: 'allowed'; caller: Caller; visible: ReadonlySet<number> | null } | ({ outcome: 'refused' } & Refusal);

/** Events whose workflow file comes from a branch and not from the pull request. */
const PRIVILEGED_EVENTS: ReadonlySet<string> = new Set([
  'pull_request_target',
  'issue_comment',
  'workflow_run',
  'workflow_dispatch',
  'schedule',
  'repository_dispatch',
]);
/** Events whose workflow file is the pull request's own: whoever can push can change what runs. */
const PULL_REQUEST_EVENTS: ReadonlySet<string> = new Set(['pull_request', 'pull_request_review_comment']);
const READ_ONLY_EVENTS: ReadonlySet<string> = new Set(['merge_group']);

/** What refuses this caller whatever the call; null where nothing does. Asked before a body is read. */
export function admit(claims: GitHubClaims, policy: EndpointPolicy): Refusal | null {
  for (const rule of CALLER_RULES) {
    const why = callerRefusals[rule](claims, policy);
    if (why !== null) return { rule, why };
  }
  return null;
}

export function authorise(claims: GitHubClaims, call: Call, policy: EndpointPolicy): Authorisation {
  const refusal = admit(claims, policy) ?? refusalOf(claims, call, policy);
  if (refusal !== null) return { outcome: 'refused', ...refusal };
  return {
    outcome: 'allowed',
    caller: {
      ownerId: claims.repository_owner_id,
      workflowRun: { id: claims.run_id, attempt: claims.run_attempt },
      trust: trustOf(claims, policy),
    },
    visible: visibleTo(claims, policy),
  };
}

function refusalOf(claims: GitHubClaims, call: Call, policy: EndpointPolicy): Refusal | null {
  for (const rule of CALL_RULES) {
    const why = callRefusals[rule](claims, call, policy);
    if (why !== null) return { rule, why };
  }
  return null;
}

/** How far a run can be believed: by its own workflow file, then by the ref that it came from. */
export function trustOf(claims: GitHubClaims, policy: EndpointPolicy): Trust {
  if (claims.job_workflow_ref !== undefined && policy.pinnedWorkflows.includes(claims.job_workflow_ref))
    return 'pinned';
  return trustOfEvent(claims.event_name);
}

/** On a ref that is protected or listed. */
export function trustOfEvent(event: string): Trust {
  return PRIVILEGED_EVENTS.has(event) ? 'protected' : 'contributor';
}

/** Each says why it refuses, or null where it does not. */
const callerRefusals: Record<CallerRule, (claims: GitHubClaims, policy: EndpointPolicy) => string | null> = {
  owner(claims, policy) {
    if (policy.owners.includes(claims.repository_owner_id)) return null;
    return `repository_owner_id ${claims.repository_owner_id} is not an owner that this deployment serves`;
  },

  event({ event_name: event }) {
    if (PULL_REQUEST_EVENTS.has(event) || PRIVILEGED_EVENTS.has(event) || READ_ONLY_EVENTS.has(event)) return null;
    const known = [...PULL_REQUEST_EVENTS, ...READ_ONLY_EVENTS, ...PRIVILEGED_EVENTS];
    return `runs of the event ${event} may not call; those of ${known.join(', ')} may`;
  },

  ref(claims, policy) {
    if (!PRIVILEGED_EVENTS.has(claims.event_name) || claims.ref_protected || policy.refs.includes(claims.ref))
      return null;
    return `on ${claims.event_name} the ref must be protected or listed, and ${claims.ref} is neither`;
  },

  environment({ environment }, { environments }) {
    if (environments.length === 0) return null;
    if (environment !== undefined && environments.some((name) => sameName(name, environment))) return null;
    return `the job must name one of the environments that this deployment demands (${environments.join(', ')}), and names ${environment === undefined ? 'none' : 'another'}`;
  },
};

const callRefusals: Record<CallRule, (claims: GitHubClaims, call: Call, policy: EndpointPolicy) => string | null> = {
  'read-only'(claims, call) {
    if (call.access === 'read' || !READ_ONLY_EVENTS.has(claims.event_name)) return null;
    return `runs of the event ${claims.event_name} only read`;
  },

  session(claims, call, policy) {
    const named = /^(.+)#[0-9]+$/.exec(call.session)?.[1];
    if (named === undefined || !RepositoryName.safeParse(named).success) return null;
    const allowed = [claims.repository, ...groupMates(claims, policy).map((mate) => mate.name)];
    if (allowed.some((name) => sameName(name, named))) return null;
    return `the session is named like a pull request of ${named}, and the token is of ${claims.repository}`;
  },

  repository(claims, call, policy) {
    const own = { id: claims.repository_id, name: claims.repository };
    const known = [own, ...groupMates(claims, policy)];
    for (const { repositoryId, repository } of call.pullRequests) {
      const match = known.find((candidate) => candidate.id === repositoryId);
      if (match === undefined) {
        return `repository ${repositoryId} is neither the token's (${own.id}) nor in a group with it`;
      }
      if (repository !== null && !sameName(match.name, repository)) {
        return `repository ${repositoryId} is ${match.name}, not ${repository}`;
      }
    }
    return null;
  },

  /** Whoever can push can change what runs there, so that such a run speaks for its own pull request only. */
  'pull-request'(claims, call) {
    if (!PULL_REQUEST_EVENTS.has(claims.event_name)) return null;
    for (const { repositoryId, number } of call.pullRequests) {
      if (repositoryId !== claims.repository_id || claims.ref !== `refs/pull/${number}/merge`) {
        return `a run of ${claims.event_name} on ${claims.ref} may not act on pull request ${number} of repository ${repositoryId}`;
      }
    }
    return null;
  },
};

function visibleTo(claims: GitHubClaims, policy: EndpointPolicy): ReadonlySet<number> {
  const mates = PULL_REQUEST_EVENTS.has(claims.event_name) ? [] : groupMates(claims, policy);
  return new Set([claims.repository_id, ...mates.map((mate) => mate.id)]);
}

function groupMates(claims: GitHubClaims, policy: EndpointPolicy): z.infer<typeof GroupedRepository>[] {
  return policy.repositoryGroups
    .filter((group) => group.some((member) => member.id === claims.repository_id))
    .flat()
    .filter((member) => member.id !== claims.repository_id);
}

/** GitHub's names differ in case only by accident: two such names are one repository. */
function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
