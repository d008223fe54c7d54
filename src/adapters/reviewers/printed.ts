import { quoteForeign } from '../../core/faults.ts';

const MAX_QUOTED_OUTPUT = 4000;

/** What a program printed, for people: bounded, made readable, and without the values that it was given. */
export function printedBy(output: { stdout: string; stderr: string }, secrets: readonly string[]): string {
  const shown = (title: string, text: string): string => {
    const clean = withoutSecrets(text.trim(), secrets);
    return clean === '' ? '' : `${title}:\n${quoteForeign(clean, MAX_QUOTED_OUTPUT)}`;
  };
  return [shown('stdout', output.stdout), shown('stderr', output.stderr)].filter((part) => part !== '').join('\n');
}

export function faultsText(faults: readonly string[], secrets: readonly string[]): string {
  return quoteForeign(withoutSecrets(faults.join('; '), secrets), MAX_QUOTED_OUTPUT);
}

/** Shorter values are words that stand anywhere. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.filter(({ length }) => length >= 6).reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}
