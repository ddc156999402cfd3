import { once } from "node:events";
import { chmod } from "node:fs/promises";
import { type Server, type Socket, createServer } from "node:net";
import { dirname } from "node:path";
import { messageOf } from "@fairlead/bridge-core/transport";
import type { Log } from "../serve/log.ts";
import { isErrno, privateFolder } from "../config/private-files.ts";
import { CommandError } from "./command-error.ts";
import type { ControlOps } from "./op.ts";
import { answers, isPipe, removeStaleSocket } from "./socket-path.ts";
import { type ControlFrame, controlProtocol, lineCutter, requestOf } from "./wire.ts";

/** What the control socket bears. */
export interface ControlLimits {
  /** Longest request. */
  readonly lineBytes: number;
  /** Callers at a time. */
  readonly connections: number;
  /** How long a caller may take to send its request. */
  readonly requestMs: number;
  /** What may wait for a caller that does not read; then it is cut off. */
  readonly unsentBytes: number;
  /** How long the ops that run at the end may take to say their last word. */
  readonly closeMs: number;
}

const defaultLimits: ControlLimits = {
  lineBytes: 1024 * 1024,
  connections: 64,
  requestMs: 10_000,
  unsentBytes: 8 * 1024 * 1024,
  closeMs: 1000,
};

/** Settings of {@link serveControl}. */
export interface ControlServerOptions {
  /** Path of the unix socket, or name of the pipe on Windows. */
  readonly path: string;
  readonly ops: ControlOps;
  readonly log: Log;
  readonly limits?: Partial<ControlLimits>;
}

/**
 * Answers the command line on a socket that only this user can open, in a folder that is this
 * user's alone. A socket left behind is replaced; one that answers is not: then it rejects. The
 * caller holds the daemon's lock (`claimDaemon`). Dispose aborts what runs, lets it say its last
 * word, and removes the socket.
 */
export async function serveControl(options: ControlServerOptions): Promise<AsyncDisposable> {
  const { path, ops, log } = options;
  const limits = { ...defaultLimits, ...options.limits };
  if (!isPipe(path)) await privateFolder(dirname(path));
  if (await answers(path)) throw taken(path);
  if (!isPipe(path)) await removeStaleSocket(path);
  const calls = new Set<Promise<void>>();
  const ending = new AbortController();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    if (calls.size >= limits.connections) {
      refuse(socket, limits.connections);
      return;
    }
    const call = answer(socket, ops, limits, ending.signal).catch((error: unknown) => {
      log("warn", "a call of the control socket broke", String(error));
      socket.destroy();
    });
    calls.add(call);
    void call.then(() => calls.delete(call));
  });
  // A crowd beyond those who are told why.
  server.maxConnections = 2 * limits.connections;
  await listen(server, path);
  if (!isPipe(path)) await chmod(path, 0o600);
  return {
    async [Symbol.asyncDispose]() {
      if (ending.signal.aborted) return;
      const closed = once(server, "close");
      server.close();
      ending.abort(new CommandError("failed", "Fairlead is stopping."));
      await Promise.all(calls);
      await closed;
    },
  };
}

async function listen(server: Server, path: string): Promise<void> {
  try {
    server.listen(path);
    await once(server, "listening");
  } catch (error) {
    throw isErrno(error, "EADDRINUSE") ? taken(path) : error;
  }
}

function taken(path: string): CommandError {
  return new CommandError("failed", `Another program already listens on ${path}.`);
}

function refuse(socket: Socket, connections: number): void {
  const message = `More than ${connections} commands talk to the daemon: try again.`;
  const frame: ControlFrame = { error: { message, failure: "failed" } };
  socket.write(`${JSON.stringify(frame)}\n`);
  socket.destroySoon();
}

/** Serves one caller until it is gone. */
async function answer(
  socket: Socket,
  ops: ControlOps,
  limits: ControlLimits,
  ending: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.once("close", () => gone.abort(new Error("the caller is gone")));
  const signal = AbortSignal.any([gone.signal, ending]);
  const send = (frame: ControlFrame): void => {
    if (socket.destroyed || socket.writableEnded) return;
    if (socket.writableLength > limits.unsentBytes) socket.destroy();
    else socket.write(`${JSON.stringify(frame)}\n`);
  };
  const hurry = (): void => void setTimeout(() => socket.destroy(), limits.closeMs).unref();
  ending.addEventListener("abort", hurry, { once: true });
  try {
    const { op, params } = await requestFrom(socket, limits, signal);
    // A caller says one thing; its end of the stream means that it is gone.
    socket.once("end", () => socket.destroy());
    const run = Object.hasOwn(ops, op) ? ops[op] : undefined;
    if (run === undefined) throw unknownOp(op);
    const emit = (event: unknown): void => send({ event: event ?? null });
    // An op that ignores its signal must not keep the daemon from ending.
    const result: unknown = await Promise.race([run(params, { signal, emit }), closed]);
    send({ result: result ?? null });
  } catch (error) {
    send({ error: errorFrame(error) });
  }
  socket.destroySoon();
  // The answer waits this long for a caller that does not read it.
  const slow = setTimeout(() => socket.destroy(), limits.requestMs);
  await closed;
  clearTimeout(slow);
  ending.removeEventListener("abort", hurry);
}

async function requestFrom(
  socket: Socket,
  { lineBytes, requestMs }: ControlLimits,
  signal: AbortSignal,
): Promise<{ readonly op: string; readonly params: unknown }> {
  const line = await lineFrom(socket, lineBytes, requestMs, signal);
  const { op, params, version } = requestOf(line);
  // A daemon of another time can always be stopped.
  if (version === controlProtocol || op === "stop") return { op, params };
  throw new CommandError(
    "failed",
    `The running daemon speaks version ${controlProtocol} of the control protocol, this command ` +
      `version ${version}: run \`fairlead restart\`.`,
  );
}

function lineFrom(
  socket: Socket,
  lineBytes: number,
  requestMs: number,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const cut = lineCutter(lineBytes);
    const fail = (message: string): void =>
      settle(() => reject(new CommandError("usage", message)));
    const deadline = setTimeout(() => {
      fail(`No request came within ${requestMs} ms.`);
    }, requestMs);
    const onData = (chunk: Buffer): void => {
      const lines = cut(chunk);
      if (lines === null) fail(`A request is at most ${lineBytes} bytes long.`);
      const [first] = lines ?? [];
      if (first !== undefined) settle(() => resolve(first));
    };
    const onAbort = (): void => fail("Fairlead is stopping.");
    const onEnd = (): void => fail("The request has no end of line.");
    const settle = (outcome: () => void): void => {
      clearTimeout(deadline);
      signal.removeEventListener("abort", onAbort);
      socket.off("data", onData).off("end", onEnd);
      // Keeps reading, so that the end of the caller is noticed; what it says is not kept.
      socket.resume();
      outcome();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    socket.on("data", onData).once("end", onEnd);
  });
}

function unknownOp(op: string): CommandError {
  const message = `The running daemon does not know \`${op.slice(0, 100)}\`; it may be older than this command: run \`fairlead restart\`.`;
  return new CommandError("failed", message);
}

function errorFrame(error: unknown): { message: string; failure: CommandError["failure"] } {
  if (error instanceof CommandError) return { message: error.message, failure: error.failure };
  return { message: messageOf(error), failure: "failed" };
}
