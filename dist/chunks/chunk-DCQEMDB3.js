import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);
function assertNever(value,what){throw new Error(`${what}: unexpected value ${JSON.stringify(value)}`)}export{assertNever};
