import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

/** `record-environment.ts FILE PROGRAM ARGUMENTS...`: writes down the names that it finds in its environment, and in `FILE.arguments` the program's arguments, and runs it. */
const [file = '', program = '', ...args] = process.argv.slice(2);
// What some systems put into every process is nobody's choice.
const names = Object.keys(process.env).filter((name) => name !== '__CF_USER_TEXT_ENCODING');
appendFileSync(file, `${JSON.stringify(names.toSorted())}\n`);
appendFileSync(`${file}.arguments`, `${JSON.stringify(args)}\n`);
const child = spawn(program, args, { stdio: 'inherit' });
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
