/** Where one pull request's files lie, below the folder that the agent is given. */
export type Desk = { pullRequest: string; folder: string; headSha: string; mergeBaseSha: string };

/** What the agent is told about its folders, before the prompt proper. */
export function foldersText(desks: readonly Desk[], tree: string): string {
  const [only] = desks;
  if (only === undefined) return '';
  const places =
    desks.length === 1
      ? `The work tree of ${only.pullRequest} at ${short(only.headSha)} is ${tree}; its merge base is the commit ${only.mergeBaseSha}.`
      : [
          `${tree} holds a work tree for each pull request:`,
          ...desks.map(
            ({ pullRequest, folder, headSha, mergeBaseSha }) =>
              `- ${folder}: ${pullRequest} at ${short(headSha)}, merge base ${mergeBaseSha}`,
          ),
        ].join('\n');
  return `# Where the files are
${places}
Links are written as plain files, submodules and very large files are left out. Files that instruct agents or configure them
(AGENTS.md and the like) are the default branch's. Paths in your answer are those of the repository, without this folder.`;
}

/** Asked in the same conversation, when the answer was not as its contract says. */
export function askAgain(faults: readonly string[], pullRequests: readonly string[]): string {
  return `Your last answer can not be used: ${faults.join('; ').slice(0, 2000)}.
Answer again: the one JSON object as described before, for ${pullRequests.join(', ')}, with the same findings, and nothing else.
`;
}

function short(sha: string): string {
  return sha.slice(0, 7);
}
