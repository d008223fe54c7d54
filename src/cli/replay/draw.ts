import type { Past } from '../../adapters/git/past.ts';
import { findPulls, Landings } from '../../core/replay/find-pulls.ts';
import type { PastPull } from '../../core/replay/past.ts';
import type { RecordedPushes } from '../../core/replay/pushes-file.ts';
import { shuffled } from '../../core/replay/sample.ts';
import { pushesOf, recordedPushesOf, type PullPushes } from './pull-pushes.ts';

/** A pull request to replay, once its pushes have been looked up. */
export type Drawn = { name: string; pull: PastPull | null; pushes: () => Promise<PullPushes> };

/** Every pull request of the repository's past, in the order in which the seed draws them. */
export async function drawPulls(past: Past, seed: number): Promise<Drawn[]> {
  const pulls = await allPulls(past);
  return shuffled(pulls, seed).map((pull) => ({ name: pull.name, pull, pushes: () => pushesOf(past, pull) }));
}

/** The pull requests of a file of recorded pushes, in its order. */
export async function recordedPulls(past: Past, recorded: readonly RecordedPushes[]): Promise<Drawn[]> {
  const known = new Map((await allPulls(past)).map((pull) => [pull.name, pull]));
  return recorded.map((each) => {
    const pull = known.get(each.name) ?? null;
    return {
      name: each.name,
      pull,
      async pushes() {
        const base = each.base === null ? (pull?.baseSha ?? past.main.sha) : await past.resolve(each.base);
        if (base === null) return { outcome: 'left-out', why: `its base ${each.base} names no commit` };
        return recordedPushesOf(past, each, base);
      },
    };
  });
}

async function allPulls(past: Past): Promise<PastPull[]> {
  const landings = new Landings(past.main.ref.replace(/^refs\/(?:heads|remotes\/[^/]+)\//, ''));
  await past.mainLine((commit) => landings.add(commit));
  return findPulls(await past.refs(), landings, past.main);
}
