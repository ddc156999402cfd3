import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "@fairlead/bridge-core/transport";
import type { Environment, ProcessGroups } from "@fairlead/bridge-core";
import { lastWords } from "./words.ts";

/** What to start, and who ends it when the daemon dies. */
export interface CodexCommand {
  /** Absolute path of codex. */
  readonly file: string;
  readonly args: readonly string[];
  /** Exactly this one. */
  readonly env: Environment;
  /** Absolute; exists. */
  readonly cwd: string;
  readonly groups: ProcessGroups;
}

/** A running codex, in a process group of its own. Dispose ends the group: TERM, then KILL. */
export interface CodexProcess extends AsyncDisposable {
  readonly input: ChildProcessWithoutNullStreams["stdin"];
  readonly output: ChildProcessWithoutNullStreams["stdout"];
  readonly errors: ChildProcessWithoutNullStreams["stderr"];
  /** Resolves when it has ended and what it said is read. Never rejects. */
  readonly ended: Promise<CodexEnd>;
  readonly isRunning: boolean;
}

/** How a codex ended. */
export interface CodexEnd {
  readonly isOk: boolean;
  /** A sentence, with what it said last. */
  readonly reason: string;
}

const tailBytes = 8 * 1024;
const graceMs = 2000;
/** What was written before the end is read within this time; grandchildren may hold the pipe open. */
const drainMs = 200;

/** Starts codex. Rejects with a sentence when the system cannot. */
export async function startCodex(command: CodexCommand): Promise<CodexProcess> {
  const { env, cwd, groups } = command;
  const [file, args] = launchWords(command, process.platform);
  const child = spawn(file, args, {
    cwd,
    env: groups.marked(env),
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  let isRunning = true;
  let tail = Buffer.alloc(0);
  child.stderr.on("data", (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-tailBytes);
  });
  // At once: the daemon may be killed at any moment.
  if (child.pid !== undefined) groups.add(child.pid);
  // A dead codex is noticed by its end, not by the pipe.
  child.stdin.on("error", () => {});
  const exit = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      isRunning = false;
      resolve(signal ?? `exit code ${code}`);
    });
  });
  try {
    await once(child, "spawn");
  } catch (error) {
    const detail = messageOf(error);
    throw new Error(`codex cannot be started: ${detail}`, { cause: error });
  }
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command.file} cannot be started`);
  const ended = exit.then(async (how) => {
    await Promise.all([drained(child.stdout), drained(child.stderr)]);
    const words = lastWords(tail.toString("utf8"));
    const reason = `codex has ended (${how})${words === "" ? "" : `: ${words}`}`;
    return { isOk: how === "exit code 0", reason };
  });
  const end = async (): Promise<void> => {
    groups.signal(pid, "SIGTERM");
    const over = new AbortController();
    await Promise.race([exit, sleep(graceMs, undefined, { signal: over.signal }).catch(() => {})]);
    over.abort();
    groups.signal(pid, "SIGKILL");
    await exit;
    child.stdout.destroy();
    child.stderr.destroy();
  };
  let ending: Promise<void> | null = null;
  return {
    input: child.stdin,
    output: child.stdout,
    errors: child.stderr,
    ended,
    get isRunning() {
      return isRunning;
    },
    [Symbol.asyncDispose]() {
      ending ??= end();
      return ending;
    },
  };
}

async function drained(stream: ChildProcessWithoutNullStreams["stdout"]): Promise<void> {
  if (stream.closed) return;
  const over = new AbortController();
  const { signal } = over;
  await Promise.race([
    once(stream, "close", { signal }).catch(() => {}),
    sleep(drainMs, undefined, { signal }).catch(() => {}),
  ]);
  over.abort();
}

/** The shims that npm makes on Windows are scripts, which only their interpreter can start. */
export function launchWords(
  { file, args, env }: Pick<CodexCommand, "file" | "args" | "env">,
  platform: NodeJS.Platform,
): readonly [string, readonly string[]] {
  if (platform !== "win32" || !/\.(?:cmd|bat)$/iu.test(file)) return [file, args];
  return [env["ComSpec"] ?? "cmd.exe", ["/d", "/c", file, ...args]];
}
