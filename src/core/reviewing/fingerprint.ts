/**
 * The fingerprint of a reviewer that was given instructions: it begins with the reviewer's own, so that a record can be
 * told to be of the same reviewer before the instructions are known.
 */
export function instructedFingerprint(
  reviewer: string,
  instructions: string | null,
  hash: (text: string) => string,
): string {
  return instructions === null ? reviewer : `${reviewer}.${hash(instructions).slice(0, 32)}`;
}

/** Whether a record's fingerprint is that of the reviewer, whatever its instructions were. */
export function isOfReviewer(fingerprint: string, reviewer: string): boolean {
  return fingerprint === reviewer || fingerprint.startsWith(`${reviewer}.`);
}
