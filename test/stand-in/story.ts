import { openShop, type Shop } from './shop.ts';

const before = `export type Item = { name: string; price: number };

/** Sum of all prices, in cents. */
export function total(items: Item[]): number {
  let sum = 0;
  for (const item of items) {
    sum += item.price;
  }
  return sum;
}

export function label(item: Item): string {
  return item.name;
}
`;
const after = before
  .replace('  return sum;', "  if (sum == 0) {\n    console.log('empty');\n  }\n  return sum;")
  .replace('  return item.name;', "  return `${item.name}: ${eval('item.price')}`;");

const summary = `<!-- hidden marker -->
## Changes requested

**1 new**, 1 fixed, 0 still open — reviewed \`2f4c1ab..9d03e7f\` only, *because new commits were pushed*.

| | Finding | Where |
|---|---|---|
| 🔴 | **F2** \`eval\` on a template | [cart.ts:16](https://example.test) |
| ✅ | ~~F1 Loose comparison~~ fixed | cart.ts:9 |

> [!WARNING]
> Not reviewed: \`vendor.min.js\` (generated).

<details><summary>What this review cost</summary>

- [x] 1,204 tokens read
- [ ] 18,551 tokens saved

Press <kbd>Re-run</kbd> to look again. cc @ada, see #1 :tada:

</details>
<script>alert(1)</script>
`;

/** A pull request to which everything has happened that the page can show. */
export async function tellStory(): Promise<Shop> {
  const shop = await openShop();
  const { github, git, pull, octokit, at, repo, issue } = shop;
  const { people } = github;
  const step = (minutes = 3): void => github.clock.advance(minutes * 60_000);
  people.label(pull, 'cart');
  pull.title = 'Say when the cart is empty';
  pull.body = 'Prints a line when there is nothing to pay.\n\n- [x] tests\n- [ ] docs';
  await git.git('checkout', '-q', 'main');
  await git.commit('Add the cart', { 'src/cart.ts': before });
  await git.git('checkout', '-q', 'topic');
  await git.rebase('main');
  await github.sync();
  step();
  await git.commit('Say when the cart is empty', { 'src/cart.ts': after });
  await git.commit('Add a note', { 'notes.md': 'note\n' });
  await github.sync();
  step();
  const comments = [
    {
      path: 'src/cart.ts',
      line: 9,
      body: '**F1** · warning · `eqeqeq`\n\nUse `===`: `==` also takes `"0"` and `null`.\n\n```suggestion\n  if (sum === 0) {\n```',
    },
    {
      path: 'src/cart.ts',
      start_line: 15,
      line: 16,
      side: 'RIGHT',
      body: '**F2** · critical · `no-eval`\n\n`eval` runs whatever the name holds.\n\n```suggestion\nexport function label(item: Item): string {\n  return `${item.name}: ${item.price}`;\n```',
    },
    { path: 'a.txt', line: 21, body: 'An odd line.' },
  ];
  await octokit.rest.pulls.createReview({ ...at, event: 'COMMENT', body: '', comments });
  await octokit.rest.issues.createComment({ ...issue, body: summary });
  step();
  const [first, second, third] = pull.threads;
  if (first === undefined || second === undefined || third === undefined) throw new Error('the review made no threads');
  people.reply(second, 'ada', 'Right, will do.\n\n> `eval` runs whatever');
  people.react(second.comments[0]!, 'ada', '+1');
  people.react(pull.comments[0]!, 'ada', 'rocket');
  await git.commit('Compare strictly', { 'src/cart.ts': after.replace('sum == 0', 'sum === 0') });
  await github.sync();
  people.resolve(first, 'github-actions[bot]');
  third.comments[0]!.minimized = 'resolved';
  people.comment(pull, 'spammer', 'Buy things').minimized = 'spam';
  step();
  await people.review(pull, 'grace', { body: 'Please drop the `eval`.', state: 'CHANGES_REQUESTED' });
  const output = {
    title: 'Changes requested: 1 open',
    summary: '1 critical finding is open.',
    annotations: [
      {
        path: 'src/cart.ts',
        start_line: 16,
        end_line: 16,
        annotation_level: 'failure' as const,
        message: 'eval',
        title: 'no-eval',
      },
    ],
  };
  const { sha } = pull.head;
  await octokit.rest.checks.create({ ...repo, name: 'pushback', head_sha: sha, conclusion: 'failure', output });
  await octokit.rest.checks.create({
    ...repo,
    name: 'build',
    head_sha: sha,
    conclusion: 'success',
    output: { title: 'Built', summary: 'ok' },
  });
  await git.git('commit', '-q', '--amend', '-m', 'Compare strictly, as asked');
  step(60);
  await github.sync();
  await octokit.rest.checks.create({
    ...repo,
    name: 'pushback',
    head_sha: pull.head.sha,
    conclusion: 'failure',
    output,
  });
  await octokit.rest.checks.create({ ...repo, name: 'build', head_sha: pull.head.sha, conclusion: 'success' });
  step();
  return shop;
}
