import { spawn } from "node:child_process";
import { once } from "node:events";

/** Resolves once no process has this id: the test's own time limit is the bound. */
export async function gone(pid: number): Promise<void> {
  for (;;) {
    const state = spawn("ps", ["-o", "stat=", "-p", String(pid)]);
    const chunks: string[] = [];
    state.stdout.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
    await once(state, "close");
    // A zombie waits for a parent that no longer cares.
    if (/^Z|^$/.test(chunks.join("").trim())) return;
  }
}
