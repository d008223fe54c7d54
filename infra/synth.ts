import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { App, BootstraplessSynthesizer, CfnParameter, Validations, type IStackSynthesizer } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Construct } from 'constructs';
import { zipSync } from 'fflate';
import { PushbackStack } from './pushback-stack.ts';
import type { DeploymentSettings } from './settings.ts';

export type Synthesis = {
  settings: DeploymentSettings;
  /** Folder with the bundled handler. */
  code: string;
  outdir: string;
};

/** What the CDK command deploys, into `outdir`. Throws where a rule of AWS Solutions is broken. */
export function synthForCdk({ settings, code, outdir }: Synthesis): void {
  const app = checkedApp(outdir);
  new PushbackStack(app, 'Pushback', { settings, code: () => Code.fromAsset(code) });
  app.synth();
}

export const TEMPLATE_FILE = 'pushback.template.json';
export const CODE_FILE = 'pushback-endpoint.zip';

/**
 * The same for people without CDK, into `outdir`: one CloudFormation template that needs no bootstrapped account, and the
 * code, which they put into a bucket of theirs and name in the parameters CodeBucket and CodeKey.
 */
export async function synthPlain({ settings, code, outdir }: Synthesis): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  const app = checkedApp(join(outdir, 'assembly'));
  const synthesizer = new BootstraplessSynthesizer() as IStackSynthesizer;
  new PushbackStack(app, 'Pushback', { settings, code: codeInBucket, synthesizer });
  const { template } = app.synth().getStackByName('Pushback') as { template: unknown };
  await rm(join(outdir, 'assembly'), { recursive: true });
  await writeFile(join(outdir, TEMPLATE_FILE), `${JSON.stringify(template, null, 2)}\n`);
  await writeFile(join(outdir, CODE_FILE), await zipOf(code));
}

function codeInBucket(scope: Construct): Code {
  const parameter = (name: string, description: string): CfnParameter =>
    new CfnParameter(scope, name, { type: 'String', description, minLength: 1 });
  return Code.fromCfnParameters({
    bucketNameParam: parameter('CodeBucket', `S3 bucket, in the stack's region, that holds ${CODE_FILE}.`),
    objectKeyParam: parameter('CodeKey', `Key of ${CODE_FILE} in that bucket.`),
  });
}

/** The same bytes for the same files: one fixed time, names in order. */
async function zipOf(folder: string): Promise<Uint8Array> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const files: Record<string, Uint8Array> = {};
  for (const path of paths.toSorted()) files[relative(folder, path)] = await readFile(path);
  return zipSync(files, { mtime: new Date(1980, 0, 1), level: 9 });
}

function checkedApp(outdir: string): App {
  const app = new App({ outdir, analyticsReporting: false });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}
