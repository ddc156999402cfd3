import { once } from "node:events";
import { unlink } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { json } from "node:stream/consumers";
import { z } from "zod";
import { isErrno } from "./private-files.ts";

/** The program that uses a data folder now. */
export interface Occupant {
  readonly pid: number;
  /** Unix socket of each agent it serves, by the agent's name. */
  readonly sockets: Readonly<Record<string, string>>;
}

const schema = z.object({ pid: z.number(), sockets: z.record(z.string(), z.string()) });

/**
 * Takes a data folder for this process, until the result is disposed or the process ends in any
 * way: whoever connects to the socket is told who has it. Returns null when another process has it.
 */
export async function occupy(path: string, occupant: Occupant): Promise<AsyncDisposable | null> {
  if ((await occupantOf(path)) !== null) return null;
  // Left behind by a process that was killed: nobody listened a moment ago.
  await unlink(path).catch((error: unknown) => {
    if (!isErrno(error, "ENOENT")) throw error;
  });
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.end(JSON.stringify(occupant));
  });
  try {
    server.listen(path);
    await once(server, "listening");
  } catch (error) {
    if (isErrno(error, "EADDRINUSE")) return null;
    throw error;
  }
  return {
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}

/** Who uses a data folder now; null = nobody. */
export async function occupantOf(path: string): Promise<Occupant | null> {
  const socket = connect(path);
  try {
    return schema.parse(await json(socket));
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}
