import * as z from 'zod';
import { isComplete, type Coverage } from './coverage.ts';
import { isOpen, type Finding } from './finding.ts';
import { reaches } from './severity.ts';

export const Verdict = z.enum(['approved', 'changes_requested', 'inconclusive']);
export type Verdict = z.infer<typeof Verdict>;

/** The verdict is a function of findings and coverage and of nothing else: the endpoint computes it again. */
export function verdictOf(findings: readonly Pick<Finding, 'status' | 'severity'>[], coverage: Coverage): Verdict {
  if (findings.some((finding) => isOpen(finding) && reaches(finding.severity, 'warning'))) return 'changes_requested';
  return isComplete(coverage) ? 'approved' : 'inconclusive';
}
