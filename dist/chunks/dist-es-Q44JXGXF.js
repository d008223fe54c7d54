import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);
import{credentialsTreatedAsExpired,credentialsWillNeedRefresh,defaultProvider}from"./chunk-X2AORNEG.js";import"./chunk-PCOJFN3E.js";import"./chunk-7LO5CIZC.js";import"./chunk-3FLRRZTJ.js";import"./chunk-H7QV3ZQ4.js";import"./chunk-TYXPCCMV.js";export{credentialsTreatedAsExpired,credentialsWillNeedRefresh,defaultProvider};
