import { describe, expect, test } from '@jest/globals';
import type { CheckEnd } from '../../../src/core/publish/check.ts';
import type { NamedCheck } from '../../../src/ports/checks.ts';
import { effects } from '../../support/github/faults.ts';
import { setScene, type Scene } from './scene.ts';

const END: CheckEnd = {
  conclusion: 'failure',
  title: '1 open at warning or above',
  summary: 'page',
  annotations: [
    { level: 'warning', path: 'src/cart.ts', startLine: 10, endLine: 10, title: 'F1 Compare', message: 'with ===' },
  ],
};

async function named(scene: Scene, overrides: Partial<NamedCheck> = {}): Promise<NamedCheck> {
  const { key, version } = await scene.look();
  scene.github.calls.length = 0;
  return {
    repository: key.repository,
    headSha: version.headSha,
    name: 'Pushback',
    externalId: 'pushback acme/shop#1',
    detailsUrl: 'https://ci.example/runs/1',
    ...overrides,
  };
}

describe('checks', () => {
  test('begin in progress and finish as they end, a call each', async () => {
    await using scene = await setScene();
    const check = await named(scene);
    const checks = scene.checks();
    const id = await checks.begin(check);
    expect(scene.repository.checks).toMatchObject([{ id, status: 'in_progress', detailsUrl: check.detailsUrl }]);
    await checks.finish(check, END, id);
    expect(scene.repository.checks).toMatchObject([
      {
        id,
        status: 'completed',
        conclusion: 'failure',
        output: { title: END.title, annotations: [{ start_line: 10 }] },
      },
    ]);
    expect(scene.github.calls).toHaveLength(2);
    expect(scene.github.violations).toEqual([]);
  });

  test('one that ends at once is one call; another on the same head stays as it is', async () => {
    await using scene = await setScene();
    const checks = scene.checks();
    await checks.begin(await named(scene, { externalId: 'of another session' }));
    await checks.finish(await named(scene), { ...END, annotations: [] }, null);
    expect(scene.repository.checks.map(({ status, conclusion }) => [status, conclusion])).toEqual([
      ['in_progress', null],
      ['completed', 'failure'],
    ]);
    expect(scene.github.calls).toHaveLength(1);
  });

  test.each([
    ['an answer lost', effects.loseAnswer()],
    ['a connection dropped', effects.drop()],
  ])('%s: there is one check', async (_what, effect) => {
    await using scene = await setScene();
    const check = await named(scene);
    scene.github.faults.add({ on: 'checks/create', effect });
    const id = await scene.checks().begin(check);
    expect(scene.repository.checks.map((each) => each.id)).toEqual([id]);
  });

  test('a token that may not write checks is told so', async () => {
    await using scene = await setScene();
    const check = await named(scene);
    const beginning = scene.checks({ permissions: { contents: 'read', 'pull-requests': 'write' } }).begin(check);
    await expect(beginning).rejects.toMatchObject({
      missingPermission: 'checks: write',
      message: expect.stringContaining('Add `permissions: checks: write` to the job'),
    });
  });
});
