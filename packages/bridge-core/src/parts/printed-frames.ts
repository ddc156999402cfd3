import type { BridgeHost, SpawnSpec } from "../adapter.ts";
import { isFields, type Fields } from "./fields.ts";

/** The JSON objects in the lines that a helper prints; it is killed on abort. Other lines are logged. */
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
}
