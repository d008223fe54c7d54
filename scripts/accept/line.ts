/** One promise and the run that shows it. */
export type Line = {
  promise: string;
  /** Installs packages, or clones from elsewhere. */
  needsNetwork: boolean | ((context: LineContext) => boolean);
  /** It runs tests of the suite and nothing else: `--after-tests` leaves it to them. */
  inSuite?: true;
  /** Resolves to the figure measured; throws where the promise is false. */
  run(context: LineContext): Promise<string>;
};

export type LineContext = {
  /** A clone to try things on, where the caller has one. */
  repository: string | null;
  /** All of them, where the caller has several. */
  repositories: string[];
  /** How many races to run, where fewer than promised must do. */
  races: number | null;
  /** How long to soak, where less than promised must do. */
  minutes: number | null;
  /** False where times are shown and not judged, for the machine has other work: then they are taken once. */
  timed: boolean;
};
