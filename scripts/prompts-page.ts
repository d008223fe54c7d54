import { CommitSha } from '../src/core/ids.ts';
import { promptPieces, textOf, type PromptPieces } from '../src/core/prompt/prompt.ts';
import { repairPrompt } from '../src/core/prompt/repair.ts';
import { requestOf, type AskedPullRequest } from '../src/core/prompt/request.ts';
import { verifyPrompt } from '../src/core/prompt/verify.ts';
import { incrementalScope, fullScope } from '../src/core/scope.ts';
import { aFinding, aKey, aVersion, sha } from '../test/support/builders.ts';
import { diffTrees, linesOf, raw, type Tree } from '../test/core/findings/story.ts';

/** A pull request of two pushes: small, and wrong in a way that a reviewer should find. */
const base: Tree = {
  'src/cart.ts': `export type Item = { cents: number; count: number };

export function total(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + item.cents * item.count, 0);
}
`,
};
const first: Tree = {
  'src/cart.ts': `export type Item = { cents: number; count: number };
export type Discount = { percent: number; from: number };

export function total(items: readonly Item[], discount?: Discount): number {
  const sum = items.reduce((sum, item) => sum + item.cents * item.count, 0);
  if (discount && sum > discount.from) return sum - sum * discount.percent;
  return sum;
}
`,
};
const second: Tree = {
  'src/cart.ts': `export type Item = { cents: number; count: number };
export type Discount = { percent: number; from: number };

export function total(items: readonly Item[], discount?: Discount): number {
  const sum = items.reduce((sum, item) => sum + item.cents * item.count, 0);
  if (discount && sum > discount.from) return Math.round(sum * (1 - discount.percent / 100));
  return sum;
}
`,
  'src/shipping.ts': `import { total, type Item } from './cart.ts';

export function isFree(items: readonly Item[], freeFromCents: number): boolean {
  return total(items) >= freeFromCents;
}
`,
};

/** Drawn anew for every prompt; fixed here so that the page stays as it is. */
const boundary = '4f1d9b06c2e84a7fb3d05e6c718a92d3';
const maintainers = 'Prices are whole cents. Never use floating point for money without rounding at once.';
const countTokens = (text: string): number => text.length;

const finding = aFinding({
  severity: 'critical',
  category: 'correctness',
  rule: null,
  line: 6,
  endLine: 6,
  path: 'src/cart.ts',
  quote: '  if (discount && sum > discount.from) return sum - sum * discount.percent;',
  title: 'A discount of 10 percent takes off ten times the price',
  body: 'With `percent: 10` and a sum of 2000 the total becomes -18000: the percentage is never divided by 100.',
});

function asked(head: Tree, overrides: Partial<AskedPullRequest>): AskedPullRequest {
  const fullDiff = diffTrees(base, head);
  return {
    pullRequest: aKey,
    version: aVersion({ headSha: sha('b') }),
    title: 'Discounts',
    body: 'A cart can have a discount from a sum on.',
    author: 'ada',
    commits: { listed: [{ sha: sha('b'), message: 'Discounts' }], total: 1 },
    decision: { mode: 'full', reason: 'first-review', detail: '' },
    previous: null,
    scope: fullScope({ fullDiff, countTokens, why: 'the whole pull request' }),
    findings: [],
    instructions: maintainers,
    ...overrides,
  };
}

const options = { boundary };

function fullPrompt(): PromptPieces {
  return promptPieces(requestOf('acme/shop#12', [asked(first, {})]), null, options);
}

function incrementalPrompt(): PromptPieces {
  const fullDiff = diffTrees(base, second);
  const coverage = {
    versions: [{ mergeBaseSha: sha('a'), headSha: sha('b') }],
    covered: [{ path: 'src/cart.ts', previousPath: null, version: 0 }],
    pending: [],
    excluded: [],
  };
  const commits = [
    { sha: sha('b'), message: 'Discounts' },
    { sha: sha('c'), message: 'Percentages are of a hundred; free shipping' },
  ];
  const pull = asked(second, {
    version: aVersion({ headSha: CommitSha.parse(sha('c')) }),
    commits: { listed: commits, total: 2 },
    decision: { mode: 'incremental', reason: 'new-commits', detail: '' },
    previous: {
      headSha: sha('b'),
      summary: 'Adds a discount to the cart, from a sum on. The percentage is applied wrongly.',
    },
    scope: incrementalScope({
      fullDiff,
      countTokens,
      referenceDiff: diffTrees(first, second),
      reviewedDiff: diffTrees(base, first),
      coverage,
    }),
    findings: [{ ...finding, status: 'open', touched: true }],
  });
  return promptPieces(requestOf('acme/shop#12', [pull]), null, options);
}

function secondLook(): PromptPieces {
  const code = linesOf(first['src/cart.ts'] ?? '').map((text, index) => ({ line: index + 1, text }));
  const claimed = raw({ ...finding, suggestion: null });
  const isNew = (line: number): boolean => [2, 4, 5, 6, 7].includes(line);
  return verifyPrompt(
    { finding: claimed, code, isNew, title: 'Discounts' },
    { boundary, instructions: maintainers, tools: false },
  );
}

function repair(): string {
  return repairPrompt(
    { faults: ['reviews[0].findings[0].severity: expected one of critical, warning, suggestion'], answer: null },
    boundary,
  );
}

/** docs/prompts.md, written from the code. */
export function promptsPage(): string {
  const incremental = incrementalPrompt();
  return `# Prompts

Written by \`node scripts/write-prompts.ts\` from the code in \`src/core/prompt\`; a test compares the two.

Every prompt is in the order in which it changes: the rules, which stay the same from call to call; the pull request,
which stays the same for all calls of a run; then what the call is about. Providers' caches keep what stays. Everything
that comes from the pull request stands in fences with a boundary that is drawn anew for every prompt. The instructions
are those of the base branch.

## A first review

${block(textOf(fullPrompt()))}

## After a push

The rules are the same, and left out here.

${block(`${incremental.shared}\n\n${incremental.part}\n`)}

## A second look at a finding

${block(textOf(secondLook()))}

## An answer that can't be read

${block(`${repair()}\n`)}
`;
}

function block(text: string): string {
  return `\`\`\`text\n${text}\`\`\``;
}
