import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BridgeHost, Environment } from "@fairlead/bridge-core";

/** What to do about a missing program. */
export const notInstalled =
  "Hermes is not installed: run `pip install hermes-agent` and `hermes setup`";

/** What is run by the Python of Hermes; in the package beside the code, built or not. */
export const scripts = {
  gateway: fileURLToPath(new URL("../python/fairlead_gateway.py", import.meta.url)),
  sessions: fileURLToPath(new URL("../python/fairlead_sessions.py", import.meta.url)),
} as const;

/** The program to run: `FAIRLEAD_HERMES`, by default `hermes` of the PATH. */
export function executableIn(environment: Environment): string {
  return environment["FAIRLEAD_HERMES"] || "hermes";
}

/** The Python that runs the installed program; null when it cannot be told. */
export async function pythonOf(host: BridgeHost, environment: Environment): Promise<string | null> {
  const named = executableIn(environment);
  const folders = (environment["PATH"] ?? "").split(":").filter(Boolean);
  const files = named.includes("/") ? [named] : folders.map((folder) => join(folder, named));
  for (const file of files) {
    const head = await headOf(host, file);
    if (head === null) continue;
    // `#!/PATH/python3`, or where that would be too long: `#!/bin/sh` and `'''exec' "/PATH/python3"`.
    const [, direct, quoted, word] =
      /^#!\s*(\S*python[\d.]*)\s*$|^'''exec' (?:"([^"]+)"|(\S+))/m.exec(head) ?? [];
    const python = direct ?? quoted ?? word;
    if (python !== undefined) return python;
    // A shell script that starts the program of a virtual environment.
    const [, inner] = /exec\s+"?([^\s"]+\/bin\/)hermes"?\s/.exec(head) ?? [];
    if (inner !== undefined) return `${inner}python`;
    const beside = join(dirname(file), "python");
    return (await headOf(host, beside)) === null ? null : beside;
  }
  return null;
}

async function headOf(host: BridgeHost, file: string): Promise<string | null> {
  const { signal } = new AbortController();
  try {
    for await (const chunk of host.files.read(file, { signal })) {
      return Buffer.from(chunk).toString("latin1", 0, 2048);
    }
    return "";
  } catch {
    return null;
  }
}
