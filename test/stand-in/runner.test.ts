import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { readCommands, readNamedValues } from '../support/github/runner/commands.ts';
import { runAction } from '../support/github/runner/run-action.ts';
import { openShop, type Shop } from './shop.ts';

const main = `
import { appendFileSync, readFileSync } from 'node:fs';
const { env } = process;
const event = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, 'utf8'));
const pull = await (await fetch(env.GITHUB_API_URL + '/repos/' + env.GITHUB_REPOSITORY + '/pulls/' + event.number, {
  headers: { authorization: 'Bearer ' + env['INPUT_GITHUB-TOKEN'], 'user-agent': 'test' },
})).json();
const id = await (await fetch(env.ACTIONS_ID_TOKEN_REQUEST_URL + '&audience=here', {
  headers: { authorization: 'Bearer ' + env.ACTIONS_ID_TOKEN_REQUEST_TOKEN },
})).json();
appendFileSync(env.GITHUB_STATE, 'held<<END\\none\\ntwo\\nEND\\n');
appendFileSync(env.GITHUB_OUTPUT, 'head=' + pull.head.sha + '\\nid<<E\\n' + id.value + '\\nE\\nref=' + env.GITHUB_REF + '\\n');
appendFileSync(env.GITHUB_STEP_SUMMARY, '# done');
console.log('::group::looking\\n::warning file=a.txt,line=3::two%0Alines 100%25\\n::endgroup::');
if (env.INPUT_WAIT === 'yes') {
  process.once('SIGINT', () => { console.log('asked to stop'); process.exit(1); });
  console.log('waiting');
  setInterval(() => {}, 1000);
} else process.exitCode = 3;
`;
const post = `console.log('held: ' + process.env.STATE_held.replace('\\n', '+'));`;
const definition = `
runs: { using: node24, main: main.mjs, post: post.mjs }
inputs:
  github-token: { default: "\${{ github.token }}" }
  wait: { default: "no" }
`;

async function withAction(body: (shop: Shop, actionFile: string) => Promise<void>): Promise<void> {
  await using shop = await openShop();
  const folder = await mkdtemp(join(tmpdir(), 'pushback-action-'));
  try {
    await writeFile(join(folder, 'main.mjs'), main);
    await writeFile(join(folder, 'post.mjs'), post);
    await writeFile(join(folder, 'action.yml'), definition);
    await body(shop, join(folder, 'action.yml'));
    expect(shop.github.violations).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('an action', () => {
  test('gets what the runner gives, and its answers are read', () =>
    withAction(async ({ github, repository, pull }, actionFile) => {
      const result = await runAction(github, { actionFile, repository, name: 'pull_request', action: 'opened', pull });
      expect(result).toMatchObject({
        exitCode: 3,
        outputs: { head: pull.head.sha, ref: 'refs/pull/1/merge' },
        state: { held: 'one\ntwo' },
        summary: '# done',
        groups: ['looking'],
        annotations: [{ level: 'warning', message: 'two\nlines 100%', properties: { file: 'a.txt', line: '3' } }],
        post: { exitCode: 0, stdout: 'held: one+two\n' },
      });
      expect(result.calls.map((call) => [call.operation, call.status])).toEqual([
        ['pulls/get', 200],
        ['oidc', 200],
      ]);
      const keys = createRemoteJWKSet(new URL(`${github.oidc.issuer}/.well-known/jwks`));
      const { payload } = await jwtVerify(result.outputs['id'] ?? '', keys, {
        issuer: github.oidc.issuer,
        audience: 'here',
      });
      expect(payload).toMatchObject({
        sub: 'repo:acme/shop:pull_request',
        repository: 'acme/shop',
        repository_id: String(repository.id),
        repository_owner_id: String(repository.owner.id),
        ref: 'refs/pull/1/merge',
        event_name: 'pull_request',
        run_id: result.runId,
        run_attempt: '1',
        head_ref: 'topic',
        base_ref: 'main',
        job_workflow_ref: 'acme/shop/.github/workflows/pushback.yml@refs/pull/1/merge',
      });
    }));

  test('is killed with its machine: nothing runs after', () =>
    withAction(async ({ github, repository, pull }, actionFile) => {
      const ending = { how: 'kill', at: (moment: { kind: string }) => moment.kind === 'call' } as const;
      const result = await runAction(github, {
        actionFile,
        repository,
        name: 'pull_request',
        action: 'opened',
        pull,
        ending,
      });
      expect(result).toMatchObject({ exitCode: null, signal: 'SIGKILL', outputs: {}, post: null });
    }));

  test('is cancelled: it may tidy up, and post runs', () =>
    withAction(async ({ github, repository, pull }, actionFile) => {
      const result = await runAction(github, {
        actionFile,
        repository,
        name: 'pull_request_target',
        action: 'opened',
        pull,
        inputs: { wait: 'yes' },
        ending: { how: 'cancel', at: (moment) => moment.kind === 'output' && moment.text.includes('waiting') },
      });
      expect(result).toMatchObject({
        exitCode: 1,
        outputs: { ref: 'refs/heads/main' },
        post: { stdout: 'held: one+two\n' },
      });
      expect(result.stdout).toContain('asked to stop');
    }));
});

describe("the runner's formats", () => {
  test('values of several lines, beside plain ones', () => {
    expect(readNamedValues('a=1=2\nb<<EOF\nx\n\ny=3\nEOF\nc=\n')).toEqual({ a: '1=2', b: 'x\n\ny=3', c: '' });
  });

  test('a value without its end', () => {
    expect(() => readNamedValues('b<<EOF\nx\n')).toThrow('no end EOF');
  });

  test('commands', () => {
    expect(readCommands('::add-mask::s3cret\n::error title=a%2Cb%3A,file=x::bad\nplain ::error::no\n')).toEqual({
      annotations: [{ level: 'error', message: 'bad', properties: { title: 'a,b:', file: 'x' } }],
      masks: ['s3cret'],
      groups: [],
      debug: [],
    });
  });
});
