import { RunId, type SessionName } from '../ids.ts';
import type { PullRequestKey } from '../pull-request.ts';

/**
 * The hidden first line of everything we post: what it is and what it belongs to. Anybody can write such a line, so it
 * says something only in a comment whose author the host vouches to be us, and only at its very beginning: what comes
 * after may quote a reviewer or the pull request's code. Where the ledger keeps a key for the pull request it is signed
 * as well, for other workflows write under the same account.
 */
export type Marker = SummaryMarker | ReviewMarker | FindingMarker;

/** The signature of a text by the pull request's key; in characters that stand in a URL. */
export type Sign = (text: string) => string;

type Belonging = { session: string; repositoryId: number; number: number; runId: RunId; attempt: number };

export type SummaryMarker = Belonging & {
  kind: 'summary';
  /** The host refused this run's review, so all its findings stand in the summary: it is not tried again. */
  reviewRefused: boolean;
  /** Highest number of a finding that a summary has told of: what is open and above it was never delivered. */
  told: number;
  /** Stands where the summary will: there was no review yet. */
  placeholder?: true;
  /** Findings that were open after each push, the oldest first; the last is of this run. */
  trend?: readonly number[];
};
export type ReviewMarker = Belonging & {
  kind: 'review';
  /** Findings that got a comment in it, so that one whose comment someone deleted is known to have been delivered. */
  findingIds: readonly string[];
};
export type FindingMarker = Belonging & {
  kind: 'finding';
  findingId: string;
  /** What the comment says of the finding now. */
  state: CommentState;
  /** Someone reopened it by command: who resolved the thread or reacted before that no longer decides. */
  byCommandOnly?: true;
};

export const COMMENT_STATES = ['open', 'fixed', 'gone', 'dismissed'] as const;
export type CommentState = (typeof COMMENT_STATES)[number];

/** As many pushes as a trend tells of. */
export const MAX_TREND = 40;

const VERSION = 1;
const PREFIX = '<!-- pushback:';
const SUFFIX = ' -->';
const SIGNATURE = ' sig=';
/** Longer than any marker of ours: a session's name and some hundred finding ids. */
const MAX_LENGTH = 20_000;

export function belonging(
  session: SessionName | string,
  key: PullRequestKey,
  run: { runId: RunId; attempt: number },
): Belonging {
  return { session, repositoryId: key.repositoryId, number: key.number, runId: run.runId, attempt: run.attempt };
}

/** @param sign null where the pull request has no key */
export function printMarker(marker: Marker, sign: Sign | null = null): string {
  const fields: Record<string, string> = {
    kind: marker.kind,
    session: marker.session,
    pr: `${marker.repositoryId}/${marker.number}`,
    run: marker.runId,
    attempt: String(marker.attempt),
  };
  if (marker.kind === 'summary') fields['told'] = String(marker.told);
  if (marker.kind === 'summary' && marker.reviewRefused) fields['review'] = 'refused';
  if (marker.kind === 'summary' && marker.placeholder === true) fields['review'] = 'none';
  if (marker.kind === 'summary' && marker.trend !== undefined) fields['trend'] = marker.trend.join('.');
  if (marker.kind === 'review') fields['findings'] = marker.findingIds.join(',');
  if (marker.kind === 'finding') {
    fields['finding'] = marker.findingId;
    if (marker.state !== 'open') fields['state'] = marker.state;
    if (marker.byCommandOnly === true) fields['heed'] = 'commands';
  }
  const printed = Object.entries(fields).map(([name, value]) => `${name}=${encode(value)}`);
  const text = `${VERSION} ${printed.join(' ')}`;
  return `${PREFIX}${text}${sign === null ? '' : `${SIGNATURE}${sign(text)}`}${SUFFIX}`;
}

/** As `parseMarker`, and null where the signature is not the one that the key gives. Without a key none is asked for. */
export function readMarker(body: string, sign: Sign | null): Marker | null {
  const marker = parseMarker(body);
  if (marker === null || sign === null) return marker;
  const text = body.slice(PREFIX.length, body.indexOf(SUFFIX));
  const at = text.lastIndexOf(SIGNATURE);
  return at !== -1 && sign(text.slice(0, at)) === text.slice(at + SIGNATURE.length) ? marker : null;
}

/** True for a text that begins as ours do, whoever wrote it. */
export function beginsAsOurs(body: string): boolean {
  return body.trimStart().startsWith(PREFIX);
}

/** Null where `body` does not begin with a marker, or with one that makes no sense. Fields of later versions are ignored. */
export function parseMarker(body: string): Marker | null {
  const end = body.slice(0, MAX_LENGTH).indexOf(SUFFIX);
  if (end === -1 || !body.startsWith(PREFIX)) return null;
  const [version, ...printed] = body.slice(PREFIX.length, end).split(' ');
  if (!/^[1-9]\d{0,3}$/u.test(version ?? '')) return null;
  const fields = new Map<string, string>();
  for (const field of printed) {
    const equals = field.indexOf('=');
    const value = equals === -1 ? null : decode(field.slice(equals + 1));
    if (value === null) return null;
    fields.set(field.slice(0, equals), value);
  }
  return markerOf(fields);
}

function markerOf(fields: ReadonlyMap<string, string>): Marker | null {
  const session = fields.get('session');
  const place = /^(?<repositoryId>[1-9]\d{0,15})\/(?<number>[1-9]\d{0,9})$/u.exec(fields.get('pr') ?? '')?.groups;
  const runId = RunId.safeParse(fields.get('run'));
  const attempt = /^[1-9]\d{0,8}$/u.exec(fields.get('attempt') ?? '')?.[0];
  if (session === undefined || place === undefined || !runId.success || attempt === undefined) return null;
  const common = {
    session,
    repositoryId: Number(place['repositoryId']),
    number: Number(place['number']),
    runId: runId.data,
    attempt: Number(attempt),
  };
  switch (fields.get('kind')) {
    case 'summary':
      return {
        kind: 'summary',
        ...common,
        reviewRefused: fields.get('review') === 'refused',
        told: Number(/^\d{1,7}$/u.exec(fields.get('told') ?? '')?.[0] ?? 0),
        ...(fields.get('review') === 'none' ? { placeholder: true } : {}),
        ...trendOf(fields.get('trend')),
      };
    case 'review':
      return { kind: 'review', ...common, findingIds: (fields.get('findings') ?? '').split(',').filter(isFindingId) };
    case 'finding':
      return findingMarker(common, fields);
    default:
      return null;
  }
}

function findingMarker(common: Belonging, fields: ReadonlyMap<string, string>): FindingMarker | null {
  const findingId = fields.get('finding') ?? '';
  if (!isFindingId(findingId)) return null;
  const state = COMMENT_STATES.find((one) => one === fields.get('state')) ?? 'open';
  const heed = fields.get('heed') === 'commands' ? { byCommandOnly: true as const } : {};
  return { kind: 'finding', ...common, findingId, state, ...heed };
}

function trendOf(printed: string | undefined): { trend?: number[] } {
  if (printed === undefined || !/^\d{1,6}(?:\.\d{1,6}){0,99}$/u.test(printed)) return {};
  return { trend: printed.split('.').map(Number).slice(-MAX_TREND) };
}

function isFindingId(text: string): boolean {
  return /^[a-z0-9]{16,40}$/u.test(text);
}

/** Dashes too, so that no value can end the comment. */
function encode(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replace(/-/gu, '%2D');
}

function decode(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}
