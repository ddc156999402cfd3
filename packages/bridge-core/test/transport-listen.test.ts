import { once } from "node:events";
import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { Peer, type PeerHandlers } from "../src/rpc/peer.ts";
import { connectWebSocket } from "../src/transport/connect.ts";
import {
  type ListenAddress,
  type ListenOptions,
  listenWebSocket,
  type WebSocketListener,
} from "../src/transport/listen.ts";

const token = "correct horse battery staple";
const loopback: ListenAddress = { host: "127.0.0.1", port: 0 };
const open: AsyncDisposable[] = [];

afterEach(async () => {
  for (const resource of open.splice(0)) await resource[Symbol.asyncDispose]();
});

/** An echo server that counts what it cannot read. */
async function serve(
  options: Partial<ListenOptions> = {},
  handlers: PeerHandlers = { onRequest: (_method, params) => params },
): Promise<WebSocketListener & { readonly peers: Peer[] }> {
  const peers: Peer[] = [];
  const listener = await listenWebSocket({
    address: loopback,
    token,
    onConnection: (transport) => void peers.push(new Peer(transport, handlers)),
    ...options,
  });
  open.push(listener);
  return { ...listener, peers };
}

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), "fairlead-"));
  open.push({ [Symbol.asyncDispose]: () => rm(made, { recursive: true }) });
  return made;
}

function http(listener: WebSocketListener, file: string): Promise<Response> {
  return fetch(`http://${listener.address}${file}`);
}

test("a client with the token is served, at the path and with the headers it sent", async () => {
  const requests: unknown[] = [];
  const listener = await serve({
    onConnection(transport, { path: where, headers }) {
      requests.push([where, headers["x-client"]]);
      void new Peer(transport, { onRequest: (_method, params) => params });
    },
  });
  const client = new Peer(
    await connectWebSocket(`${listener.url}/agents/demo?x=1`, {
      token,
      headers: { "x-client": "me" },
    }),
  );
  expect(await client.request("echo", { a: "ü" })).toEqual({ a: "ü" });
  expect(requests).toEqual([["/agents/demo", "me"]]);
});

test("without the right token it is 401, with an Origin 403, at a refused path 404", async () => {
  const listener = await serve({
    refusePath: (where) => (where === "/" ? null : `no agent at ${where}`),
  });
  await expect(connectWebSocket(listener.url)).rejects.toThrow(
    "401 missing websocket bearer token",
  );
  for (const wrong of ["x", `${token}x`, token.slice(1)]) {
    await expect(connectWebSocket(listener.url, { token: wrong })).rejects.toThrow(
      "401 invalid websocket bearer token",
    );
  }
  await expect(
    connectWebSocket(listener.url, { token, headers: { origin: "https://evil.example" } }),
  ).rejects.toThrow("403 connections from web pages are refused");
  await expect(connectWebSocket(`${listener.url}/agents/x`, { token })).rejects.toThrow(
    "404 no agent at /agents/x",
  );
  expect(listener.peers).toEqual([]);
});

test("health is told without a token; other requests are told to upgrade", async () => {
  const listener = await serve();
  expect((await http(listener, "/healthz")).status).toBe(200);
  expect((await http(listener, "/readyz")).status).toBe(200);
  expect((await http(listener, "/")).status).toBe(426);
});

test("a frame over the limit closes its own connection only, with 1009 and the reason", async () => {
  const listener = await serve({ maxFrameBytes: 1000 });
  const [big, small] = await Promise.all(
    [0, 1].map(async () => new Peer(await connectWebSocket(listener.url, { token }))),
  );
  const pending = expect(big?.request("echo", "x".repeat(1000))).rejects.toThrow("1009");
  const reason = { code: 1009, reason: "a frame is larger than the limit of 1000 bytes" };
  expect(await big?.closed).toEqual(reason);
  await pending;
  expect(await small?.request("echo", "x".repeat(900))).toBe("x".repeat(900));
  expect(listener.peers.filter((peer) => peer.signal.aborted)).toHaveLength(1);
});

test("a binary frame is counted and reported, and the connection lives", async () => {
  const reasons: string[] = [];
  const listener = await serve(
    {},
    {
      onRequest: (_method, params) => params,
      onUnparsable: (reason) => void reasons.push(reason),
    },
  );
  const socket = new WebSocket(listener.url, { headers: { authorization: `Bearer ${token}` } });
  await once(socket, "open");
  socket.send(Buffer.from('{"id":1,"method":"echo"}'));
  socket.send('{"id":2,"method":"echo","params":{}}');
  const [data]: unknown[] = await once(socket, "message");
  expect(String(data)).toBe('{"id":2,"result":{}}');
  expect(reasons).toEqual(["binary frames are not supported: send JSON as text"]);
  expect(listener.peers[0]?.unparsableCount).toBe(1);
  socket.terminate();
});

test("a connection without a first frame is closed with 1008", async () => {
  const listener = await serve({ firstFrameTimeoutMs: 30 });
  const silent = new Peer(await connectWebSocket(listener.url, { token }));
  expect(await silent.closed).toEqual({ code: 1008, reason: "no frame came within 30 ms" });
});

test("one connection too many is refused until another closes", async () => {
  const listener = await serve({ maxConnections: 1 });
  const only = new Peer(await connectWebSocket(listener.url, { token }));
  await expect(connectWebSocket(listener.url, { token })).rejects.toThrow(
    "503 this server takes 1 connections at most",
  );
  only.close();
  await listener.peers[0]?.closed;
  const next = new Peer(await connectWebSocket(listener.url, { token }));
  expect(await next.request("echo", 1)).toBe(1);
});

test("dispose closes the connections, and the port is free again", async () => {
  const listener = await serve();
  const client = new Peer(await connectWebSocket(listener.url, { token }));
  await client.request("echo", {});
  await listener[Symbol.asyncDispose]();
  expect(await client.closed).toEqual({ code: 1001, reason: "the server is shutting down" });
  await expect(connectWebSocket(listener.url, { token })).rejects.toThrow("ECONNREFUSED");
});

test("a port in use and a foreign host are refused with what to do", async () => {
  const listener = await serve();
  const port = Number(new URL(listener.url).port);
  await expect(serve({ address: { host: "127.0.0.1", port } })).rejects.toThrow(
    `port ${port} on 127.0.0.1 is in use: stop the program that has it, or choose another port`,
  );
  await expect(serve({ address: { host: "0.0.0.0", port: 0 } })).rejects.toThrow(
    "0.0.0.0 can be reached from other machines, which needs TLS",
  );
});

test("a unix socket is the user's alone and is removed at dispose", async () => {
  const file = path.join(await folder(), "new", "demo.sock");
  const listener = await serve({ address: { path: file }, token: null });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(listener.url).toBe(`unix://${file}`);
  const client = new Peer(await connectWebSocket(listener.url));
  expect(await client.request("echo", [1])).toEqual([1]);
  await listener[Symbol.asyncDispose]();
  await expect(stat(file)).rejects.toThrow("ENOENT");
});

test("a live unix socket is respected, a dead server's is replaced", async () => {
  const file = path.join(await folder(), "demo.sock");
  const live = await serve({ address: { path: file }, token: null });
  await expect(serve({ address: { path: file }, token: null })).rejects.toThrow(
    `another server listens at ${file}`,
  );
  await live[Symbol.asyncDispose]();

  const script = `require("node:net").createServer().listen(process.argv[1], () => console.log(1))`;
  const dead = spawn(process.execPath, ["-e", script, file]);
  await once(dead.stdout, "data");
  dead.kill("SIGKILL");
  await once(dead, "exit");
  expect((await stat(file)).isSocket()).toBe(true);
  const next = await serve({ address: { path: file }, token: null });
  const client = new Peer(await connectWebSocket(next.url));
  expect(await client.request("echo", 1)).toBe(1);
});

test("a unix socket is refused where others could reach it or something else is", async () => {
  const shared = await folder();
  const file = path.join(shared, "demo.sock");
  await writeFile(file, "");
  await expect(serve({ address: { path: file }, token: null })).rejects.toThrow("not a socket");
  await chmod(shared, 0o755);
  await expect(serve({ address: { path: file }, token: null })).rejects.toThrow(
    `is open to others (mode 755): run \`chmod 700 ${shared}\``,
  );
  await expect(serve({ address: { path: `/${"x".repeat(120)}` }, token: null })).rejects.toThrow(
    "longer than 103 bytes",
  );
});

test("frames sent before the transport is started, and many in one go, arrive in order", async () => {
  const listener = await serve({
    onConnection(transport) {
      transport.send("first");
      for (let i = 0; i < 20_000; i += 1) transport.send(`${i}`);
      transport.close(1000, "all sent");
    },
  });
  const transport = await connectWebSocket(listener.url, { token });
  const frames: string[] = [];
  const reason = await new Promise((onClose) => {
    transport.start({ onFrame: (text) => void frames.push(text), onClose });
  });
  expect(reason).toEqual({ code: 1000, reason: "all sent" });
  expect(frames).toEqual(["first", ...Array.from({ length: 20_000 }, (_, i) => `${i}`)]);
});

test.each(["http://127.0.0.1:1", "unix://relative", "unix:///with:colon"])(
  "%s is refused as an address",
  async (url) => {
    await expect(connectWebSocket(url)).rejects.toThrow(/is not an address|must not contain/);
  },
);
