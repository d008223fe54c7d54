/** `npm run -s pushback -- ...`: the command from its sources, without a build. */
import { cli } from '../src/cli/main.ts';

process.exitCode = await cli(process.argv.slice(2));
