import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "@fairlead/bridge-core/session";

type Log = (level: "debug" | "warn", message: string, data?: unknown) => void;

/**
 * Reads a small file of the daemon's own with `read`, which answers null for what it does not know.
 * A file that cannot be used is set aside as `.corrupt` and named in the log; a missing one is null.
 */
export function readOwnFile<T>(
  file: string,
  read: (json: unknown) => T | null,
  log: Log,
): T | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (!isMissing) log("warn", `${file} cannot be read: ${messageOf(error)}`);
    return null;
  }
  let problem = "it is not what this version of Fairlead writes";
  try {
    const value = read(JSON.parse(text));
    if (value !== null) return value;
  } catch (error) {
    problem = messageOf(error);
  }
  log("warn", `${file} cannot be used and is set aside as ${file}.corrupt: ${problem}`);
  try {
    renameSync(file, `${file}.corrupt`);
  } catch {
    // It is replaced by the next write.
  }
  return null;
}

/** Replaces a file whole, readable by its owner only. A failure is logged: the daemon goes on. */
export function writeOwnFile(file: string, value: unknown, log: Log): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, `${JSON.stringify(value)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch (error) {
    log("warn", `${file} cannot be written: ${messageOf(error)}`);
  }
}
