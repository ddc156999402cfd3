import { setMaxListeners } from "node:events";
import { stat } from "node:fs/promises";
import { RpcError } from "../errors.ts";
import { osErrorText } from "../files/os-error.ts";
import type { ProcessGroups } from "../process/process-groups.ts";
import type { Child, ChildSpec, TerminalSize } from "./child.ts";
import { startOnPipes } from "./pipe-child.ts";
import { startOnTerminal } from "./terminal-child.ts";

/** Time between the polite signal and SIGKILL. */
const killAfterMs = 2000;
/**
 * How long output is still collected after the exit while a grandchild holds the pipe; codex waits
 * as long.
 */
const drainMs = 2000;
/** The longest delay a timer takes; longer ones would fire at once. */
const maxTimerMs = 2 ** 31 - 1;

/** Exit code of a process that was ended because its time was up. */
export const timedOutExitCode = 124;

/** What to start, and what ends it. */
export interface ProcessSpec extends ChildSpec {
  /** Null: pipes. */
  readonly terminal: TerminalSize | null;
  /** Null: no limit. */
  readonly timeoutMs: number | null;
  /** Terminates the process when aborted. */
  readonly signal: AbortSignal;
}

/** How a process ended. */
export interface ProcessExit {
  /** 128 + signal number for a death by signal, {@link timedOutExitCode} on time-out. */
  readonly exitCode: number;
  /**
   * The output was still held open by a grandchild when collecting stopped; that grandchild was
   * killed.
   */
  readonly outputDrainTimedOut: boolean;
}

/**
 * Starts a process in its own group. Rejects with an `Error` whose message says why it cannot be
 * started, or with an `RpcError` (−32601) when it needs a terminal and there is no support for
 * one.
 */
export async function startProcess(spec: ProcessSpec): Promise<RunningProcess> {
  spec.signal.throwIfAborted();
  await requireFolder(spec.cwd);
  try {
    const child =
      spec.terminal === null
        ? await startOnPipes(spec)
        : await startOnTerminal(spec, spec.terminal);
    return new RunningProcess(child, spec);
  } catch (cause) {
    if (cause instanceof RpcError) throw cause;
    throw new Error(`${osErrorText(cause)}: ${spec.argv[0]}`, { cause });
  }
}

/**
 * A process with its group, its time limit and its end. Owned by whoever started it, who awaits
 * {@link exited}.
 */
export class RunningProcess {
  /** Never rejects. Resolves after the last output was delivered. */
  readonly exited: Promise<ProcessExit>;
  readonly #child: Child;
  readonly #spec: ProcessSpec;
  #input: "none" | "open" | "ended";
  #isOver = false;
  #isTerminating = false;
  #killTimer: NodeJS.Timeout | undefined;

  constructor(child: Child, spec: ProcessSpec) {
    this.#child = child;
    this.#spec = spec;
    this.#input = spec.terminal === null ? spec.stdin : "open";
    this.exited = this.#run();
  }

  /** Whether {@link write} reaches the process. */
  get input(): "none" | "open" | "ended" {
    return this.#input;
  }

  /** Bytes written that the process has not taken yet. */
  get pendingInputBytes(): number {
    return this.#child.pendingInputBytes;
  }

  /** Hands bytes to the process. Does nothing unless {@link input} is `open`. */
  write(bytes: Uint8Array): void {
    if (this.#input === "open" && !this.#isOver) this.#child.write(bytes);
  }

  /** Ends the input after what was written. */
  endInput(): void {
    if (this.#input !== "open") return;
    this.#input = "ended";
    if (!this.#isOver) this.#child.endInput();
  }

  /** False when the process is not on a terminal. */
  resize(size: TerminalSize): boolean {
    if (this.#child.resize === null) return false;
    if (!this.#isOver) this.#child.resize(size);
    return true;
  }

  /** True: the process waits with its output, once the system holds enough of it, until it is false. */
  holdOutput(isHeld: boolean): void {
    if (!this.#isOver) this.#child.holdOutput(isHeld);
  }

  /**
   * Ends the whole group: politely, and by force two seconds later. Await {@link exited} for the
   * end.
   */
  terminate(): void {
    if (this.#isTerminating) return;
    this.#isTerminating = true;
    if (this.#isOver) {
      this.#signalGroup("SIGKILL");
      return;
    }
    this.#signalGroup(this.#child.politeSignal);
    this.#killTimer = setTimeout(() => this.#signalGroup("SIGKILL"), killAfterMs);
  }

  async #run(): Promise<ProcessExit> {
    const { signal, timeoutMs } = this.#spec;
    const terminate = (): void => this.terminate();
    let isTimedOut = false;
    const timer =
      timeoutMs === null
        ? undefined
        : setTimeout(
            () => {
              isTimedOut = true;
              this.terminate();
            },
            Math.min(timeoutMs, maxTimerMs),
          );
    // A client may well run more processes at once than the ten listeners node finds suspicious.
    setMaxListeners(0, signal);
    signal.addEventListener("abort", terminate);
    if (signal.aborted) this.terminate();
    const exitCode = await this.#child.exited;
    this.#isOver = true;
    clearTimeout(timer);
    clearTimeout(this.#killTimer);
    this.#signalGroup(this.#isTerminating ? "SIGKILL" : 0);
    const isDrained = await this.#drain();
    signal.removeEventListener("abort", terminate);
    return {
      exitCode: isTimedOut ? timedOutExitCode : exitCode,
      outputDrainTimedOut: !isDrained,
    };
  }

  async #drain(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), drainMs);
    });
    const isDrained = await Promise.race([this.#child.drained.then(() => true), deadline]);
    clearTimeout(timer);
    if (!isDrained) {
      this.#signalGroup("SIGKILL");
      this.#child.discardOutput();
    }
    return isDrained;
  }

  #signalGroup(name: Parameters<ProcessGroups["signal"]>[1]): void {
    this.#spec.groups.signal(this.#child.pid, name);
  }
}

/** `spawn` reports a missing folder as if the program were missing. */
async function requireFolder(path: string): Promise<void> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (cause) {
    throw new Error(`${osErrorText(cause)}: folder ${path}`, { cause });
  }
  if (!isFolder) throw new Error(`Not a directory (os error 20): folder ${path}`);
}
