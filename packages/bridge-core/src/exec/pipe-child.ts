import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Child, ChildSpec } from "./child.ts";

/**
 * Starts a process on pipes in its own group. Rejects with the system error when it cannot be
 * started.
 */
export async function startOnPipes(spec: ChildSpec): Promise<Child> {
  const [file, ...args] = spec.argv;
  const child = spawn(file, args, {
    cwd: spec.cwd,
    env: spec.groups.marked(spec.env),
    stdio: [spec.stdin === "open" ? "pipe" : "ignore", "pipe", "pipe"],
    detached: true,
    windowsHide: true,
  });
  if (child.pid !== undefined) spec.groups.add(child.pid);
  const exited = exitCodeOf(child);
  const { stdin, stdout, stderr } = child;
  // The process may close its input at any time; what was written then is lost, as with a shell
  // pipe.
  stdin?.on("error", () => {});
  stdout?.on("data", (chunk: Uint8Array) => spec.onOutput("stdout", chunk));
  stderr?.on("data", (chunk: Uint8Array) => spec.onOutput("stderr", chunk));
  const drained = Promise.all([endOf(stdout), endOf(stderr)]).then(() => {});
  await once(child, "spawn");
  if (child.pid === undefined) throw new Error("the system gave the process no id");
  return {
    pid: child.pid,
    politeSignal: "SIGTERM",
    exited,
    drained,
    get pendingInputBytes() {
      return stdin?.writableLength ?? 0;
    },
    write: (bytes) => void stdin?.write(bytes),
    endInput: () => void stdin?.end(),
    resize: null,
    holdOutput: (isHeld) => {
      for (const output of [stdout, stderr]) {
        if (isHeld) output?.pause();
        else output?.resume();
      }
    },
    discardOutput: () => {
      stdout?.destroy();
      stderr?.destroy();
    },
  };
}

function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

async function endOf(stream: Readable | null): Promise<void> {
  // A read error or our own `destroy` ends the output just as its end does.
  if (stream !== null) await finished(stream).catch(() => {});
}
