/** Where the command writes and reads, so that a test can be a terminal. */
export interface CliStreams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether a person watches: only then is progress shown, on `err`. */
  readonly isTerminal: boolean;
  /** Everything on standard input. */
  readonly readInput: () => Promise<string>;
}

/** What stopped the command before it could judge anything: told in one sentence, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
