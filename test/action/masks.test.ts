import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';

const SECRETS = ['ghs_secretOfTheJob', 'sk-first-line', 'second-line-of-the-key'];

test.each([
  ['outside a workflow', {}],
  [
    'with inputs that are wrong',
    { GITHUB_EVENT_NAME: 'pull_request', GITHUB_REPOSITORY: 'acme/shop', 'INPUT_MAX-COST': 'sk-first-line' },
  ],
])('secrets are masked before anything else is said, %s', (_name, more) => {
  const script = `import { main } from ${JSON.stringify(pathToFileURL('src/main.ts').href)}; await main();`;
  const env = {
    PATH: process.env['PATH'],
    'INPUT_GITHUB-TOKEN': SECRETS[0],
    'INPUT_API-KEY': `${SECRETS[1]}\n${SECRETS[2]}\n`,
    ...more,
  };
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env,
    encoding: 'utf8',
  });
  const lines = stdout.split('\n').filter((line) => line !== '');
  expect(lines.slice(0, 3)).toEqual(SECRETS.map((secret) => `::add-mask::${secret}`));
  expect(lines.slice(3).join('\n')).toContain('::error::Pushback');
  for (const secret of SECRETS) expect(stderr).not.toContain(secret);
});
