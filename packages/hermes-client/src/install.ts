import { fileURLToPath } from "node:url";
import type { BridgeHost, Environment } from "@fairlead/bridge-core";
import { interpreterOf } from "@fairlead/bridge-core/parts";

/** What to do about a missing program: a sentence for the user. */
export const notInstalled =
  "Hermes is not installed: run `pip install hermes-agent` and `hermes setup`";

/** What is run by the Python of Hermes; in the package beside the code, built or not. */
export const scripts: Readonly<Record<"gateway" | "sessions", string>> = {
  gateway: fileURLToPath(new URL("../python/fairlead_gateway.py", import.meta.url)),
  sessions: fileURLToPath(new URL("../python/fairlead_sessions.py", import.meta.url)),
};

/** The program to run: `FAIRLEAD_HERMES`, by default `hermes` of the PATH. */
export function executableIn(environment: Environment): string {
  return environment["FAIRLEAD_HERMES"] || "hermes";
}

/** The Python that runs the installed program; null when it cannot be told. */
export async function pythonOf(host: BridgeHost, environment: Environment): Promise<string | null> {
  const path = environment["PATH"] ?? "";
  const script = { file: executableIn(environment), path, interpreter: "python" };
  return interpreterOf(host.files, script);
}
