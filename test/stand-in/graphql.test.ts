import { describe, expect, test } from '@jest/globals';
import { openShop, type Shop } from './shop.ts';

const threads = `query ($owner: String!, $name: String!, $number: Int!, $cursor: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 2, after: $cursor) {
        pageInfo { hasNextPage endCursor }
        nodes { id isResolved isOutdated line comments(first: 1) { totalCount nodes { databaseId body author { __typename login } } } }
      }
    }
  }
}`;
const at = { owner: 'acme', name: 'shop', number: 1 };
type Threads = {
  repository: {
    pullRequest: {
      reviewThreads: {
        pageInfo: { hasNextPage: boolean; endCursor: string };
        nodes: { id: string; line: number | null }[];
      };
    };
  };
};

async function withThreads(body: (shop: Shop) => Promise<void>): Promise<void> {
  await using shop = await openShop();
  const comments = [20, 21, 22].map((line) => ({ path: 'a.txt', line, body: `on ${line}` }));
  await shop.octokit.rest.pulls.createReview({ ...shop.at, event: 'COMMENT', comments });
  await body(shop);
}

describe('review threads', () => {
  test('are paged, and name bots as GraphQL does', () =>
    withThreads(async ({ octokit, github, pull }) => {
      const first = (await octokit.graphql<Threads>(threads, at)).repository.pullRequest.reviewThreads;
      const cursor = first.pageInfo.endCursor;
      const second = (await octokit.graphql<Threads>(threads, { ...at, cursor })).repository.pullRequest.reviewThreads;
      expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
      expect([...first.nodes, ...second.nodes].map((node) => node.line)).toEqual([20, 21, 22]);
      expect(first.nodes[0]).toEqual({
        id: pull.threads[0]?.nodeId,
        isResolved: false,
        isOutdated: false,
        line: 20,
        comments: {
          totalCount: 1,
          nodes: [
            {
              databaseId: pull.threads[0]?.comments[0]?.id,
              body: 'on 20',
              author: { __typename: 'Bot', login: 'github-actions' },
            },
          ],
        },
      });
      expect(github.violations).toEqual([]);
    }));

  test('are resolved by who may write contents only; comments are minimised without', () =>
    withThreads(async ({ octokit, as, github, pull }) => {
      const [thread] = pull.threads;
      const resolve = 'mutation ($id: ID!) { resolveReviewThread(input: { threadId: $id }) { thread { isResolved } } }';
      const variables = { id: thread?.nodeId };
      await expect(octokit.graphql(resolve, variables)).rejects.toThrow('Resource not accessible by integration');
      expect(thread?.resolvedBy).toBeNull();
      const able = as({ contents: 'write', 'pull-requests': 'write' });
      expect(await able.graphql(resolve, variables)).toEqual({ resolveReviewThread: { thread: { isResolved: true } } });
      const minimise =
        'mutation ($id: ID!) { minimizeComment(input: { subjectId: $id, classifier: RESOLVED }) { minimizedComment { isMinimized minimizedReason } } }';
      expect(await octokit.graphql(minimise, { id: thread?.comments[0]?.nodeId })).toEqual({
        minimizeComment: { minimizedComment: { isMinimized: true, minimizedReason: 'resolved' } },
      });
      expect(github.calls.map((call) => call.fields[0])).toContain('minimizeComment');
      expect(github.violations).toEqual([]);
    }));

  test('fields that GitHub does not have, and pages without a size, are refused', () =>
    withThreads(async ({ octokit, github }) => {
      const unknown = 'query { repository(owner: "acme", name: "shop") { colour } }';
      await expect(octokit.graphql(unknown)).rejects.toThrow('Cannot query field "colour"');
      expect(github.violations).toHaveLength(1);
      const unbounded =
        'query { repository(owner: "acme", name: "shop") { pullRequest(number: 1) { reviewThreads { totalCount } } } }';
      await expect(octokit.graphql(unbounded)).rejects.toThrow('You must provide a `first` or `last`');
    }));
});
