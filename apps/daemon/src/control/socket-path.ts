import { connect } from "node:net";
import { lstat, unlink } from "node:fs/promises";
import type { Paths } from "../config/paths.ts";
import { isErrno } from "../config/private-files.ts";

/** Address of the control socket of a daemon with these places. */
export function controlSocket(paths: Pick<Paths, "socket">): string {
  return paths.socket("control");
}

/** True for a named pipe of Windows, which is no file: it has no folder and leaves nothing behind. */
export function isPipe(path: string): boolean {
  return path.startsWith("\\\\.\\pipe\\");
}

/** True when somebody listens there. Never rejects. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("connect", () => settle(true));
    // A listener whose queue is full exists all the same.
    socket.once("error", (error) => settle(isErrno(error, "EAGAIN")));
  });
}

/**
 * Removes a socket that a killed process left behind. Only for who holds the daemon's lock: between
 * two who both did this, the later would take the place of the earlier. Rejects when the path is no
 * socket: that is somebody's file.
 */
export async function removeStaleSocket(path: string): Promise<void> {
  try {
    if (!(await lstat(path)).isSocket()) {
      throw new Error(`${path} is in the way of a socket: move it elsewhere`);
    }
    await unlink(path);
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}
