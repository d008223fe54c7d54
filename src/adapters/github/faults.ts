import { GraphqlResponseError } from '@octokit/graphql';
import { RequestError } from '@octokit/request-error';
import { EpochSeconds } from '../../core/ids.ts';
import { HostFault } from '../../ports/pull-requests.ts';
import { failureOf } from './repeat.ts';

const MAX_MESSAGE = 300;

/** What was asked of GitHub, in words, and the permission that it takes: `pull-requests: write`. */
export type Doing = { what: string; permission: string };

/** The failure in words that say what to do about it. */
export function hostFault(error: unknown, doing: Doing): HostFault {
  if (error instanceof HostFault) return error;
  if (error instanceof GraphqlResponseError) return fromGraphql(error, doing);
  if (!(error instanceof RequestError) || error.response === undefined) {
    const lost = failureOf(error, EpochSeconds.parse(0)).kind === 'lost';
    const message = `${lost ? 'GitHub could not be reached to' : 'It was not possible to'} ${doing.what}: ${messageOf(error)}`;
    return new HostFault(message, { cause: error });
  }
  if (error.status === 401) {
    const message = `GitHub refused the token (401) when asked to ${doing.what}: github-token is not valid, or no longer`;
    return new HostFault(message, { cause: error });
  }
  if (failureOf(error, EpochSeconds.parse(0)).kind === 'limited') {
    const message = `GitHub's rate limit is used up: it refused to ${doing.what}. Run the job again later`;
    return new HostFault(message, { cause: error });
  }
  if (/locked/iu.test(error.message)) {
    const message = `GitHub refused to ${doing.what}: the conversation is locked, and the token may not write there. Unlock it, or use the token of someone who can write`;
    return new HostFault(message, { cause: error });
  }
  if (error.status === 403) return notPermitted(error, doing);
  return new HostFault(`GitHub answered ${error.status} when asked to ${doing.what}: ${messageOf(error)}`, {
    cause: error,
  });
}

function fromGraphql(error: GraphqlResponseError<unknown>, doing: Doing): HostFault {
  const forbidden = error.errors?.some(({ type }) => type === 'FORBIDDEN' || type === 'INSUFFICIENT_SCOPES') ?? false;
  if (forbidden) return notPermitted(error, doing);
  return new HostFault(`GitHub could not ${doing.what}: ${messageOf(error)}`, { cause: error });
}

function notPermitted(error: Error, { what, permission }: Doing): HostFault {
  const message =
    `The token may not ${what} (${messageOf(error)}). Add \`permissions: ${permission}\` to the job; ` +
    'for pull requests from forks, whose token only reads on `pull_request`, run on `pull_request_target`';
  return new HostFault(message, { cause: error, missingPermission: permission });
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s+/gu, ' ').slice(0, MAX_MESSAGE);
}

/** True where GitHub answered with this status, and for no rate limit. */
export function answered(error: unknown, status: number): error is RequestError {
  return (
    error instanceof RequestError &&
    error.response !== undefined &&
    error.status === status &&
    failureOf(error, EpochSeconds.parse(0)).kind === 'answered'
  );
}
