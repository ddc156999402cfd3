import { createHash } from "node:crypto";
import { homedir, tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";

/** Room for the path of a unix socket on the strictest system, with the longest name used here. */
const maxFolderBytes = 103 - "/daemon.sock".length - 8;

/** Where a daemon keeps things. All paths absolute. */
export interface Places {
  /** Threads, token, log. */
  readonly data: string;
  /** One unix socket per agent, and that of the daemon itself. */
  readonly sockets: string;
}

/**
 * The places of a data folder: `given`, else `FAIRLEAD_HOME`, else the user's data folder. Sockets
 * lie in it unless its path is too long for the system's socket addresses; then in the temporary
 * folder, under a name that follows from it.
 */
export function placesOf(given: string | undefined): Places {
  const { FAIRLEAD_HOME, XDG_DATA_HOME } = process.env;
  const base = XDG_DATA_HOME || join(homedir(), ".local", "share");
  const data = resolve(given ?? (FAIRLEAD_HOME || join(base, "fairlead")));
  const beside = join(data, "run");
  if (Buffer.byteLength(beside) <= maxFolderBytes) return { data, sockets: beside };
  const name = createHash("sha256").update(data).digest("hex").slice(0, 12);
  return { data, sockets: join(tmpdir(), `fairlead-${userInfo().uid}-${name}`) };
}
