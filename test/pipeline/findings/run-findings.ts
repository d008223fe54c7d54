import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PullReport } from '../../../src/core/report.ts';
import type { ReviewRecord } from '../../../src/core/review-record.ts';
import { RandomHistory, type LineWriter, type Step } from '../../support/git/random-history.ts';
import { somePublicationOptions } from '../../support/views.ts';
import { Scene } from '../scene.ts';
import { expectNoneBornTwice, expectOpenAreAdded, expectPostedOnce, expectSameOpen, openPlaces } from './laws.ts';
import { MarkedCode } from './marked-code.ts';
import type { Oracle, Sitting } from './oracles.ts';

export type FindingsKind = {
  writer: LineWriter;
  oracleOf: (code: MarkedCode, folder: string) => Oracle;
  /** Equal lines are many, and only those in scope are read: which of them count as added is the diffs' choice. */
  alike?: true;
};

/** Everything becomes a comment, so that what is posted is what was found. */
const publication = { ...somePublicationOptions, maxComments: 1000, calmAfter: 0 };

/**
 * Goes through a history with the real pipeline over real git and the ledger's rules; throws where the findings are not
 * those of a full review, with the commands that lead there.
 */
export async function runFindings(history: readonly Step[], { writer, oracleOf, alike }: FindingsKind): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pushback-oracle-'));
  await using random = await RandomHistory.create(writer);
  await using scene = await Scene.over(random.git, 'pr', random);
  const code = new MarkedCode(random);
  const oracle = oracleOf(code, folder);
  let before: ReviewRecord | null = null;
  let overtaken = false;

  const review = async (on: Scene, sitting: Partial<Sitting>): Promise<PullReport> => {
    on.host.pull(1).base = random.base;
    on.clock.advance(60);
    const [baseSha, { headSha }] = [await random.head(random.base), await random.today()];
    return on.reviewOne({
      reviewer: oracle.reviewer({ left: 0, meanwhile: async () => undefined, ...sitting }),
      checkedOut: await oracle.checkedOut({ baseSha, headSha }),
      settings: { publication },
    });
  };

  /** Reviews the head, and looks at what came of it. */
  const push = async (left: number): Promise<ReviewRecord> => {
    const today = await random.today();
    const report = await review(scene, { left });
    const { record } = report;
    random.git.script.note(`review of ${today.headSha.slice(0, 7)}: ${report.outcome} ${report.mode}/${report.reason}`);
    if (record === null) throw new Error(`no record: ${report.outcome}: ${report.detail}`);
    expectNoneBornTwice(record, before, overtaken);
    expectPostedOnce(record, scene.plans(), await code.tree(today.headSha));
    if (record.result.coverage.pending.length === 0) {
      const surelyNew = alike === true ? await code.moreThanBase(today) : null;
      expectOpenAreAdded(record, await code.addedMarked(today), surelyNew);
    }
    before = record;
    return record;
  };

  try {
    for (const step of history) {
      if (step.do !== 'push') await random.apply(step);
      else if (!step.overtaken) await push(step.left);
      else {
        // While it is being reviewed a newer head comes, and every other time that one is reviewed before the first ends.
        const meanwhile = async (): Promise<void> => {
          await random.commitNothing('comes meanwhile');
          if (step.left % 2 === 1) await push(0);
        };
        const { outcome } = await review(scene, { left: step.left, meanwhile: once(meanwhile) });
        overtaken = true;
        random.git.script.note(`the overtaken review: ${outcome}`);
      }
    }
    const last = await push(0);
    await using fresh = await Scene.over(random.git, 'pr', random);
    const whole = await review(fresh, {});
    if (whole.record === null) throw new Error(`no full review: ${whole.detail}`);
    const surelyNew = alike === true ? await code.moreThanBase(await random.today()) : null;
    expectSameOpen(openPlaces(last), openPlaces(whole.record), surelyNew, 'a full review has');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${message}\n\nThe history, in an empty folder:\n${random.git.script.toString()}\n`, {
      cause: error,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done = false;
  return async () => {
    if (done) return;
    done = true;
    await work();
  };
}
