/** The part of GitHub's GraphQL schema that the stand-in serves; names, types and nullability as published. */
export const schemaText = `
scalar URI
scalar DateTime
scalar GitObjectID
scalar BigInt

interface Node { id: ID! }
interface Actor { login: String! url: URI! avatarUrl(size: Int): URI! resourcePath: URI! }
interface Minimizable { isMinimized: Boolean! minimizedReason: String viewerCanMinimize: Boolean! }
interface Reactable { id: ID! databaseId: Int reactionGroups: [ReactionGroup!] reactions(first: Int, last: Int, after: String, before: String, content: ReactionContent): ReactionConnection! viewerCanReact: Boolean! }

type User implements Node & Actor { id: ID! databaseId: Int login: String! name: String url: URI! avatarUrl(size: Int): URI! resourcePath: URI! }
type Bot implements Node & Actor { id: ID! databaseId: Int login: String! url: URI! avatarUrl(size: Int): URI! resourcePath: URI! }
type Organization implements Node & Actor { id: ID! databaseId: Int login: String! name: String url: URI! avatarUrl(size: Int): URI! resourcePath: URI! }

type PageInfo { endCursor: String hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String }
type RateLimit { cost: Int! limit: Int! remaining: Int! resetAt: DateTime! used: Int! nodeCount: Int! }

enum RepositoryPermission { ADMIN MAINTAIN READ TRIAGE WRITE }
enum PullRequestState { CLOSED MERGED OPEN }
enum PullRequestReviewState { APPROVED CHANGES_REQUESTED COMMENTED DISMISSED PENDING }
enum CommentAuthorAssociation { COLLABORATOR CONTRIBUTOR FIRST_TIMER FIRST_TIME_CONTRIBUTOR MANNEQUIN MEMBER NONE OWNER }
enum DiffSide { LEFT RIGHT }
enum PullRequestReviewThreadSubjectType { FILE LINE }
enum ReportedContentClassifiers { ABUSE DUPLICATE LOW_QUALITY OFF_TOPIC OUTDATED RESOLVED SPAM }
enum ReactionContent { CONFUSED EYES HEART HOORAY LAUGH ROCKET THUMBS_DOWN THUMBS_UP }

type Repository implements Node {
  id: ID!
  databaseId: Int
  name: String!
  nameWithOwner: String!
  isPrivate: Boolean!
  url: URI!
  viewerPermission: RepositoryPermission
  pullRequest(number: Int!): PullRequest
}

type PullRequest implements Node & Reactable {
  id: ID!
  databaseId: Int
  fullDatabaseId: BigInt
  number: Int!
  title: String!
  body: String!
  state: PullRequestState!
  isDraft: Boolean!
  merged: Boolean!
  closed: Boolean!
  locked: Boolean!
  url: URI!
  author: Actor
  headRefName: String!
  headRefOid: GitObjectID!
  baseRefName: String!
  baseRefOid: GitObjectID!
  createdAt: DateTime!
  updatedAt: DateTime!
  repository: Repository!
  reviewThreads(first: Int, last: Int, after: String, before: String): PullRequestReviewThreadConnection!
  comments(first: Int, last: Int, after: String, before: String): IssueCommentConnection!
  reviews(first: Int, last: Int, after: String, before: String, author: String, states: [PullRequestReviewState!]): PullRequestReviewConnection
  reactionGroups: [ReactionGroup!]
  reactions(first: Int, last: Int, after: String, before: String, content: ReactionContent): ReactionConnection!
  viewerCanReact: Boolean!
}

type PullRequestReviewThread implements Node {
  id: ID!
  isResolved: Boolean!
  isOutdated: Boolean!
  isCollapsed: Boolean!
  path: String!
  line: Int
  startLine: Int
  originalLine: Int
  originalStartLine: Int
  diffSide: DiffSide!
  startDiffSide: DiffSide
  subjectType: PullRequestReviewThreadSubjectType!
  resolvedBy: User
  viewerCanResolve: Boolean!
  viewerCanUnresolve: Boolean!
  viewerCanReply: Boolean!
  pullRequest: PullRequest!
  repository: Repository!
  comments(first: Int, last: Int, after: String, before: String): PullRequestReviewCommentConnection!
}

type PullRequestReviewComment implements Node & Minimizable & Reactable {
  id: ID!
  databaseId: Int
  fullDatabaseId: BigInt
  author: Actor
  authorAssociation: CommentAuthorAssociation!
  body: String!
  path: String!
  line: Int
  startLine: Int
  originalLine: Int
  originalStartLine: Int
  diffHunk: String!
  outdated: Boolean!
  createdAt: DateTime!
  updatedAt: DateTime!
  url: URI!
  isMinimized: Boolean!
  minimizedReason: String
  viewerCanMinimize: Boolean!
  viewerDidAuthor: Boolean!
  replyTo: PullRequestReviewComment
  pullRequestReview: PullRequestReview
  reactionGroups: [ReactionGroup!]
  reactions(first: Int, last: Int, after: String, before: String, content: ReactionContent): ReactionConnection!
  viewerCanReact: Boolean!
}

type IssueComment implements Node & Minimizable & Reactable {
  id: ID!
  databaseId: Int
  fullDatabaseId: BigInt
  author: Actor
  authorAssociation: CommentAuthorAssociation!
  body: String!
  createdAt: DateTime!
  updatedAt: DateTime!
  url: URI!
  isMinimized: Boolean!
  minimizedReason: String
  viewerCanMinimize: Boolean!
  viewerDidAuthor: Boolean!
  reactionGroups: [ReactionGroup!]
  reactions(first: Int, last: Int, after: String, before: String, content: ReactionContent): ReactionConnection!
  viewerCanReact: Boolean!
}

type PullRequestReview implements Node & Minimizable & Reactable {
  id: ID!
  databaseId: Int
  fullDatabaseId: BigInt
  author: Actor
  authorAssociation: CommentAuthorAssociation!
  body: String!
  state: PullRequestReviewState!
  submittedAt: DateTime
  createdAt: DateTime!
  updatedAt: DateTime!
  url: URI!
  isMinimized: Boolean!
  minimizedReason: String
  viewerCanMinimize: Boolean!
  viewerDidAuthor: Boolean!
  comments(first: Int, last: Int, after: String, before: String): PullRequestReviewCommentConnection!
  reactionGroups: [ReactionGroup!]
  reactions(first: Int, last: Int, after: String, before: String, content: ReactionContent): ReactionConnection!
  viewerCanReact: Boolean!
}

type Reaction implements Node { id: ID! databaseId: Int content: ReactionContent! createdAt: DateTime! user: User }
type ReactionGroup { content: ReactionContent! reactors(first: Int, last: Int, after: String, before: String): ReactorConnection! viewerHasReacted: Boolean! }
type ReactorConnection { totalCount: Int! }
type ReactionConnection { nodes: [Reaction] pageInfo: PageInfo! totalCount: Int! }
type PullRequestReviewThreadEdge { cursor: String! node: PullRequestReviewThread }
type PullRequestReviewThreadConnection { edges: [PullRequestReviewThreadEdge] nodes: [PullRequestReviewThread] pageInfo: PageInfo! totalCount: Int! }
type PullRequestReviewCommentConnection { nodes: [PullRequestReviewComment] pageInfo: PageInfo! totalCount: Int! }
type IssueCommentConnection { nodes: [IssueComment] pageInfo: PageInfo! totalCount: Int! }
type PullRequestReviewConnection { nodes: [PullRequestReview] pageInfo: PageInfo! totalCount: Int! }

type Query {
  repository(owner: String!, name: String!, followRenames: Boolean = true): Repository
  node(id: ID!): Node
  nodes(ids: [ID!]!): [Node]!
  rateLimit(dryRun: Boolean = false): RateLimit
}

input ResolveReviewThreadInput { clientMutationId: String threadId: ID! }
input UnresolveReviewThreadInput { clientMutationId: String threadId: ID! }
input MinimizeCommentInput { classifier: ReportedContentClassifiers! clientMutationId: String subjectId: ID! }
input UnminimizeCommentInput { clientMutationId: String subjectId: ID! }
input UpdateIssueCommentInput { body: String! clientMutationId: String id: ID! }
input UpdatePullRequestReviewCommentInput { body: String! clientMutationId: String pullRequestReviewCommentId: ID! }
input DismissPullRequestReviewInput { clientMutationId: String message: String! pullRequestReviewId: ID! }
input AddReactionInput { clientMutationId: String content: ReactionContent! subjectId: ID! }

type ResolveReviewThreadPayload { clientMutationId: String thread: PullRequestReviewThread }
type UnresolveReviewThreadPayload { clientMutationId: String thread: PullRequestReviewThread }
type MinimizeCommentPayload { clientMutationId: String minimizedComment: Minimizable }
type UnminimizeCommentPayload { clientMutationId: String unminimizedComment: Minimizable }
type UpdateIssueCommentPayload { clientMutationId: String issueComment: IssueComment }
type UpdatePullRequestReviewCommentPayload { clientMutationId: String pullRequestReviewComment: PullRequestReviewComment }
type DismissPullRequestReviewPayload { clientMutationId: String pullRequestReview: PullRequestReview }
type AddReactionPayload { clientMutationId: String reaction: Reaction subject: Reactable }

type Mutation {
  resolveReviewThread(input: ResolveReviewThreadInput!): ResolveReviewThreadPayload
  unresolveReviewThread(input: UnresolveReviewThreadInput!): UnresolveReviewThreadPayload
  minimizeComment(input: MinimizeCommentInput!): MinimizeCommentPayload
  unminimizeComment(input: UnminimizeCommentInput!): UnminimizeCommentPayload
  updateIssueComment(input: UpdateIssueCommentInput!): UpdateIssueCommentPayload
  updatePullRequestReviewComment(input: UpdatePullRequestReviewCommentInput!): UpdatePullRequestReviewCommentPayload
  dismissPullRequestReview(input: DismissPullRequestReviewInput!): DismissPullRequestReviewPayload
  addReaction(input: AddReactionInput!): AddReactionPayload
}
`;
