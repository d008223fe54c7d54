import { CLIENTS, type LedgerFigures, type Measured } from './measure-ledger.ts';
import { ASSUMED, monthlyCost, PRICES } from './prices.ts';

/** The figures as the part of docs/benchmarks.md that is about the ledger. */
export function ledgerReport(figures: LedgerFigures, made: { date: string; machine: string }): string {
  const cost = monthlyCost(figures);
  const { pushesPerMonth, calls, lambdaSeconds, lambdaGb, monthsKept } = ASSUMED;
  const dollars = (usd: number): string => `$${usd.toFixed(2)}`;
  return `Made by \`npm run bench -- ledger\` on ${made.date}, on ${made.machine}.

${table(figures.operations)}

Requests and capacity units are those of one call with so many pull requests, the first review of each, counted at the
client's wire. Units follow DynamoDB's published rules from the items sent and read: reads are strongly consistent, a key
without an item counts as one, and writes that must hold together are transactions, at twice the units.
Times are of one client after another against DynamoDB Local on the same machine, which is not DynamoDB: they say how
calls compare, not how long they take in AWS.

### What ${pushesPerMonth.toLocaleString('en')} reviewed pushes a month cost

At list prices of ${PRICES.region} as of ${PRICES.asOf}, free tiers left out, each push a pull request by itself:

| part | formula | a month |
| --- | --- | --- |
| DynamoDB, reads and writes | pushes × (${units(cost.readUnits)} read units × $${PRICES.perMillionReadUnits} + ${units(cost.writeUnits)} write units × $${PRICES.perMillionWriteUnits}) / 1,000,000 | ${dollars(cost.dynamoDb)} |
| DynamoDB, storage and recovery | pushes × ${monthsKept} months × ${units(figures.bytesPerPush / 1000)} KB × ($${PRICES.perGbMonthStored} + $${PRICES.perGbMonthRecoverable}) / GB | ${dollars(cost.storage)} |
| API Gateway | pushes × ${cost.calls} calls × $${PRICES.perMillionApiCalls.toFixed(2)} / 1,000,000 | ${dollars(cost.api)} |
| Lambda | pushes × ${cost.calls} calls × ($${PRICES.perMillionInvocations} / 1,000,000 + ${lambdaSeconds} s × ${lambdaGb} GB × $${PRICES.perGbSecond}) | ${dollars(cost.lambda)} |
| **all** | | **${dollars(cost.total)}** |

A push makes ${cost.calls} calls: ${calls.claim} claim, ${calls.heartbeat} heartbeats (a review of four minutes, and two before it writes to the pull request),
${calls.submit} result, ${calls.deliver} delivery, and ${calls.previous} read of the previous review (${units(figures.previous.readUnits)} read units). The time in Lambda is assumed, not measured.
`;
}

function table(operations: readonly Measured[]): string {
  const rates = CLIENTS.map((clients) => `calls/s, ${clients} ${clients === 1 ? 'client' : 'clients'}`);
  const head = ['operation', 'pull requests', 'requests', 'read units', 'write units', 'p50 ms', 'p99 ms', ...rates];
  const rows = operations.map((each) => [
    each.operation,
    String(each.batch),
    units(each.requests),
    units(each.readUnits),
    units(each.writeUnits),
    each.p50Ms.toFixed(1),
    each.p99Ms.toFixed(1),
    ...CLIENTS.map((clients) => each.perSecond[clients].toFixed(0)),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

function units(number: number): string {
  return Number.isInteger(number) ? String(number) : number.toFixed(1);
}
