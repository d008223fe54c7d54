import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);
function faultsOf(error,limit=10){let faults=error.issues.map(issue=>{let where=jsonPath(issue.path);return where===""?issue.message:`${where}: ${issue.message}`});return faults.length<=limit?faults:[...faults.slice(0,limit),`and ${faults.length-limit} more`]}function jsonPath(path){return path.reduce((text,part)=>typeof part=="number"?`${text}[${part}]`:text===""?String(part):`${text}.${String(part)}`,"")}function quoteForeign(text,max){return(text.length<=max?text:`${text.slice(0,Math.ceil(max/2))}
[… ${text.length-max} characters left out …]
${text.slice(-Math.floor(max/2))}`).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu,character=>character===`
`||character==="	"?character:escaped(character))}function escaped(character){return`\\u{${(character.codePointAt(0)??0).toString(16)}}`}export{faultsOf,quoteForeign};
