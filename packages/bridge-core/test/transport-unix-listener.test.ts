import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { Peer } from "../src/rpc/peer.ts";
import { connectSession, connectWebSocket } from "../src/transport/connect.ts";
import { localSocketPath } from "../src/transport/socket-path.ts";
import { unixListener } from "../src/transport/unix-listener.ts";
import { Desk } from "./support/listener-desk.ts";

async function folder(): Promise<AsyncDisposable & { readonly path: string }> {
  const made = await mkdtemp(path.join(tmpdir(), "fairlead-"));
  return { path: made, [Symbol.asyncDispose]: () => rm(made, { recursive: true }) };
}

test("a unix socket is the operator's: no token, its own endpoint, or the agent in the path", async () => {
  const desk = new Desk();
  await using made = await folder();
  const file = path.join(made.path, "sockets", "claude.sock");
  await using listener = await unixListener({
    path: file,
    endpoint: "claude",
    operator: async () => desk.client,
    log() {},
  });
  expect(listener.addresses).toEqual([`unix://${file}`]);
  const [url = ""] = listener.addresses;
  const peer = new Peer(await connectWebSocket(url));
  expect(await peer.request("who", {})).toBe("claude");
  peer.close();
  const connected = await connectSession(url, { session: { device: "me", cursor: null } });
  connected.transport.close();
  expect(desk.wanted.at(-1)).toEqual({
    endpoint: "claude",
    session: { name: "me", cursor: null },
  });
  const socket = new WebSocket(`ws+unix://${file}:/agents/pi`);
  await once(socket, "open");
  expect(desk.wanted.at(-1)).toEqual({ endpoint: "pi", session: null });
  socket.terminate();
});

test("local sockets are files, and on Windows pipes whose names tell folders apart", () => {
  expect(localSocketPath({ platform: "linux", folder: "/run/me/fairlead", name: "pi" })).toBe(
    "/run/me/fairlead/pi.sock",
  );
  const pipe = (folderOf: string): string =>
    localSocketPath({ platform: "win32", folder: folderOf, name: "pi" });
  const mine = pipe(String.raw`C:\Users\Me\fairlead`);
  expect(mine).toMatch(/^\\\\\.\\pipe\\fairlead-[0-9a-f]{16}-pi$/);
  expect(pipe(String.raw`c:\users\me\fairlead`)).toBe(mine);
  expect(pipe(String.raw`C:\Users\You\fairlead`)).not.toBe(mine);
});

test("a pipe path is an address of its own, here the name of a file in the working folder", async () => {
  await using made = await folder();
  const before = process.cwd();
  process.chdir(made.path);
  try {
    const pipe = localSocketPath({ platform: "win32", folder: made.path, name: "pi" });
    await using listener = await unixListener({
      path: pipe,
      endpoint: "pi",
      operator: async () => new Desk().client,
      log() {},
    });
    expect(listener.addresses).toEqual([`unix://${pipe}`]);
    const peer = new Peer(await connectWebSocket(`unix://${pipe}`));
    expect(await peer.request("who", {})).toBe("pi");
    peer.close();
  } finally {
    process.chdir(before);
  }
});
