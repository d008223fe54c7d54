import { createCipheriv } from 'node:crypto';

/** Lines that look random to any compression, the same for the same name: 48 characters each, of 36 random bytes. */
export function denseLines(name: string, lines: number): string[] {
  const key = Buffer.alloc(16);
  key.write(name.slice(-16), 'latin1');
  const iv = Buffer.alloc(16);
  iv.write(name.slice(0, 16), 'latin1');
  const bytes = createCipheriv('aes-128-ctr', key, iv).update(Buffer.alloc(lines * 36));
  return Array.from({ length: lines }, (_, at) => bytes.toString('base64', at * 36, (at + 1) * 36));
}

/** Lines as code has them; `version` changes those that `isChanged` picks. */
export function codeLines(
  file: number,
  lines: number,
  version: string,
  isChanged: (line: number) => boolean = () => false,
): string {
  let text = '';
  for (let line = 0; line < lines; line += 1) {
    text += isChanged(line)
      ? `  const value${line} = compute${version}(${file}, ${line});\n`
      : `  const value${line} = input[${(file * 31 + line) % 997}];\n`;
  }
  return text;
}
