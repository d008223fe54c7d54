/**
 * What of ours stands on a pull request, in one call: up to a hundred comments, reviews and threads each, and on demand
 * the next hundred of whichever has more. `viewerDidAuthor` is GitHub's own word that this token's account wrote it; it
 * holds for the job's token too, whose account can't be asked for over REST.
 */
export const CONVERSATION_QUERY = `
query Conversation(
  $owner: String!, $name: String!, $number: Int!,
  $comments: Boolean!, $commentsAfter: String,
  $reviews: Boolean!, $reviewsAfter: String,
  $threads: Boolean!, $threadsAfter: String
) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      headRefOid
      comments(first: 100, after: $commentsAfter) @include(if: $comments) {
        pageInfo { hasNextPage endCursor }
        nodes { id fullDatabaseId viewerDidAuthor body }
      }
      reviews(first: 100, after: $reviewsAfter) @include(if: $reviews) {
        pageInfo { hasNextPage endCursor }
        nodes { id fullDatabaseId viewerDidAuthor body state }
      }
      reviewThreads(first: 100, after: $threadsAfter) @include(if: $threads) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id isResolved isOutdated viewerCanResolve viewerCanUnresolve
          resolvedBy { login }
          comments(first: 1) {
            nodes {
              id fullDatabaseId viewerDidAuthor url body isMinimized
              reactions(content: THUMBS_DOWN, first: 20) { nodes { user { login } } }
            }
          }
        }
      }
    }
  }
}`;
