import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Readable } from "node:stream";
import type { AgentProcess, SpawnSpec } from "../adapter.ts";
import { BridgeError, messageOf } from "../errors.ts";
import { LineQueue } from "./line-queue.ts";
import { defaultMaxLineBytes, LineSplitter } from "./lines.ts";
import type { ProcessGroups } from "./process-groups.ts";
import { resolveProgram } from "./resolve-program.ts";
import { TailBuffer } from "./tail-buffer.ts";

/** What a process needs beside its spec. */
export interface AgentProcessOptions {
  /**
   * Launch environment of the folder. The process starts once it is known; `spec.env` goes on top.
   */
  readonly environment: Promise<Readonly<Record<string, string>>>;
  readonly groups: ProcessGroups;
  /** Started in place of the program `spec` names: a path, or another name on the `PATH`. */
  readonly program?: string;
  /** Default 16 MiB. A longer line ends `lines` with a `BridgeError`. */
  readonly maxLineBytes?: number;
  /** From SIGTERM to SIGKILL in dispose. Default 2000. */
  readonly graceMs?: number;
  /** Called once, when dispose is done. */
  readonly onDisposed?: () => void;
}

const stderrTailBytes = 8 * 1024;
/** Lines waiting for the reader before the agent's pipe is left to fill. */
const highWaterLines = 10_000;
const drainCheckMs = 100;
const maxDrainChecks = 10;

type Exit = Awaited<AgentProcess["exited"]>;

/**
 * Starts an agent in a process group of its own, with exactly the given environment. Never throws:
 * what keeps the process from starting is in `exited.stderr` and is thrown, as a `BridgeError`, by
 * `lines` and `write`.
 */
export function startAgentProcess(spec: SpawnSpec, options: AgentProcessOptions): AgentProcess {
  return new ChildAgentProcess(spec, options);
}

class ChildAgentProcess implements AgentProcess {
  readonly lines: LineQueue;
  readonly exited: Promise<Exit>;
  readonly #spec: SpawnSpec;
  readonly #options: AgentProcessOptions;
  readonly #stderr = new TailBuffer(stderrTailBytes);
  readonly #child: Promise<ChildProcessWithoutNullStreams>;
  #running: ChildProcessWithoutNullStreams | null = null;
  #exit: Exit | null = null;
  #disposed: Promise<void> | null = null;

  constructor(spec: SpawnSpec, options: AgentProcessOptions) {
    this.#spec = spec;
    this.#options = options;
    this.lines = new LineQueue(() => this.#running?.stdout.resume());
    this.#child = this.#start();
    this.exited = this.#child.then(
      (child) => this.#follow(child),
      (error: unknown) => {
        this.lines.end(error);
        return { code: null, signal: null, stderr: messageOf(error) };
      },
    );
  }

  async write(message: unknown): Promise<void> {
    const line = `${JSON.stringify(message)}\n`;
    const { stdin } = await this.#child;
    await new Promise<void>((resolve, reject) => {
      stdin.write(line, (error) => {
        if (error) reject(new BridgeError("crashed", this.#gone(error), { cause: error }));
        else resolve();
      });
    });
  }

  end(): void {
    void this.#child.then(
      ({ stdin }) => stdin.end(),
      () => {},
    );
  }

  signal(name: "SIGINT" | "SIGTERM"): void {
    this.#running?.kill(name);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #start(): Promise<ChildProcessWithoutNullStreams> {
    const { args, cwd, env } = this.#spec;
    const environment = { ...(await this.#options.environment), PWD: cwd, ...env };
    const program = this.#options.program ?? this.#spec.file;
    const found = await resolveProgram(program, environment, { cwd });
    if (this.#disposed !== null) {
      throw new BridgeError("other", `\`${program}\` was disposed before it started`);
    }
    const { groups } = this.#options;
    if ("missing" in found) throw this.#notStarted(null, `not on the PATH: ${found.missing}`);
    let child: ChildProcessWithoutNullStreams;
    try {
      const whole = groups.marked(environment);
      child = spawn(found.file, args, { cwd, env: whole, detached: true, windowsHide: true });
    } catch (error) {
      throw this.#notStarted(error);
    }
    // Emitted for failed signals and pipes too; only a process without a pid has not started.
    const failed = new Promise<unknown>((resolve) => child.on("error", resolve));
    if (child.pid === undefined) throw this.#notStarted(await failed);
    this.#running = child;
    groups.add(child.pid);
    // A broken pipe is told to the writer by the write's own callback.
    child.stdin.on("error", () => {});
    return child;
  }

  async #follow(child: ChildProcessWithoutNullStreams): Promise<Exit> {
    child.stderr.on("data", (chunk: Buffer) => this.#stderr.push(chunk));
    this.#readLines(child.stdout);
    const { code, signal } = await new Promise<Pick<Exit, "code" | "signal">>((resolve) => {
      // Not `close`: grandchildren may hold the pipes open.
      child.on("exit", (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }));
    });
    this.#options.groups.signal(child.pid ?? 0, 0);
    void drained(child.stdout).then(() => this.lines.end());
    await drained(child.stderr);
    this.#exit = { code, signal, stderr: this.#stderr.toString() };
    return this.#exit;
  }

  #readLines(stdout: Readable): void {
    const splitter = new LineSplitter(this.#options.maxLineBytes ?? defaultMaxLineBytes);
    const take = (read: (lines: string[]) => void): void => {
      const lines: string[] = [];
      try {
        read(lines);
      } catch (error) {
        this.lines.push(lines);
        this.lines.end(
          new BridgeError("other", `${this.#spec.file}: ${messageOf(error)}`, { cause: error }),
        );
        stdout.destroy();
        return;
      }
      this.lines.push(lines);
      if (this.lines.length > highWaterLines) stdout.pause();
    };
    stdout.on("data", (chunk: Buffer) => take((lines) => splitter.push(chunk, lines)));
    stdout.on("end", () => {
      take((lines) => splitter.flush(lines));
    });
  }

  async #dispose(): Promise<void> {
    const pid = this.#running?.pid;
    if (pid !== undefined) {
      const { groups, graceMs = 2000 } = this.#options;
      groups.signal(pid, "SIGTERM");
      const over = new AbortController();
      const grace = sleep(graceMs, undefined, { signal: over.signal }).catch(() => {});
      await Promise.race([this.exited, grace]);
      over.abort();
      groups.signal(pid, "SIGKILL");
    }
    await this.exited;
    this.lines.end();
    this.#running?.stdout.destroy();
    this.#running?.stderr.destroy();
    this.#options.onDisposed?.();
  }

  #gone(error: Error): string {
    const { file } = this.#spec;
    if (this.#exit === null) return `\`${file}\` takes no more input: ${error.message}`;
    const { code, signal, stderr } = this.#exit;
    return `\`${file}\` has ended (${signal ?? `exit code ${code}`})${stderr === "" ? "" : `: ${stderr}`}`;
  }

  #notStarted(error: unknown, missing?: string): BridgeError {
    const { file, cwd } = this.#spec;
    const { program } = this.#options;
    const name = program === undefined ? `\`${file}\`` : `\`${program}\`, configured for ${file},`;
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // The system reports a missing folder as if the program were missing.
    if (!existsSync(cwd)) {
      return new BridgeError("not-found", `the folder ${cwd} does not exist`, { cause: error });
    }
    if (missing !== undefined) {
      return new BridgeError("not-installed", `${name} is not installed or ${missing}`);
    }
    if (code === "ENOENT") {
      const why = "it, or the interpreter its first line names, does not exist";
      return new BridgeError("not-installed", `${name} cannot be started: ${why}`, {
        cause: error,
      });
    }
    if (code === "EACCES") {
      return new BridgeError("not-installed", `${name} is not an executable file`, {
        cause: error,
      });
    }
    return new BridgeError("other", `${name} cannot be started: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * Resolves when the stream has ended or, since a grandchild may hold it open for ever, when nothing
 * more came for a while. What the agent itself wrote before its exit is in the pipe by then: a
 * second is plenty to read it.
 */
async function drained(stream: Readable): Promise<void> {
  if (stream.closed || stream.readableEnded) return;
  await new Promise<void>((resolve) => {
    let silent = true;
    let checks = 0;
    const onData = (): void => {
      silent = false;
    };
    const finish = (): void => {
      clearInterval(timer);
      stream.off("data", onData);
      resolve();
    };
    const timer = setInterval(() => {
      // A paused stream still holds what the reader has not asked for.
      if (stream.isPaused()) return;
      checks += 1;
      if (silent || checks === maxDrainChecks) finish();
      silent = true;
    }, drainCheckMs);
    stream.on("data", onData);
    stream.once("close", finish);
  });
}
