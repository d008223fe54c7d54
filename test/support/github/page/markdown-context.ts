export type MarkdownContext = {
  /** Page of the repository, which mentions and numbers lead to. */
  repositoryUrl: string;
  /** What a suggestion would replace; null where the text stands on no code. */
  replaced: { number: number; text: string }[] | null;
  language: string;
};
