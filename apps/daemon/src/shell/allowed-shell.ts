import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { basename } from "node:path";
import type { Environment } from "@fairlead/bridge-core";
import { RpcError } from "@fairlead/bridge-core/peer";

/** The user's own shell: a path, or a name on the `PATH` of the environment. */
export function ownShell(environment: Environment, bin: string | null): string {
  if (bin !== null) return bin;
  if (environment["SHELL"] !== undefined && environment["SHELL"] !== "")
    return environment["SHELL"];
  if (process.platform === "win32") return environment["ComSpec"] ?? "cmd.exe";
  try {
    return userInfo().shell ?? "/bin/sh";
  } catch {
    // A user without an entry in the system's list of users.
    return "/bin/sh";
  }
}

/**
 * The shell of a terminal: the user's own, or the one the client asks for by name or path, if the
 * system knows it as a shell. Rejects with a sentence for any other program.
 */
export async function allowedShell(
  wanted: string | null,
  environment: Environment,
  bin: string | null,
): Promise<string> {
  const own = ownShell(environment, bin);
  if (wanted === null) return own;
  const allowed = [own, ...(await systemShells())];
  const found = allowed.find((shell) => shell === wanted || basename(shell) === wanted);
  if (found !== undefined) return found;
  const names = [...new Set(allowed)].join(", ");
  throw RpcError.invalidParams(
    `shell: ${JSON.stringify(wanted)} is no shell of this machine: leave it out, or use one of ${names}`,
  );
}

/** What the administrator allows as login shells. Empty where there is no such list. */
async function systemShells(): Promise<readonly string[]> {
  try {
    const lines = (await readFile("/etc/shells", "utf8")).split("\n").map((line) => line.trim());
    return lines.filter((line) => line.startsWith("/"));
  } catch {
    return [];
  }
}
