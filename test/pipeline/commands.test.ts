import { describe, expect, test } from '@jest/globals';
import { commandAsked } from '../../src/core/commands/asked.ts';
import { CommitSha, EpochSeconds, RepositoryId } from '../../src/core/ids.ts';
import type { Trust } from '../../src/core/review-record.ts';
import { obey, type Obeyed, type ReviewNow } from '../../src/pipeline/command.ts';
import { mirrorVerdict } from '../../src/pipeline/mirror.ts';
import type { ReviewPorts, ReviewSettings } from '../../src/pipeline/ports.ts';
import { runReview } from '../../src/run-review.ts';
import { aSettings, findingsOf, inShort, Scene } from './scene.ts';

const MAIN = { 'README.md': 'shop\n' };
const TOPIC = { 'a.txt': 'one\ntwo BUG\nthree\n' };

type Answered = Obeyed & { reactions: string[]; words: string[] };

async function ask(
  scene: Scene,
  body: string,
  by = 'bob',
  overrides: Partial<ReviewPorts> = {},
  instead: ReviewNow | null = null,
): Promise<Answered> {
  const outcome = commandAsked('issue_comment', {
    action: 'created',
    comment: { id: 9, body, user: { login: by, type: 'User' } },
    repository: { full_name: 'acme/shop' },
    issue: { number: 1, pull_request: {} },
  });
  if (outcome.outcome !== 'asked') throw new Error(outcome.why);
  const reactions: string[] = [];
  const words: string[] = [];
  const ports = scene.ports(overrides);
  const replies = {
    react: async (_place: unknown, reaction: string) => void reactions.push(reaction),
    reply: async (_place: unknown, said: string) => void words.push(said),
  };
  const refs = [{ repository: outcome.asked.repository, number: outcome.asked.number }];
  const review = instead ?? ((settings: ReviewSettings) => runReview(ports, settings, refs));
  const obeyed = await obey(ports, aSettings, replies, outcome.asked, review);
  return { ...obeyed, reactions, words };
}

async function reviewed(): Promise<Scene> {
  const scene = await Scene.start(MAIN, TOPIC);
  scene.host.writers.add('bob');
  await scene.reviewOne();
  return scene;
}

const byTrust = (scene: Scene, trust: Trust): Partial<ReviewPorts> => ({ ledger: scene.ledger({ trust }) });

describe('a command', () => {
  test('of somebody who may not write is left alone, without an answer', async () => {
    await using scene = await reviewed();
    expect(await ask(scene, '/pushback dismiss F1', 'eve')).toMatchObject({ report: null, reactions: [], words: [] });
    expect(findingsOf(await scene.reviewOne())).toEqual(['F1 new a.txt:2']);
  });

  test('dismiss: shown at once, and it holds', async () => {
    await using scene = await reviewed();
    const { reactions, report } = await ask(scene, '/pushback dismiss F1 as meant');
    expect([reactions, report]).toEqual([['+1'], null]);
    const { conversation } = scene.host.pull(1);
    expect(conversation.comments).toMatchObject([{ state: 'dismissed', thread: { resolved: { by: null } } }]);
    expect(conversation.summary?.body).toContain('Nothing to change');
    await scene.push({ 'b.txt': 'more\n' });
    const next = await scene.reviewOne();
    expect([findingsOf(next), next.record?.result.findings[0]?.why]).toEqual([
      ['F1 dismissed a.txt:2'],
      'bob: as meant',
    ]);
  });

  test('dismiss: shown at once, though the pull request of the same number elsewhere is being reviewed', async () => {
    await using scene = await reviewed();
    const ledger = scene.ledger();
    const list: typeof ledger.list = async (session) => {
      const [view] = await ledger.list(session);
      if (view?.run === undefined || view.run === null) throw new Error('nothing was reviewed');
      const elsewhere = { ...view.pullRequest, repositoryId: RepositoryId.parse(4712) };
      const run = { ...view.run, leaseEndsAt: EpochSeconds.parse(4_000_000_000) };
      return [{ ...view, pullRequest: elsewhere, run }, view];
    };
    await ask(scene, '/pushback dismiss F1', 'bob', { ledger: { ...ledger, list } });
    expect(scene.host.pull(1).conversation.comments).toMatchObject([{ state: 'dismissed' }]);
  });

  test('dismiss by the author is refused; reopen is not', async () => {
    await using scene = await reviewed();
    scene.host.writers.add('ada');
    expect(await ask(scene, '/pushback dismiss F1', 'ada')).toMatchObject({ reactions: ['confused'] });
    await ask(scene, '/pushback dismiss F1');
    expect(await ask(scene, '/pushback reopen F1', 'ada')).toMatchObject({ reactions: ['+1'] });
  });

  test('dismiss by a run of more trust binds the others', async () => {
    await using scene = await reviewed();
    const { reactions } = await ask(scene, '/pushback dismiss F1', 'bob', byTrust(scene, 'protected'));
    expect(reactions).toEqual(['+1']);
    expect(scene.host.pull(1).conversation.summary?.body).toContain('Nothing to change');
    await scene.push({ 'b.txt': 'more\n' });
    expect(findingsOf(await scene.reviewOne())).toEqual(['F1 dismissed a.txt:2']);
  });

  test('reopen: whoever had resolved the thread is overruled', async () => {
    await using scene = await reviewed();
    const [comment] = scene.host.pull(1).conversation.comments;
    if (comment === undefined) throw new Error('nothing was posted');
    comment.thread.resolved = { by: 'bob' };
    await scene.push({ 'b.txt': 'more\n' });
    expect(findingsOf(await scene.reviewOne())).toEqual(['F1 dismissed a.txt:2']);
    expect((await ask(scene, '/pushback reopen F1')).reactions).toEqual(['+1']);
    expect(scene.host.pull(1).conversation.comments).toMatchObject([
      { state: 'open', byCommandOnly: true, thread: { resolved: null } },
    ]);
    const [standing] = scene.host.pull(1).conversation.comments;
    standing!.thread.resolved = { by: 'bob' };
    await scene.push({ 'b.txt': 'and more\n' });
    expect(findingsOf(await scene.reviewOne())).toEqual(['F1 open a.txt:2']);
  });

  test.each([
    ['/pushback dismiss F9', 'there is no finding F9'],
    ['/pushback dismiss', 'dismiss takes a finding such as F3'],
    ['/pushback bless F1', 'there is no such command'],
  ])('%s: %s', async (body, why) => {
    await using scene = await reviewed();
    expect(await ask(scene, body)).toMatchObject({ reactions: ['confused'], detail: expect.stringContaining(why) });
  });

  test('explain and help answer in words', async () => {
    await using scene = await reviewed();
    const explained = await ask(scene, '/pushback explain F1');
    expect(explained).toMatchObject({ reactions: ['+1'], words: [expect.stringMatching(/F1.*\n[\s\S]*two BUG/u)] });
    expect((await ask(scene, '/pushback help')).words).toEqual([expect.stringContaining('/pushback dismiss F3')]);
  });

  test('pause leaves pushes alone, resume reviews what came meanwhile', async () => {
    await using scene = await reviewed();
    expect((await ask(scene, '/pushback pause')).reactions).toEqual(['+1']);
    await scene.push({ 'b.txt': 'more BUG\n' });
    expect(inShort(await scene.reviewOne())).toBe('skipped none/ineligible -');
    const { report, reactions } = await ask(scene, '/pushback resume');
    expect([report?.pulls.map(inShort), reactions]).toEqual([
      ['reviewed incremental/new-commits changes_requested'],
      ['+1'],
    ]);
  });

  test('review and full, on a draft too', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    scene.host.writers.add('bob');
    const first = await ask(scene, '/pushback review');
    expect([first.report?.pulls.map(inShort), first.reactions]).toEqual([
      ['reviewed full/first-review changes_requested'],
      ['eyes'],
    ]);
    const again = await ask(scene, '/pushback full');
    expect(again.report?.pulls.map(inShort)).toEqual(['reviewed full/forced changes_requested']);
  });

  test('where this run can not review, that is said, and a pause is lifted all the same', async () => {
    await using scene = await reviewed();
    const impossible = { impossible: 'another tree' };
    expect(await ask(scene, '/pushback full', 'bob', {}, impossible)).toMatchObject({
      reactions: ['confused'],
      detail: expect.stringContaining('another tree'),
    });
    await ask(scene, '/pushback pause');
    expect(await ask(scene, '/pushback resume', 'bob', {}, impossible)).toMatchObject({
      reactions: ['+1'],
      report: null,
    });
    await scene.push({ 'b.txt': 'more\n' });
    expect(inShort(await scene.reviewOne())).toBe('reviewed incremental/new-commits changes_requested');
  });

  test('review by a run that may not build on what stands is refused: it would say everything twice', async () => {
    await using scene = await reviewed();
    const answered = await ask(scene, '/pushback review', 'bob', byTrust(scene, 'protected'));
    expect(answered).toMatchObject({ report: null, reactions: ['confused'] });
  });
});

describe('a merge queue', () => {
  const headSha = CommitSha.parse('9'.repeat(40));
  const mirrored = async (scene: Scene, ports: Partial<ReviewPorts> = {}) => {
    const { key } = scene.host.pull(1);
    const ends: string[] = [];
    const checks: ReviewPorts['checks'] = {
      api: {
        begin: async () => 1,
        finish: async (check, end) => void ends.push(`${check.headSha} ${end.conclusion}`),
      },
      name: 'Pushback',
      policy: { failOn: 'warning', onError: 'fail' },
      holding: () => undefined,
      summaryOf: () => '',
    };
    const merge = { repository: key.repository, number: key.number, headSha };
    const report = await mirrorVerdict(scene.ports({ checks, ...ports }), aSettings, merge);
    return [report.outcome, ...ends];
  };

  test('gets the verdict of the head, whatever it is', async () => {
    await using scene = await reviewed();
    expect(await mirrored(scene)).toEqual(['skipped', `${headSha} failure`]);
    await ask(scene, '/pushback dismiss F1');
    expect(await mirrored(scene)).toEqual(['skipped', `${headSha} success`]);
  });

  test('gets none where the head was not reviewed, and says so', async () => {
    await using scene = await reviewed();
    await scene.push({ 'b.txt': 'more\n' });
    expect(await mirrored(scene)).toEqual(['failed', `${headSha} failure`]);
  });

  test('gets none where the head was reviewed for another base: there it changes something else', async () => {
    await using scene = await Scene.start(MAIN, TOPIC);
    await scene.git.git('branch', 'narrow', 'topic');
    await scene.push({ 'b.txt': 'fine\n' });
    scene.host.pull(1).base = 'narrow';
    expect(inShort(await scene.reviewOne())).toContain('approved');
    expect(await mirrored(scene)).toEqual(['skipped', `${headSha} success`]);
    scene.host.pull(1).base = 'main';
    expect(await mirrored(scene)).toEqual(['failed', `${headSha} failure`]);
  });
});
