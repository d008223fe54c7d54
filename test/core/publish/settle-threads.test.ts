import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Finding, FindingStatus } from '../../../src/core/finding.ts';
import type { Change, StandingComment } from '../../../src/core/publish/plan.ts';
import { settleThreads, type ResolveThreads } from '../../../src/core/publish/settle-threads.ts';
import { COMMENT_STATES, printMarker } from '../../../src/core/render/marker.ts';
import { aFinding, aRecord, sha } from '../../support/builders.ts';
import { aComment, aPlan, carryOut } from '../../support/carry-out.ts';

const ID = aFinding().id;
const threadOf = aComment(ID).thread;

function changes(
  finding: Partial<Finding>,
  comment: Partial<Omit<StandingComment, 'thread'>> & { thread?: Partial<StandingComment['thread']> },
  resolveThreads: ResolveThreads = 'auto',
  reopened?: ReadonlySet<string>,
): string[] {
  const { thread, ...rest } = comment;
  const settled = settleThreads({
    findings: [aFinding(finding)],
    comments: [aComment(ID, { ...rest, thread: { ...threadOf, ...thread } })],
    resolveThreads,
    bodyOf: () => 'body',
    ...(reopened === undefined ? {} : { reopened }),
  });
  return settled.map((change) => ('why' in change ? `${change.change} ${change.why}` : change.change));
}

const fixed = { status: 'fixed', fixedSha: sha('1') } as const;
const byAlice = { resolved: { by: 'alice' } };
const mayNot = { mayResolve: false, mayUnresolve: false };

describe('settleThreads', () => {
  test.each<[string, string[], Parameters<typeof changes>]>([
    ['new and told', [], [{ status: 'new' }, {}]],
    ['open still', [], [{ status: 'open' }, {}]],
    ['fixed', ['resolve RESOLVED', 'edit'], [fixed, {}]],
    ['fixed, the token may not resolve', ['minimize RESOLVED', 'edit'], [fixed, { thread: mayNot }]],
    ['fixed, resolving is switched off', ['minimize RESOLVED', 'edit'], [fixed, {}, 'false']],
    ['fixed, somebody resolved it', ['edit'], [fixed, { thread: byAlice }]],
    ['fixed, and minimised by somebody', ['edit'], [fixed, { minimized: true, thread: mayNot }]],
    ['fixed, said so before', [], [fixed, { state: 'fixed', thread: { resolved: { by: null } } }]],
    ['fixed, said so before, opened by a person', [], [fixed, { state: 'fixed' }]],
    ['fixed by an earlier push', [], [{ status: 'gone', fixedSha: sha('1') }, { state: 'fixed' }]],
    ['left the pull request', ['resolve OUTDATED', 'edit'], [{ status: 'gone' }, {}]],
    ['dismissed by command', ['resolve RESOLVED', 'edit'], [{ status: 'dismissed' }, {}]],
    ['dismissed by resolving', ['edit'], [{ status: 'dismissed' }, { thread: byAlice }]],
    ['open, resolved by somebody whose word does not count', [], [{ status: 'open' }, { thread: byAlice }]],
    [
      'back after a fix',
      ['unresolve', 'edit'],
      [{ status: 'open' }, { state: 'fixed', thread: { resolved: { by: null } } }],
    ],
    [
      'back after a fix, the token may not',
      ['unminimize', 'edit'],
      [{ status: 'open' }, { state: 'fixed', minimized: true, thread: mayNot }],
    ],
    [
      'reopened by command',
      ['unresolve', 'edit'],
      [{ status: 'open' }, { state: 'open', thread: byAlice }, 'auto', new Set([ID])],
    ],
    [
      'reopened by command before',
      [],
      [{ status: 'open' }, { state: 'open', byCommandOnly: true, thread: byAlice }, 'auto', new Set([ID])],
    ],
    ['of another finding', [], [fixed, { findingId: 'f99999999999999999999999' }]],
  ])('%s: %j', (_what, expected, given) => {
    expect(changes(...given)).toEqual(expected);
  });

  test('whatever people did: carried out, there is nothing left to do, and no more than two or three changes a thread', () => {
    const status = fc.constantFrom<FindingStatus>('new', 'open', 'fixed', 'gone', 'dismissed');
    const finding = fc.record({ status, fixedSha: fc.constantFrom(null, sha('1')) });
    const may = fc.boolean();
    const comment = fc.record({
      state: fc.constantFrom(...COMMENT_STATES),
      minimized: fc.boolean(),
      byCommandOnly: fc.boolean(),
      thread: fc.record({
        resolved: fc.constantFrom(null, { by: null }, { by: 'alice' }),
        outdated: fc.boolean(),
        mayResolve: may,
        mayUnresolve: may,
      }),
    });
    const one = fc.record({ finding, comment, reopened: fc.boolean() });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 5 }), fc.constantFrom('auto', 'true', 'false'), (all, resolveThreads) => {
        const idOf = (at: number): string => `f${String(at).padStart(23, '0')}`;
        const findings = all.map((each, at) => aFinding({ ...each.finding, id: idOf(at) }));
        const reopened = new Set(all.flatMap((each, at) => (each.reopened ? [idOf(at)] : [])));
        const bodyOf = (about: Finding, standing: StandingComment): string => {
          const state = about.status === 'new' ? 'open' : about.status;
          const ended = state === 'gone' && about.fixedSha !== null ? 'fixed' : state;
          const byCommandOnly = standing.byCommandOnly || reopened.has(about.id);
          const heed = byCommandOnly ? { byCommandOnly: true as const } : {};
          const belongsTo = { session: 's', repositoryId: 1, number: 1, runId: aRecord().runId, attempt: 1 };
          return printMarker({ kind: 'finding', ...belongsTo, findingId: about.id, state: ended, ...heed });
        };
        let comments = all.map((each, at): StandingComment => {
          const standing = aComment(idOf(at));
          return { ...standing, ...each.comment, thread: { ...standing.thread, ...each.comment.thread } };
        });
        const plan = (): Change[] => settleThreads({ findings, comments, resolveThreads, bodyOf, reopened });
        const first = plan();
        expect(first.length).toBeLessThanOrEqual(all.length * 3);
        comments = carriedOut(first, comments);
        expect(plan()).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

function carriedOut(list: readonly Change[], comments: StandingComment[]): StandingComment[] {
  const empty = { headSha: null, summary: null, reviews: [], comments };
  const plan = {
    changes: [...list],
    review: { action: 'none' as const },
    summary: { action: 'keep' as const, commentId: 1 },
  };
  return carryOut(aPlan(plan), empty).comments;
}
