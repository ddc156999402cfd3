import { spawn } from "node:child_process";
import { once } from "node:events";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectWebSocket } from "@fairlead/bridge-core/peer";
import type { CodexDesk } from "./desk.ts";

/** Starts `codex app-server` at codex's own socket, as a user would; returns its address. */
export async function startOther(
  desk: CodexDesk,
): Promise<{ readonly url: string; readonly isRunning: () => boolean }> {
  const child = spawn(desk.command, ["app-server", "--listen", "unix://"], {
    cwd: desk.root,
    env: { ...desk.environment },
    stdio: "ignore",
  });
  const exited = once(child, "exit");
  desk.own({
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  });
  const socket = join(desk.root, "home", "app-server-control", "app-server-control.sock");
  for (;;) {
    try {
      const url = `unix://${await realpath(socket)}`;
      (await connectWebSocket(url)).close();
      return { url, isRunning: () => child.exitCode === null && child.signalCode === null };
    } catch (error) {
      if (child.exitCode !== null) throw error;
      await sleep(20);
    }
  }
}
