import type { ProcessGroups } from "../process/process-groups.ts";

/** Size of a terminal in character cells. */
export interface TerminalSize {
  readonly rows: number;
  readonly cols: number;
}

/** Which output of a process a chunk came from. A terminal has only `stdout`. */
export type OutputStream = "stdout" | "stderr";

/** Receives output as it comes, in order, until the process is over. */
export type OutputListener = (stream: OutputStream, chunk: Uint8Array) => void;

/** What to start. */
export interface ChildSpec {
  /** Program and arguments; the program is looked up in the `PATH` of `env`. */
  readonly argv: readonly [string, ...string[]];
  /** Absolute folder. */
  readonly cwd: string;
  /** The whole environment, nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** `none` gives the process an empty input. A terminal is always `open`. */
  readonly stdin: "none" | "open";
  readonly onOutput: OutputListener;
  /** Takes charge of the process's group as soon as there is one. */
  readonly groups: ProcessGroups;
}

/** A started operating system process: what pipes and terminals have in common. */
export interface Child {
  /** Also the id of its process group. */
  readonly pid: number;
  /** The polite signal: a terminal hangs up, which interactive shells obey and pass on. */
  readonly politeSignal: "SIGTERM" | "SIGHUP";
  /**
   * Resolves with the exit code (128 + signal number for a death by signal) when the process
   * itself is gone.
   */
  readonly exited: Promise<number>;
  /** Resolves when no more output can come. A grandchild that holds the pipe delays it. */
  readonly drained: Promise<void>;
  /** Bytes accepted by {@link write} that the process has not taken yet. */
  readonly pendingInputBytes: number;
  write(bytes: Uint8Array): void;
  endInput(): void;
  /** Null when the process is not on a terminal. */
  readonly resize: ((size: TerminalSize) => void) | null;
  /** True: output is read no more until it is false again, so that the process comes to a halt. */
  holdOutput(isHeld: boolean): void;
  /** Stops reading output; {@link drained} follows. */
  discardOutput(): void;
}
