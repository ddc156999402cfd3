import { once } from "node:events";
import { chmod } from "node:fs/promises";
import type { Server } from "node:net";
import { isPipePath } from "./socket-path.ts";
import { prepareSocketPath } from "./unix-socket.ts";

/** Where to listen: a port (0 = a free one), or the path of a unix socket or Windows pipe. */
export type ListenAddress =
  | { readonly host: string; readonly port: number }
  | { readonly path: string };

/** Starts to listen; resolves with `HOST:PORT` or the path. Rejects, saying what to do. */
export async function bind(server: Server, address: ListenAddress): Promise<string> {
  if ("path" in address) return bindPath(server, address.path);
  const { host, port } = address;
  server.listen({ host, port });
  try {
    await once(server, "listening");
  } catch (error) {
    throw new Error(bindProblem(error, host, port), { cause: error });
  }
  const info = server.address();
  const actual = typeof info === "object" && info !== null ? info.port : port;
  return `${host.includes(":") ? `[${host}]` : host}:${actual}`;
}

async function bindPath(server: Server, file: string): Promise<string> {
  const isPipe = isPipePath(file);
  if (!isPipe) await prepareSocketPath(file);
  server.listen(file);
  await once(server, "listening");
  // No window for others: the folder is this user's alone.
  if (!isPipe) await chmod(file, 0o600);
  return file;
}

/** Whether only this machine can reach a host name or address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

function bindProblem(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  switch (code) {
    case "EADDRINUSE":
      return `port ${port} on ${host} is in use: stop the program that has it, or choose another port (0 picks a free one)`;
    case "EACCES":
      return `this user may not listen on port ${port}: choose one above 1023`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `${host} is no address of this machine: choose 127.0.0.1, or one that \`hostname -I\` prints`;
    default:
      return `cannot listen on ${host}, port ${port}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
