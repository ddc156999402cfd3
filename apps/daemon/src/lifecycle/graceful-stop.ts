import { closeSync, openSync } from "node:fs";
import type { ControlOp } from "../control/op.ts";
import type { Log } from "../serve/log.ts";

/** Who asked a daemon to stop. */
export type StopAsker = "SIGTERM" | "SIGINT" | "command" | "terminal closed";

/** Work that a stop waits for. */
export interface Busy {
  /** Turns that run now. */
  readonly turns: number;
  /** Resolves once no turn runs. */
  wait(): Promise<void>;
}

/** How the wait for running turns ended: none runs, the limit passed, or somebody asked twice. */
export type Drained = "idle" | "limit" | "forced";

/** What `stop` tells its caller before it has stopped. */
export interface StopProgress {
  readonly pid: number;
  /** Turns it waits for. */
  readonly turns: number;
  readonly limitMs: number;
}

/** What tells of signals, as a process does. */
export interface SignalSource {
  on(name: NodeJS.Signals, handler: () => void): unknown;
  off(name: NodeJS.Signals, handler: () => void): unknown;
}

/** What the wishes to stop and to reload come from, and where they go. */
export interface StopOptions {
  /** Called at SIGHUP. Must not throw. */
  readonly reload: () => void;
  readonly log: Log;
  /** Default: this process. */
  readonly signals?: SignalSource;
  /** Whether this process belongs to a terminal that is there. Default: it asks the system. */
  readonly hasTerminal?: () => boolean;
}

/**
 * The one place that knows whether the daemon is to stop. Nothing is lost: who looks later than the
 * wish came sees it too. Made before anything slow is started; dispose lets go of the signals.
 */
export interface GracefulStop extends Disposable {
  /** Aborted at the first wish. */
  readonly asked: AbortSignal;
  /** Aborted at the second one: end at once. A third signal ends the process by itself. */
  readonly forced: AbortSignal;
  /** Resolves at the first wish, at once when it has come before. */
  readonly stopped: Promise<void>;
  ask(by: StopAsker): void;
  /**
   * Waits until no turn runs, at most `limitMs`, and not at all once forced. Called once, after the
   * first wish, when no new connection is taken any more. Never rejects.
   */
  drain(busy: () => Busy, limitMs: number): Promise<Drained>;
  /**
   * The op `stop`: `{ now: true }` = do not wait for turns. Emits a {@link StopProgress}; its result,
   * `{ pid, drained }`, comes when the turns are over and the process is about to end.
   */
  readonly op: ControlOp;
}

/** Listens to SIGTERM, SIGINT and SIGHUP from now on. */
export function gracefulStop(options: StopOptions): GracefulStop {
  const { reload, log, signals = process, hasTerminal = terminalIsThere } = options;
  const asked = new AbortController();
  const forced = new AbortController();
  const hadTerminal = hasTerminal();
  const draining = deferred<StopProgress>();
  const drained = deferred<Drained>();
  const ask = (by: StopAsker): void => {
    log("debug", `asked to stop: ${by}`);
    if (!asked.signal.aborted) asked.abort();
    else if (!forced.signal.aborted) {
      forced.abort();
      // A third one is the system's business: it ends the process.
      letGo();
    }
  };
  // Sent by hand, and also by the system when the terminal that this process lives in is closed.
  const hangUp = (): void => (hadTerminal && !hasTerminal() ? ask("terminal closed") : reload());
  const handlers: readonly (readonly [NodeJS.Signals, () => void])[] = [
    ["SIGTERM", () => ask("SIGTERM")],
    ["SIGINT", () => ask("SIGINT")],
    ["SIGHUP", hangUp],
  ];
  for (const [name, handler] of handlers) signals.on(name, handler);
  const letGo = (): void => {
    for (const [name, handler] of handlers) signals.off(name, handler);
  };
  return {
    asked: asked.signal,
    forced: forced.signal,
    stopped: aborted(asked.signal),
    ask,
    async drain(busy, limitMs) {
      const { turns } = busy();
      draining.resolve({ pid: process.pid, turns, limitMs });
      const outcome = await wait(busy, limitMs, forced.signal);
      drained.resolve(outcome);
      return outcome;
    },
    async op(params, { emit, signal }) {
      if (!asked.signal.aborted) ask("command");
      if (isNow(params)) forced.abort();
      const gone = aborted(signal);
      const progress = await Promise.race([draining.promise, gone]);
      if (progress !== undefined) emit(progress);
      return { pid: process.pid, drained: (await Promise.race([drained.promise, gone])) ?? null };
    },
    [Symbol.dispose]: letGo,
  };
}

async function wait(busy: () => Busy, limitMs: number, forced: AbortSignal): Promise<Drained> {
  const limit = deferred<Drained>();
  const timer = setTimeout(() => limit.resolve("limit"), limitMs);
  const idle = async (): Promise<Drained> => {
    // Another may have started since the last one ended.
    for (let now = busy(); now.turns > 0; now = busy()) await now.wait();
    return "idle";
  };
  const force = async (): Promise<Drained> => {
    await aborted(forced);
    return "forced";
  };
  try {
    return await Promise.race([force(), idle(), limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function isNow(params: unknown): boolean {
  return typeof params === "object" && params !== null && "now" in params && params.now === true;
}

function terminalIsThere(): boolean {
  if (process.platform === "win32") return false;
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
