import type { Row } from './scenario.ts';

/** What every row must be, in order. A number that is left out may be any. */
const expected: { push: string; is: Partial<Row>; also?: (row: Row, before: Row) => string | null }[] = [
  { push: 'opened', is: { mode: 'full', reason: 'first-review', new: 2, open: 2, fixed: 0, comments: 3 } },
  {
    push: 'one finding fixed, one added',
    is: { mode: 'incremental', reason: 'new-commits', new: 1, open: 2, fixed: 1, comments: 4 },
    also: (row) => (row.tokens < row.fullTokens ? null : `${row.tokens} tokens are not fewer than ${row.fullTokens}`),
  },
  {
    push: 'main merged in, nothing else',
    is: { mode: 'none', reason: 'unchanged', files: 0, tokens: 0, new: 0, open: 2 },
    also: sameComments,
  },
  {
    push: 'main merged in, and an own change',
    is: { mode: 'incremental', reason: 'base-moved', files: 1, new: 0, open: 2 },
    also: sameComments,
  },
  {
    push: 'rebased and force-pushed',
    is: { mode: 'none', reason: 'unchanged', files: 0, tokens: 0, new: 0, open: 2 },
    also: sameComments,
  },
  {
    push: 'a newer push, reviewed meanwhile',
    is: { mode: 'incremental', reason: 'new-commits', new: 0, open: 1, fixed: 1 },
    also: sameComments,
  },
  {
    push: 'overtaken by the newer push',
    is: { outcome: 'nothing published' },
    also: (row, before) => sameComments(row, before) ?? saysWhy(row),
  },
];

export const MOST_CALLS = 8;

/** Rows of what one run after the other does. */
export const ROWS_ALONE = 5;

/** What is not as it must be, each in a sentence. */
export function faultsIn(
  rows: readonly Row[],
  violations: readonly string[],
  { count = expected.length, mostCalls = MOST_CALLS } = {},
): string[] {
  const faults = violations.map((violation) => `GitHub's description does not allow: ${violation}`);
  if (rows.length !== count) faults.push(`${rows.length} rows, not ${count}`);
  for (const [index, row] of rows.entries()) {
    const want = expected[index];
    if (want === undefined) break;
    const wrong = (what: string): void => void faults.push(`${row.push}: ${what}`);
    if (row.push !== want.push) wrong(`stands where "${want.push}" belongs`);
    for (const [name, value] of Object.entries(want.is)) {
      const found = row[name as keyof Row];
      if (found !== value) wrong(`${name} is ${JSON.stringify(found)}, not ${JSON.stringify(value)}`);
    }
    const also = want.also?.(row, rows[index - 1] ?? row) ?? null;
    if (also !== null) wrong(also);
    if (row.gitHubCalls > mostCalls) wrong(`${row.gitHubCalls} calls of GitHub's API, more than ${mostCalls}`);
    if (row.result.exitCode !== 0)
      wrong(
        `the step ended with ${row.result.exitCode}: ${row.result.stdout.slice(-2000)}${row.result.stderr.slice(-2000)}`,
      );
  }
  return faults;
}

function sameComments(row: Row, before: Row): string | null {
  return row.comments === before.comments
    ? null
    : `${row.comments} comments stand there, ${before.comments} did before`;
}

function saysWhy(row: Row): string | null {
  const said = /a newer push|superseded|newer head/u.test(row.result.stdout);
  return said ? null : `it does not say why: ${row.result.stdout.slice(-2000)}`;
}
