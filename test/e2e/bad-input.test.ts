import { describe, expect, test } from '@jest/globals';
import { CONTENT_REVIEWER, nodeCommand, nothingPosted, openShopPull, runShipped } from './support.ts';

const errorsOf = (result: { annotations: { level: string; message: string }[] }): string =>
  result.annotations
    .filter(({ level }) => level === 'error')
    .map(({ message }) => message)
    .join('\n');
const warningsOf = (result: { annotations: { level: string; message: string }[] }): string =>
  result.annotations
    .filter(({ level }) => level === 'warning')
    .map(({ message }) => message)
    .join('\n');

describe('bad input', () => {
  test('every wrong input is named at once; nothing is recorded, nothing posted', async () => {
    await using shop = await openShopPull();
    const result = await runShipped(shop, {
      endpoint: 'ftp://pushback.example',
      reviewer: 'oracle',
      'max-comments': 'many',
      'fail-on': 'blocker',
      'review-drafts': 'maybe',
    });
    expect(result.exitCode).toBe(1);
    const said = errorsOf(result);
    for (const input of ['endpoint', 'reviewer', 'max-comments', 'fail-on', 'review-drafts'])
      expect(said).toContain(`input ${input}:`);
    expect(said).toContain('"many"');
    expect(result.stdout + result.stderr).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
    expect(nothingPosted(shop)).toBe(true);
    expect(shop.world.events).toEqual([]);
  });

  test.each([
    ['garbage', 'process.stdin.resume(); console.log("looks good to me")', /JSON/],
    ['an exit code', 'process.exit(3)', /exited with code 3/],
    [
      'an answer of another shape',
      'process.stdin.resume(); console.log(JSON.stringify({ reviews: [{ findings: 7 }] }))',
      /reviews/,
    ],
  ])('a reviewer that gives %s is no review', async (_name, script, why) => {
    await using shop = await openShopPull();
    const inputs = { ...shop.world.inputs, command: nodeCommand(script) };
    const result = await runShipped(shop, inputs);
    expect(warningsOf(result)).toMatch(/NOT reviewed/);
    expect(warningsOf(result)).toMatch(why);
    expect(result.outputs['verdict']).toBe('');
    expect(nothingPosted(shop)).toBe(true);
    const again = await runShipped(shop, { ...inputs, command: CONTENT_REVIEWER });
    expect([again.exitCode, again.outputs['verdict'], again.outputs['reason']]).toEqual([
      0,
      'approved',
      'first-review',
    ]);
  });

  test('behind a gate no review is a failed step', async () => {
    await using shop = await openShopPull();
    const result = await runShipped(shop, {
      ...shop.world.inputs,
      command: nodeCommand('process.exit(3)'),
      'fail-on': 'critical',
    });
    expect(result.exitCode).toBe(1);
    expect(errorsOf(result)).toMatch(/NOT reviewed/);
  });
});

describe('an endpoint that is down', () => {
  const dead = { endpoint: 'http://127.0.0.1:9', audience: 'x', command: CONTENT_REVIEWER };

  test.each([
    ['warn', 0, warningsOf],
    ['fail', 1, errorsOf],
  ] as const)(
    'on-error %s',
    async (onError, exitCode, saidIn) => {
      await using shop = await openShopPull();
      const result = await runShipped(shop, { ...dead, 'on-error': onError });
      expect(result.exitCode).toBe(exitCode);
      expect(saidIn(result)).toMatch(/NOT reviewed/);
      expect(result.outputs['verdict'] ?? '').toBe('');
      expect(nothingPosted(shop)).toBe(true);
    },
    60_000,
  );
});
