/** What an action tells its runner: files of names and values, and `::commands::` among its output. */

export type Annotation = { level: 'error' | 'warning' | 'notice'; message: string; properties: Record<string, string> };
export type Commands = { annotations: Annotation[]; masks: string[]; groups: string[]; debug: string[] };

/** `name=value` lines and `name<<end … end` blocks, as in `GITHUB_OUTPUT` and `GITHUB_STATE`. */
export function readNamedValues(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? '').replace(/\r$/, '');
    if (line === '') continue;
    const block = /^([^=]*?)<<(.+)$/.exec(line);
    if (block === null) {
      const equals = line.indexOf('=');
      if (equals < 1) throw new Error(`the runner can not read the line ${JSON.stringify(line)}`);
      values[line.slice(0, equals)] = line.slice(equals + 1);
      continue;
    }
    const [, name = '', end = ''] = block;
    const from = at + 1;
    while (at + 1 < lines.length && lines[at + 1] !== end) at++;
    if (at + 1 >= lines.length) throw new Error(`the value of ${name} has no end ${end}`);
    values[name] = lines.slice(from, at + 1).join('\n');
    at++;
  }
  return values;
}

const COMMAND = /^::([a-z-]+)(?: ([^:]*(?:%3A[^:]*)*))?::(.*)$/;

export function readCommands(output: string): Commands {
  const found: Commands = { annotations: [], masks: [], groups: [], debug: [] };
  for (const line of output.split(/\r?\n/)) {
    const match = COMMAND.exec(line);
    if (match === null) continue;
    const [, name = '', properties = '', text = ''] = match;
    const message = unescapeData(text);
    if (name === 'error' || name === 'warning' || name === 'notice') {
      found.annotations.push({ level: name, message, properties: propertiesOf(properties) });
    } else if (name === 'add-mask') found.masks.push(message);
    else if (name === 'group') found.groups.push(message);
    else if (name === 'debug') found.debug.push(message);
  }
  return found;
}

function propertiesOf(text: string): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      const value = unescapeData(pair.slice(equals + 1))
        .replace(/%3A/gi, ':')
        .replace(/%2C/gi, ',');
      return [pair.slice(0, equals).trim(), value];
    }),
  );
}

function unescapeData(text: string): string {
  return text.replace(/%0D/gi, '\r').replace(/%0A/gi, '\n').replace(/%25/g, '%');
}
