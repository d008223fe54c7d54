import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleLambda, ROOT } from '../scripts/build/bundle.ts';
import { readSettings } from './settings.ts';
import { synthForCdk, synthPlain } from './synth.ts';

/**
 * `npm run synth`: into build/cdk/ (or where the CDK command asks for it) what CDK deploys, into build/cloudformation/ the
 * same for people without CDK. Needs no AWS account.
 */
const code = join(ROOT, 'build/lambda');
await bundleLambda(code);

// The CDK command hands over its context (`-c owners=1`) as an app reads it.
const { node } = new App({ analyticsReporting: false });
const settings = readSettings((key) => node.tryGetContext(key) as unknown);
synthForCdk({ settings, code, outdir: process.env['CDK_OUTDIR'] ?? join(ROOT, 'build/cdk') });
await synthPlain({ settings, code, outdir: join(ROOT, 'build/cloudformation') });
