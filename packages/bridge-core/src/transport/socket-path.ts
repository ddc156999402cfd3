import { createHash } from "node:crypto";
import path from "node:path";

/** What {@link localSocketPath} goes by. */
export interface LocalSocket {
  /** As `process.platform` names it. */
  readonly platform: string;
  /** Private folder of the daemon's sockets. Absolute. */
  readonly folder: string;
  /** `claude` or `fairlead`. */
  readonly name: string;
}

const pipePrefix = String.raw`\\.\pipe\ `.trim();

/**
 * Where a local socket lies: a file `NAME.sock` in the folder; on Windows, which has no such files, a
 * named pipe whose name tells folders apart.
 */
export function localSocketPath({ platform, folder, name }: LocalSocket): string {
  if (platform !== "win32") return path.posix.join(folder, `${name}.sock`);
  const scope = createHash("sha256").update(folder.toLowerCase()).digest("hex").slice(0, 16);
  return `${pipePrefix}fairlead-${scope}-${name}`;
}

/** Whether a path is that of a Windows named pipe, which is no file. */
export function isPipePath(file: string): boolean {
  return file.startsWith(pipePrefix);
}
