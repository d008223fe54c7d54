import type { Row } from './scenario.ts';

type Column = { title: string; width: number; right?: boolean; value: (row: Row) => string };

const columns: Column[] = [
  { title: 'push', width: 34, value: (row) => row.push },
  { title: 'mode', width: 11, value: (row) => row.mode },
  { title: 'reason', width: 12, value: (row) => row.reason },
  { title: 'files', width: 6, right: true, value: (row) => `${row.files}/${row.fullFiles}` },
  { title: 'tokens', width: 10, right: true, value: (row) => `${row.tokens}/${row.fullTokens}` },
  { title: 'new', width: 3, right: true, value: (row) => String(row.new) },
  { title: 'open', width: 4, right: true, value: (row) => String(row.open) },
  { title: 'fixed', width: 5, right: true, value: (row) => String(row.fixed) },
  { title: 'calls', width: 5, right: true, value: (row) => String(row.gitHubCalls) },
  { title: 's', width: 5, right: true, value: (row) => row.seconds.toFixed(1) },
];

export function headLines(): string[] {
  return [line((column) => column.title), columns.map((column) => '-'.repeat(column.width)).join('  ')];
}

export function rowLine(row: Row): string {
  return line((column) => column.value(row));
}

function line(cell: (column: Column) => string): string {
  return columns
    .map((column) => (column.right === true ? cell(column).padStart(column.width) : cell(column).padEnd(column.width)))
    .join('  ')
    .trimEnd();
}
