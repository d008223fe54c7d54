/** Git commands that only look: a history is told without them. */
const LOOKING = new Set(['rev-parse', 'merge-base', 'ls-tree', 'cat-file', 'rev-list', 'diff-tree', 'ls-files']);

/** What was done to a repository, as commands that a shell can run again in an empty folder. */
export class CommandScript {
  readonly #lines: string[] = [
    'export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b',
  ];

  git(args: readonly string[]): void {
    if (!LOOKING.has(args[0] ?? '')) this.#lines.push(['GIT_EDITOR=true git', ...args.map(quoted)].join(' '));
  }

  /** A command that is a shell's to expand. */
  line(command: string): void {
    this.#lines.push(`GIT_EDITOR=true ${command}`);
  }

  write(path: string, content: string | Uint8Array): void {
    const escaped = Array.from(Buffer.from(content), escapedByte).join('');
    this.#lines.push(`${this.#folderOf(path)}printf '${escaped}' > ${quoted(path)}`);
  }

  symlink(path: string, target: string): void {
    this.#lines.push(`${this.#folderOf(path)}ln -s -- ${quoted(target)} ${quoted(path)}`);
  }

  executable(path: string): void {
    this.#lines.push(`chmod +x -- ${quoted(path)}`);
  }

  remove(path: string): void {
    this.#lines.push(`rm -rf -- ${quoted(path)}`);
  }

  move(from: string, to: string): void {
    this.#lines.push(`${this.#folderOf(to)}mv -- ${quoted(from)} ${quoted(to)}`);
  }

  /** One line that says what happens there, where no command does. */
  note(text: string): void {
    this.#lines.push(`# ${text}`);
  }

  toString(): string {
    return this.#lines.join('\n');
  }

  #folderOf(path: string): string {
    const end = path.lastIndexOf('/');
    return end < 0 ? '' : `mkdir -p -- ${quoted(path.slice(0, end))} && `;
  }
}

function quoted(text: string): string {
  return /^[\w./:=@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** For the format of `printf`, inside single quotes. */
function escapedByte(byte: number): string {
  if (byte === 0x0a) return '\\n';
  const plain = byte >= 0x20 && byte < 0x7f && !['%', '\\', "'"].includes(String.fromCharCode(byte));
  return plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
}
