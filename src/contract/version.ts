/**
 * The wire between action and endpoint. The major version stands in every path; the minor one counts additions, is told
 * by `GET /v1/health`, and never breaks an older caller.
 */
export const CONTRACT_VERSION = '1.0';
