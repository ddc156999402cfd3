import type { BridgeHost, SpawnSpec } from "../adapter.ts";
import { BridgeError } from "../errors.ts";
import { isFields, type Fields } from "./fields.ts";

/**
 * The JSON objects in the lines that a helper prints; it is killed on abort. Other lines are logged. Rejects
 * with what it says on stderr when it does not end well, for then something is missing.
 */
export async function* printedFrames(
  host: BridgeHost,
  spec: SpawnSpec,
  signal: AbortSignal,
): AsyncGenerator<Fields, void> {
  await using program = host.spawn(spec);
  const stop = (): void => void program[Symbol.asyncDispose]();
  signal.addEventListener("abort", stop, { once: true });
  program.end();
  try {
    for await (const line of program.lines) {
      if ("json" in line && isFields(line.json)) yield line.json;
      else host.log("warn", `\`${spec.file}\` prints what is no frame`, line);
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
  const { code, stderr } = await program.exited;
  if (code === 0 || signal.aborted) return;
  throw new BridgeError("other", `\`${spec.file}\` failed: ${stderr.trim()}`);
}
