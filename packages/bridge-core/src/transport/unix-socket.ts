import { lstat, mkdir, stat, unlink } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import process from "node:process";

/**
 * Room for a path in the address of a unix socket, on the strictest system (macOS), without the
 * final NUL.
 */
const maxPathBytes = 103;

/**
 * Makes the way free for a unix socket at `file`: the folder exists and belongs to this user alone,
 * and a socket left behind by a dead server is removed. Rejects with what to do when the folder is
 * open to others, the path is too long, or something else is there.
 */
export async function prepareSocketPath(file: string): Promise<void> {
  if (Buffer.byteLength(file) > maxPathBytes) {
    throw new Error(
      `the socket path ${file} is longer than ${maxPathBytes} bytes: choose a shorter one`,
    );
  }
  const folder = path.dirname(path.resolve(file));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = await stat(folder);
  const user = process.getuid?.() ?? uid;
  if (uid !== user) {
    throw new Error(
      `the folder ${folder} of the socket belongs to user ${uid}, not to you (${user})`,
    );
  }
  if ((mode & 0o077) !== 0) {
    const found = (mode & 0o777).toString(8);
    throw new Error(
      `the folder ${folder} of the socket is open to others (mode ${found}): run \`chmod 700 ${folder}\` or choose another`,
    );
  }
  await removeStale(file);
}

async function removeStale(file: string): Promise<void> {
  const found = await lstat(file).catch(() => null);
  if (found === null) return;
  if (!found.isSocket()) {
    throw new Error(`${file} exists and is not a socket: move it away or choose another path`);
  }
  if (await isAlive(file)) {
    throw new Error(`another server listens at ${file}: stop it or choose another path`);
  }
  await unlink(file);
}

function isAlive(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(file);
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
