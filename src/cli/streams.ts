export type Streams = {
  out: (text: string) => void;
  err: (text: string) => void;
  /** Whether `err` goes to a terminal, where text can be written over. */
  isTerminal?: boolean;
};

export const processStreams: Streams = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY,
};
