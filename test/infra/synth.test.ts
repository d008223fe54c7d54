import { mkdtempDisposable, readFile, writeFile, mkdir } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { readSettings } from '../../infra/settings.ts';
import { CODE_FILE, synthPlain, TEMPLATE_FILE } from '../../infra/synth.ts';

type Template = { Parameters: Record<string, unknown>; Resources: Record<string, { Type: string; Properties: never }> };

test('the plain template needs no CDK: the code comes from a bucket that its parameters name', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'pushback-plain-'));
  const code = join(folder.path, 'code');
  await mkdir(code);
  await writeFile(join(code, 'index.mjs'), 'export const handler = 1;\n');
  const settings = readSettings(() => undefined);
  const synthesis = { settings, code, outdir: join(folder.path, 'out') };

  await synthPlain(synthesis);
  const template = JSON.parse(await readFile(join(synthesis.outdir, TEMPLATE_FILE), 'utf8')) as Template;
  expect(Object.keys(template.Parameters).toSorted()).toEqual(['CodeBucket', 'CodeKey', 'Owners']);
  const handler = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::Lambda::Function');
  expect(handler?.Properties).toMatchObject({ Code: { S3Bucket: { Ref: 'CodeBucket' }, S3Key: { Ref: 'CodeKey' } } });
  expect(JSON.stringify(template)).not.toMatch(/cdk-bootstrap|\/cdk-|aws:asset/);

  const zip = await readFile(join(synthesis.outdir, CODE_FILE));
  expect(Object.entries(unzipSync(zip)).map(([name, bytes]) => [name, Buffer.from(bytes).toString()])).toEqual([
    ['index.mjs', 'export const handler = 1;\n'],
  ]);
  const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  await synthPlain(synthesis);
  expect(digest(await readFile(join(synthesis.outdir, CODE_FILE)))).toBe(digest(zip));
});
