import { isDeepStrictEqual } from "node:util";
import type { AgentProcess, SpawnSpec } from "../adapter.ts";
import { BridgeError } from "../errors.ts";
import { LineQueue } from "../process/line-queue.ts";

/**
 * One line of a recorded conversation: `send` is what the bridge wrote, `recv` what the agent said.
 */
export interface FixtureEntry {
  readonly dir: "send" | "recv";
  readonly frame: unknown;
}

/** Whether what the bridge wrote is what the recording has. */
export type FrameMatch = (recorded: unknown, written: unknown) => boolean;

/** An agent process that a test plays by hand or from a recording. */
export class FakeProcess implements AgentProcess {
  readonly spec: SpawnSpec;
  readonly lines: LineQueue = new LineQueue();
  readonly exited: AgentProcess["exited"];
  /** Everything the bridge wrote, oldest first. */
  readonly written: unknown[] = [];
  /** Signals the bridge sent. */
  readonly signals: ("SIGINT" | "SIGTERM")[] = [];
  /** The bridge closed stdin. */
  inputEnded = false;
  disposed = false;
  #taken = 0;
  #waiting: (() => void)[] = [];
  #running = true;
  #settle: (exit: Awaited<AgentProcess["exited"]>) => void = () => {};

  constructor(spec: SpawnSpec) {
    this.spec = spec;
    this.exited = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** The agent prints these frames. */
  emit(...frames: readonly unknown[]): void {
    this.lines.push(frames.map((frame) => JSON.stringify(frame)));
  }

  /** The agent prints a line that need not be JSON. */
  emitText(text: string): void {
    this.lines.push([text]);
  }

  /** The agent ends: by default with code 0 and nothing on stderr. */
  exit(exit: Partial<Awaited<AgentProcess["exited"]>> = {}): void {
    if (!this.#running) return;
    this.#running = false;
    this.lines.end();
    this.#settle({ code: 0, signal: null, stderr: "", ...exit });
    this.#wake();
  }

  /**
   * The next frame the bridge writes, or has written and nobody has taken. Rejects when the process
   * ends first.
   */
  async nextWrite(): Promise<unknown> {
    while (this.#taken === this.written.length) {
      if (!this.#running) throw new Error(`${this.spec.file} ended before the bridge wrote`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#taken += 1;
    return this.written[this.#taken - 1];
  }

  /**
   * Plays a recording: prints what the agent said, waiting at each `send` for the bridge to write
   * it. Rejects, and fails the reader of `lines`, at the first write that does not match. The
   * process goes on afterwards.
   */
  async play(
    entries: Iterable<FixtureEntry>,
    match: FrameMatch = isDeepStrictEqual,
  ): Promise<void> {
    for (const { dir, frame } of entries) {
      if (dir === "recv") {
        this.emit(frame);
        continue;
      }
      const written = await this.nextWrite();
      if (match(frame, written)) continue;
      const error = new Error(
        `the bridge wrote ${JSON.stringify(written)}, the recording has ${JSON.stringify(frame)}`,
      );
      this.lines.end(error);
      throw error;
    }
  }

  write(message: unknown): Promise<void> {
    if (!this.#running)
      return Promise.reject(new BridgeError("crashed", `${this.spec.file} ended`));
    this.written.push(JSON.parse(JSON.stringify(message)));
    this.#wake();
    return Promise.resolve();
  }

  end(): void {
    this.inputEnded = true;
  }

  signal(name: "SIGINT" | "SIGTERM"): void {
    this.signals.push(name);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.disposed = true;
    this.exit({ code: null, signal: "SIGTERM" });
    return Promise.resolve();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
