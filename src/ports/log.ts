/** Where people read what happened. Messages are static text plus data; secrets never go in. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  notice(message: string): void;
  warning(message: string): void;
  error(message: string): void;
  /** Lines of `body` folded under `title`. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>;
}
