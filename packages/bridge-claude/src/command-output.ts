import type { BridgeHost } from "@fairlead/bridge-core";
import { textOf } from "./native.ts";
import type { Program } from "./program.ts";

const pollMs = 400;

/**
 * Live output of a running command: Claude streams none, but tells the last 8 KiB when asked. Ends when the command,
 * the program or `signal` does.
 */
export async function followOutput(
  host: BridgeHost,
  program: Program,
  taskId: string,
  signal: AbortSignal,
  onOutput: (delta: string) => boolean,
): Promise<void> {
  let seenBytes = 0;
  for (;;) {
    const answer = await program.request({ subtype: "get_task_output", task_id: taskId });
    const total = answer["total_bytes"];
    const output = Buffer.from(textOf(answer["output"]));
    const totalBytes = typeof total === "number" ? total : output.byteLength;
    // What scrolled out between two looks is missing here; the command's end brings all of it.
    const fresh = Math.min(totalBytes - seenBytes, output.byteLength);
    seenBytes = totalBytes;
    if (!onOutput(fresh > 0 ? output.subarray(-fresh).toString() : "")) return;
    await host.sleep(pollMs, { signal });
  }
}
