/**
 * Whether GitHub's runner takes any line of this output for a command: one that begins with `::` after what .NET calls
 * white space, or one that holds `##[` anywhere (actions/runner, ActionCommand.cs).
 */
export function isRunnersCommand(output: string): boolean {
  return output.split(/\r\n|\r|\n/u).some((line) => /^[\p{White_Space}\u0085]*::/u.test(line) || line.includes('##['));
}
