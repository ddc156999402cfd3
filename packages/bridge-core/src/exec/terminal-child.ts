import { constants, access } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { messageOf, RpcError } from "../errors.ts";
import type { Child, ChildSpec, TerminalSize } from "./child.ts";

const endOfTransmission = "\u0004";

/**
 * Starts a process on a terminal of its own, through the optional package `@lydell/node-pty`.
 * Throws `RpcError` (−32601) when that package is not installed and the system error when the
 * program cannot be started.
 */
export async function startOnTerminal(spec: ChildSpec, size: TerminalSize): Promise<Child> {
  const pty = await loadPty();
  const [file, ...args] = spec.argv;
  // After the fork a missing program would only show as exit code 1.
  const program = await findProgram(file, spec);
  const terminal = pty.spawn(...held([program, ...args]), {
    name: spec.env["TERM"] ?? "xterm-256color",
    cols: size.cols,
    rows: size.rows,
    cwd: spec.cwd,
    env: spec.groups.marked(spec.env),
    encoding: null,
  });
  spec.groups.add(terminal.pid);
  // node-pty takes text only, and a character may be split between two writes.
  const decoder = new StringDecoder("utf8");
  let isLive = true;
  const exited = new Promise<number>((done) => {
    terminal.onExit(({ exitCode, signal }) => {
      isLive = false;
      done(signal === undefined || signal === 0 ? exitCode : 128 + signal);
    });
  });
  terminal.onData((chunk: string | Uint8Array) => {
    spec.onOutput("stdout", typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  });
  return {
    pid: terminal.pid,
    politeSignal: "SIGHUP",
    exited,
    // The exit is reported after the terminal's last output.
    drained: exited.then(() => {}),
    pendingInputBytes: 0,
    write: (bytes) => isLive && terminal.write(decoder.write(Buffer.from(bytes))),
    // A terminal has no end of input but the key that means it.
    endInput: () => isLive && terminal.write(endOfTransmission),
    resize: ({ cols, rows }) => isLive && terminal.resize(cols, rows),
    holdOutput: (isHeld) => {
      if (!isLive) return;
      if (isHeld) terminal.pause();
      else terminal.resume();
    },
    discardOutput: () => {},
  };
}

/** Null when processes can have terminals here, else the sentence that says what is missing. */
export async function missingTerminals(): Promise<string | null> {
  try {
    await loadPty();
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * A program may close its terminal before it exits, as `cat` does. As the only one on it, it would
 * then be hung up on, and seem killed: so a shell stays there until it has ended, and passes its exit
 * code on.
 */
function held(argv: readonly string[]): [file: string, args: string[]] {
  const [file = "", ...args] = argv;
  if (process.platform === "win32") return [file, args];
  return ["/bin/sh", ["-c", '"$@"; exit "$?"', "sh", ...argv]];
}

async function loadPty(): Promise<typeof import("@lydell/node-pty")> {
  try {
    return await import("@lydell/node-pty");
  } catch (cause) {
    throw RpcError.methodNotFound(
      "terminals are not available here: the optional package @lydell/node-pty is not installed " +
        `for this platform (${messageOf(cause)})`,
    );
  }
}

async function findProgram(file: string, { cwd, env }: ChildSpec): Promise<string> {
  const candidates = file.includes("/")
    ? [resolve(cwd, file)]
    : (env["PATH"] ?? "").split(delimiter).map((folder) => join(resolve(cwd, folder), file));
  let failure: unknown = new Error("PATH is empty");
  for (const candidate of candidates) {
    try {
      await access(candidate, constants.X_OK);
      return candidate;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
