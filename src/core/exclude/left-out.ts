/** Why a file of the PR is not reviewed. `covered`: that counts as reviewed; otherwise the path stays pending (DESIGN 10). */
export type LeftOut = { reason: string; covered: boolean };

export const covered = (reason: string): LeftOut => ({ reason, covered: true });
export const pending = (reason: string): LeftOut => ({ reason, covered: false });
