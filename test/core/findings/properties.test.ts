import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Finding, RawFinding } from '../../../src/core/finding.ts';
import { patchOf } from '../../../src/core/findings/patch.ts';
import { reconcile, type Reconciliation } from '../../../src/core/findings/reconcile.ts';
import type { Said } from '../../../src/core/findings/today.ts';
import { SAME_LINES } from '../../../src/core/findings/version-map.ts';
import { diffTrees, linesOf, raw, scope, sha256, tell, todayOf, tree, type Push, type Tree } from './story.ts';

/** Few distinct lines, so that equal ones, moves and reverts happen all the time. */
const line = fc.constantFrom('alpha();', 'beta();', '  bug(1);', 'bug(2);', '}', '');
const text = fc.array(line, { minLength: 1, maxLength: 9 }).map((lines) => `${lines.join('\n')}\n`);
const trees: fc.Arbitrary<Tree> = fc.dictionary(fc.constantFrom('a.ts', 'b.ts', 'c.ts'), text, {
  noNullPrototype: true,
});

/** Flags every line that says so, with what it says: as an analyser does, over the whole tree. */
function oracle(head: Tree): RawFinding[] {
  return Object.entries(head).flatMap(([path, content]) =>
    linesOf(content).flatMap((code, index) =>
      code.includes('bug') ? [raw({ path, line: index + 1, rule: 'no-bug', title: code.trim() })] : [],
    ),
  );
}

const treePushes = fc.array(trees, { minLength: 1, maxLength: 5 });

function treeStory(heads: readonly Tree[]): Push[] {
  return heads.map((head) => ({ head, said: tree(oracle(head)) }));
}

function openPlaces(findings: readonly Finding[]): string[] {
  return findings
    .filter((finding) => finding.status === 'new' || finding.status === 'open')
    .map((finding) => `${finding.path}:${finding.line}:${finding.title}`)
    .toSorted();
}

/** A reader that says some true things and some odd ones, in any order. */
const words: fc.Arbitrary<Said> = fc
  .array(
    fc.record({
      path: fc.constantFrom('a.ts', 'b.ts', 'c.ts', 'd.ts'),
      line: fc.option(fc.integer({ min: 1, max: 12 })),
      quote: fc.constantFrom('', 'bug(1);', 'bug(2);', 'alpha();', '}', 'nowhere'),
      category: fc.constantFrom('correctness', 'style'),
      rule: fc.constantFrom(null, 'r1', 'r2'),
      title: fc.constantFrom('Loop never ends', 'Compare strictly', 'Unclear name'),
      severity: fc.constantFrom('critical', 'warning', 'suggestion'),
    }),
    { maxLength: 6 },
  )
  .map((findings) => scope(findings.map((finding) => raw(finding))));

const scopeStory: fc.Arbitrary<Push[]> = fc.array(fc.record({ head: trees, said: words }), {
  minLength: 1,
  maxLength: 5,
});

describe('any sequence of pushes', () => {
  test('leaves open what a full review of the last head finds, line by line', () => {
    fc.assert(
      fc.property(trees, treePushes, (base, heads) => {
        const story = treeStory(heads);
        const whole = tell(base, story.slice(-1)).at(-1);
        expect(openPlaces(tell(base, story).at(-1)?.findings ?? [])).toEqual(openPlaces(whole?.findings ?? []));
      }),
      { numRuns: 400 },
    );
  });

  test('leaves open exactly the results on lines that the PR adds', () => {
    fc.assert(
      fc.property(trees, treePushes, (base, heads) => {
        const head = heads.at(-1) ?? {};
        const patch = patchOf(diffTrees(base, head));
        const expected = oracle(head)
          .filter(({ path, line }) => patch.owns({ path, side: 'RIGHT', line: line ?? null, endLine: line ?? null }))
          .map(({ path, line, title }) => `${path}:${line}:${title}`);
        expect(openPlaces(tell(base, treeStory(heads)).at(-1)?.findings ?? [])).toEqual(expected.toSorted());
      }),
      { numRuns: 400 },
    );
  });

  test('never gives an id, a number or a fingerprint to two findings, and never changes one', () => {
    fc.assert(
      fc.property(trees, fc.oneof(scopeStory, treePushes.map(treeStory)), (base, story) => {
        const identities = new Map<string, string>();
        for (const record of tell(base, story)) {
          const all = [...record.findings, ...record.remembered];
          for (const key of ['id', 'shortId', 'fingerprint'] as const) {
            expect(new Set(all.map((finding) => finding[key])).size).toBe(all.length);
          }
          for (const { id, shortId, fingerprint, firstSeenSha } of all) {
            const identity = `${shortId} ${fingerprint} ${firstSeenSha}`;
            expect(identities.get(id) ?? identity).toBe(identity);
            identities.set(id, identity);
            expect(shortId).toBeLessThan(record.nextShortId);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  test('loses nothing: what a reader raised is in every later record', () => {
    fc.assert(
      fc.property(trees, scopeStory, (base, story) => {
        const seen = new Set<string>();
        for (const record of tell(base, story)) {
          for (const { id } of [...record.findings, ...record.remembered]) seen.add(id);
          expect(record.findings.length + record.remembered.length).toBe(seen.size);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('points every line at the quoted code', () => {
    fc.assert(
      fc.property(trees, fc.oneof(scopeStory, treePushes.map(treeStory)), (base, story) => {
        const head = story.at(-1)?.head ?? {};
        for (const finding of tell(base, story).at(-1)?.findings ?? []) {
          if (finding.line === null || finding.status === 'gone' || finding.side === 'LEFT') continue;
          const code = linesOf(head[finding.path] ?? '').slice(finding.line - 1, finding.endLine ?? finding.line);
          expect(code.join('\n')).toContain(finding.quote.trim());
        }
      }),
      { numRuns: 400 },
    );
  });

  test('does not depend on the order in which things are said or were recorded', () => {
    fc.assert(
      fc.property(trees, scopeStory, trees, words, fc.nat(), (base, story, head, said, turn) => {
        const last = tell(base, story).at(-1);
        const findings = [...(last?.findings ?? []), ...(last?.remembered ?? [])];
        const before = { base, head: story.at(-1)?.head ?? {}, delivered: true };
        const input = (known: readonly Finding[], words: Said): Reconciliation => ({
          today: todayOf(base, { head }, 9, before, known),
          said: words,
          idSeed: 'run',
          nextShortId: last?.nextShortId ?? 1,
          hash: sha256,
        });
        const turned = { ...said, findings: rotate(said.findings, turn) } as Said;
        const { ignored: _one, ...straight } = reconcile(input(findings, said));
        const { ignored: _two, ...shuffled } = reconcile(input(rotate(findings, turn), turned));
        expect(shuffled).toEqual(straight);
      }),
      { numRuns: 300 },
    );
  });

  test('said again at the same head, nothing is new and nothing ends', () => {
    fc.assert(
      fc.property(trees, fc.oneof(scopeStory, treePushes.map(treeStory)), (base, story) => {
        const last = tell(base, story).at(-1);
        const [end] = story.slice(-1);
        if (last === undefined || end === undefined) return;
        const today = todayOf(base, end, story.length, null, []);
        const earlier = [{ findings: [...last.findings, ...last.remembered], map: SAME_LINES, delivered: true }];
        const again = reconcile({
          today: { ...today, earlier },
          said: end.said,
          idSeed: 'again',
          nextShortId: last.nextShortId,
          hash: sha256,
        });
        expect(again.nextShortId).toBe(last.nextShortId);
        expect(openPlaces(again.findings)).toEqual(openPlaces(last.findings));
        expect(again.findings.filter(({ status }) => status === 'fixed' || status === 'new')).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});

function rotate<T>(values: readonly T[], by: number): T[] {
  const at = values.length === 0 ? 0 : by % values.length;
  return [...values.slice(at), ...values.slice(0, at)];
}
