import type { Fault, RunWriteAnswer } from './commands.ts';
import type { LedgerChange } from './state.ts';

export type RunWriteDecision =
  | { outcome: 'rejected'; faults: Fault[] }
  | { outcome: 'answered'; answers: RunWriteAnswer[]; change: LedgerChange | null };
