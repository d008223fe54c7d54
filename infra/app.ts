import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleLambda, ROOT } from '../scripts/build/bundle.ts';
import { PushbackStack } from './pushback-stack.ts';
import { readSettings } from './settings.ts';

/** `npm run synth`: the template into build/cdk/, or where the CDK command asks for it. Needs no AWS account. */
const code = join(ROOT, 'build/lambda');
await bundleLambda(code);

const app = new App({ outdir: process.env['CDK_OUTDIR'] ?? join(ROOT, 'build/cdk'), analyticsReporting: false });
new PushbackStack(app, 'Pushback', { settings: readSettings((key) => app.node.tryGetContext(key) as unknown), code });
app.synth();
