import { connect, type Socket } from "node:net";
import type { Paths } from "../config/paths.ts";
import { isErrno } from "../config/private-files.ts";
import { CommandError, DaemonNotRunning, OpFailed } from "./command-error.ts";
import { answers, controlSocket } from "./socket-path.ts";
import { type ControlFrame, controlProtocol, frameOf, lineCutter } from "./wire.ts";

/** Longest answer taken from a daemon. */
const maxAnswerBytes = 64 * 1024 * 1024;

const defaultTimeoutMs = 30_000;

/** Of the daemon's places, what is needed to reach it. */
export type ControlPlace = Pick<Paths, "socket">;

/** How to call an op. */
export interface CallOptions {
  /** Told what the daemon says before the answer. */
  readonly onEvent?: (event: unknown) => void;
  /** Ends the call; the daemon is told. */
  readonly signal?: AbortSignal;
  /** Longest silence of the daemon; null = any. Default: 30 s. */
  readonly timeoutMs?: number | null;
}

/**
 * Asks the running daemon for something. The result is what the op says, unchecked. Rejects with
 * {@link DaemonNotRunning} when there is none, with {@link OpFailed} when it was asked and failed, else
 * with another {@link CommandError}. Starts nothing.
 */
export async function callDaemon(
  place: ControlPlace,
  op: string,
  params: unknown = {},
  options: CallOptions = {},
): Promise<unknown> {
  const { onEvent, signal, timeoutMs = defaultTimeoutMs } = options;
  signal?.throwIfAborted();
  const socket = await open(controlSocket(place));
  const abort = (): void => void socket.destroy(abortError(signal));
  signal?.addEventListener("abort", abort, { once: true });
  try {
    if (timeoutMs !== null) socket.setTimeout(timeoutMs, () => socket.destroy(silent(timeoutMs)));
    socket.write(`${JSON.stringify({ op, params, version: controlProtocol })}\n`);
    for await (const frame of framesOf(socket)) {
      if ("result" in frame) return frame.result;
      if ("error" in frame) throw new OpFailed(frame.error.failure, frame.error.message);
      onEvent?.(frame.event);
    }
    signal?.throwIfAborted();
    throw new CommandError("failed", "The daemon ended before it answered.");
  } finally {
    signal?.removeEventListener("abort", abort);
    socket.destroy();
  }
}

/** True when a daemon answers. Never rejects, starts nothing. */
export function daemonIsRunning(place: ControlPlace): Promise<boolean> {
  return answers(controlSocket(place));
}

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const onError = (error: Error): void => reject(connectError(path, error));
    socket.once("error", onError);
    socket.once("connect", () => {
      socket.off("error", onError);
      resolve(socket);
    });
  });
}

function connectError(path: string, error: Error): CommandError {
  const absent = ["ENOENT", "ECONNREFUSED", "ENOTDIR"].some((code) => isErrno(error, code));
  if (absent) return new DaemonNotRunning({ cause: error });
  if (isErrno(error, "EACCES") || isErrno(error, "EPERM")) {
    const message = `You may not open ${path}: run the command as the user whose daemon it is.`;
    return new CommandError("refused", message, { cause: error });
  }
  return new CommandError("failed", `The daemon cannot be reached: ${error.message}`, {
    cause: error,
  });
}

async function* framesOf(socket: Socket): AsyncIterable<ControlFrame> {
  const cut = lineCutter(maxAnswerBytes);
  try {
    for await (const chunk of socket) {
      const lines = Buffer.isBuffer(chunk) ? cut(chunk) : [];
      if (lines === null) throw new CommandError("failed", "The daemon's answer is too long.");
      for (const line of lines) yield frameOf(line);
    }
  } catch (error) {
    // A daemon that is killed resets the connection: no other end than any.
    if (!isErrno(error, "ECONNRESET") && !isErrno(error, "EPIPE")) throw error;
  }
}

function silent(timeoutMs: number): CommandError {
  const message = `The daemon has been silent for ${timeoutMs / 1000} s: run \`fairlead restart\` when it stays so.`;
  return new CommandError("failed", message);
}

function abortError(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error("aborted");
}
