import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const LEAST_JAVA = 17;

/** DynamoDB Local can't be started on this machine. The message is one sentence on what to install. */
export class CannotStartDynamoDbLocal extends Error {
  override readonly name = 'CannotStartDynamoDbLocal';
}

/** Throws where `java` is missing or too old for DynamoDB Local. */
export async function checkJava(java: string): Promise<void> {
  const said = await versionText(java);
  const major = majorOf(said);
  if (major !== null && major >= LEAST_JAVA) return;
  const found = major === null ? `"${java} -version" names no version` : `"${java}" is Java ${major}`;
  throw new CannotStartDynamoDbLocal(
    `DynamoDB Local needs Java ${LEAST_JAVA} or later, and ${found}: install a newer Java runtime.`,
  );
}

async function versionText(java: string): Promise<string> {
  try {
    const { stdout, stderr } = await run(java, ['-version'], { timeout: 30_000 });
    return `${stderr}\n${stdout}`;
  } catch (error) {
    throw new CannotStartDynamoDbLocal(
      `DynamoDB Local needs Java ${LEAST_JAVA} or later, and "${java} -version" does not run: install a Java runtime.`,
      { cause: error },
    );
  }
}

/** `17.0.15` is 17; up to Java 8 the number came second: `1.8.0_392`. */
export function majorOf(versionText: string): number | null {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(versionText) ?? [];
  if (first === undefined) return null;
  return first === '1' && second !== undefined ? Number(second) : Number(first);
}
