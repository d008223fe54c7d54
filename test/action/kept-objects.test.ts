import { expect, test } from '@jest/globals';
import { keptObjects } from '../../src/action/kept-objects.ts';

test('nothing is kept unless the machine names a folder', () => {
  expect(keptObjects({})).toEqual({});
  expect(keptObjects({ PUSHBACK_GIT_CACHE: '' })).toEqual({});
  expect(keptObjects({ PUSHBACK_GIT_CACHE: '/var/cache/pushback' })).toEqual({
    kept: { folder: '/var/cache/pushback', maxBytes: 64 * 1024 * 1024 },
  });
});

test('a folder that means another one in each job is refused', () => {
  expect(() => keptObjects({ PUSHBACK_GIT_CACHE: 'cache' })).toThrow(
    'PUSHBACK_GIT_CACHE must be an absolute path, not "cache"',
  );
});
