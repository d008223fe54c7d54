/** `npm run build`: the action and the command into dist/ (committed), the endpoint's handler into build/lambda/. */
import { join } from 'node:path';
import { bundleAction, bundleLambda, ROOT } from './build/bundle.ts';

await Promise.all([bundleAction(join(ROOT, 'dist')), bundleLambda(join(ROOT, 'build/lambda'))]);
