import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, request as httpRequest } from "node:http";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { connect as connectTls } from "node:tls";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { Peer } from "../src/rpc/peer.ts";
import { type Connected, connectSession, connectWebSocket } from "../src/transport/connect.ts";
import type { Admission } from "../src/transport/listener.ts";
import {
  type WebSocketHostListener,
  webSocketListener,
  type WebSocketListenerOptions,
} from "../src/transport/websocket-listener.ts";
import { Desk, token } from "./support/listener-desk.ts";
import { encryptedKey, one, two } from "./support/tls-pairs.ts";

const open: AsyncDisposable[] = [];

afterEach(async () => {
  for (const resource of open.splice(0).toReversed()) await resource[Symbol.asyncDispose]();
});

function own<T extends AsyncDisposable>(resource: T): T {
  open.push(resource);
  return resource;
}

async function listen(
  options: Partial<WebSocketListenerOptions> = {},
  desk = new Desk(),
): Promise<{ readonly listener: WebSocketHostListener; readonly desk: Desk }> {
  const address = { host: "127.0.0.1", port: 0, tls: null };
  return { listener: own(await webSocketListener(desk, { ...address, ...options })), desk };
}

async function folder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), "fairlead-"));
  open.push({ [Symbol.asyncDispose]: () => rm(made, { recursive: true }) });
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(made, name), text, { mode: 0o600 });
  }
  return made;
}

async function hello(url: string, options = {}): Promise<unknown> {
  const peer = new Peer(await connectWebSocket(url, { token, ...options }));
  const answer = await peer.request("who", {});
  peer.close();
  return answer;
}

test("/ is all agents, /agents/NAME one, and the host learns who asks", async () => {
  const { listener, desk } = await listen();
  expect(await hello(listener.url, { headers: { "user-agent": "phone/1" } })).toBe("all");
  expect(await hello(`${listener.url}/agents/claude.work`)).toBe("claude.work");
  expect(desk.claims[0]).toEqual({
    token,
    key: null,
    label: "phone/1",
    origin: "websocket 127.0.0.1",
  });
  await expect(hello(`${listener.url}/agents/ghost`)).rejects.toThrow(
    "404 there is no agent ghost",
  );
  await expect(hello(`${listener.url}/nowhere`)).rejects.toThrow("404 nothing is at /nowhere");
});

test("session name and cursor go to the endpoint, and the header tells what became of them", async () => {
  const { listener, desk } = await listen();
  const session = { device: "phone app", cursor: 12 };
  const connected: Connected = await connectSession(listener.url, { token, session });
  expect(connected.session).toEqual({ attached: "resumed", seq: 12, floor: 1 });
  expect(desk.wanted).toEqual([{ endpoint: null, session: { name: "phone app", cursor: 12 } }]);
  await expect(hello(`${listener.url}/?device=x&cursor=soon`)).rejects.toThrow(
    "400 `cursor` must be the last `_alleycat_seq` the client has seen",
  );
  expect(await hello(listener.url)).toBe("all");
  expect(desk.wanted.at(-1)).toEqual({ endpoint: null, session: null });
});

test("a token in the URL counts for nothing, and a web page is refused before it is asked", async () => {
  const { listener, desk } = await listen();
  await expect(connectWebSocket(`${listener.url}/?token=${token}`)).rejects.toThrow(
    "401 missing websocket bearer token",
  );
  await expect(
    hello(listener.url, { headers: { origin: "https://evil.example" } }),
  ).rejects.toThrow("403 connections from web pages are refused");
  expect(desk.claims).toEqual([]);
});

test("after too many wrong tokens an address is not heard for a minute, right token or not", async () => {
  let nowMs = 0;
  const { listener, desk } = await listen({ maxFailures: 3, now: () => nowMs });
  const wrong = { token: "wrong" };
  for (let left = 3; left > 0; left -= 1) {
    await expect(hello(listener.url, wrong)).rejects.toThrow("401 this token is unknown");
  }
  await expect(hello(listener.url)).rejects.toThrow("429 too many failed attempts");
  expect(desk.claims).toHaveLength(3);
  nowMs = 60_000;
  expect(await hello(listener.url)).toBe("all");
});

test("a connection waits for its admission, takes a place meanwhile, and not for ever", async () => {
  const desk = new Desk();
  const { listener } = await listen({ maxConnections: 1 }, desk);
  let say = (_admission: Admission): void => {};
  const asked = new Promise<void>((resolve) => {
    desk.decide = () => {
      resolve();
      return new Promise((yes) => (say = yes));
    };
  });
  const waiting = hello(listener.url);
  await asked;
  await expect(hello(listener.url)).rejects.toThrow("503 this server takes 1 connections");
  say({ client: desk.client });
  expect(await waiting).toBe("all");
  const hurried = await listen({ admissionTimeoutMs: 20 }, desk);
  desk.decide = (signal) =>
    new Promise((resolve) => {
      signal.addEventListener("abort", () => resolve({ refusal: "nobody said yes" }));
    });
  await expect(hello(hurried.listener.url)).rejects.toThrow("401 nobody said yes");
});

test("a listener that closes ends what waits to be admitted", async () => {
  const desk = new Desk();
  const { listener } = await listen({}, desk);
  const reasons: unknown[] = [];
  const asked = new Promise<void>((resolve) => {
    desk.decide = async (signal) => {
      resolve();
      await once(signal, "abort");
      reasons.push(signal.reason instanceof Error && signal.reason.message);
      return { refusal: "late" };
    };
  });
  const waiting = expect(hello(listener.url)).rejects.toThrow(/socket hang up|ECONNRESET/);
  await asked;
  await listener[Symbol.asyncDispose]();
  await waiting;
  expect(reasons).toEqual(["the client is gone"]);
});

test("a revoked device's connections are closed with 4003, and it cannot come back", async () => {
  const { listener, desk } = await listen();
  const peer = new Peer(await connectWebSocket(listener.url, { token }));
  await peer.request("who", {});
  desk.device.abort();
  expect(await peer.closed).toEqual({
    code: 4003,
    reason: "this device was revoked or may do other things now: connect again to see",
  });
  await expect(hello(listener.url)).rejects.toThrow("401 this device was revoked");
});

test("plain requests go to the handler; web pages, long bodies and failures do not get far", async () => {
  const bodies: string[] = [];
  const { listener } = await listen({
    maxFailures: 2,
    async requestHandler({ method, path: where, body, query, remoteAddress }) {
      if (where === "/broken") throw new Error("secret");
      if (where !== "/pair") return null;
      bodies.push(`${method} ${body} ${query.get("a")} ${remoteAddress}`);
      const status = body === "good" ? 200 : 401;
      return { status, headers: { "content-type": "application/json" }, body: "{}" };
    },
  });
  const base = listener.url.replace("ws:", "http:");
  const post = (body: string, headers = {}): Promise<Response> =>
    fetch(`${base}/pair?a=1`, { method: "POST", body, headers });
  const good = await post("good");
  expect([good.status, good.headers.get("content-type"), await good.text()]).toEqual([
    200,
    "application/json",
    "{}",
  ]);
  expect(bodies).toEqual(["POST good 1 127.0.0.1"]);
  expect((await post("good", { origin: "https://evil.example" })).status).toBe(403);
  expect((await post("x".repeat(64 * 1024 + 1))).status).toBe(413);
  expect((await post("bad")).status).toBe(401);
  expect((await post("bad")).status).toBe(401);
  expect((await post("good")).status).toBe(429);
  expect((await fetch(`${base}/healthz`)).status).toBe(200);
  const broken = await fetch(`${base}/broken`);
  expect([broken.status, await broken.text()]).toEqual([
    500,
    "this failed on the host: its log says why",
  ]);
  expect((await fetch(base)).status).toBe(426);
});

/** As a browser asks that was told that a name leads here: the port is right, the name is not. */
function rebound(url: string, headers: Readonly<Record<string, string>>, method = "GET") {
  return new Promise<number>((resolve, reject) => {
    const { port } = new URL(url);
    httpRequest({ host: "127.0.0.1", port, path: "/pair", method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("error", reject)
      .end();
  });
}

test("a page whose name was made to lead here reads nothing on loopback, whatever it sends", async () => {
  const asked: string[] = [];
  const { listener } = await listen({
    async requestHandler({ headers }) {
      asked.push(headers.host ?? "");
      return { status: 200, body: "" };
    },
  });
  for (const host of [
    "evil.example",
    "evil.example:80",
    "127.0.0.1.evil.example",
    "[2001:db8::1]",
  ]) {
    expect(await rebound(listener.url, { host })).toBe(403);
    expect(await rebound(listener.url, { host }, "POST")).toBe(403);
  }
  expect(asked).toEqual([]);
  for (const host of ["localhost:1", "127.0.0.1", "[::1]:9"]) {
    expect(await rebound(listener.url, { host })).toBe(200);
  }
});

test("wrong tokens are counted for requests that only read, too; health needs none", async () => {
  const { listener } = await listen({
    maxFailures: 2,
    requestHandler: async ({ headers }) =>
      headers.authorization === undefined ? null : { status: 401, body: "" },
  });
  const base = listener.url.replace("ws:", "http:");
  const guess = async (): Promise<number> =>
    (await fetch(`${base}/metrics`, { headers: { authorization: "Bearer guess" } })).status;
  expect([await guess(), await guess(), await guess()]).toEqual([401, 401, 429]);
  expect((await fetch(`${base}/healthz`)).status).toBe(200);
});

test("what is no WebSocket handshake is refused before anything is opened for it", async () => {
  const { listener, desk } = await listen();
  const { hostname, port } = new URL(listener.url);
  const headers = { connection: "upgrade", upgrade: "h2c", authorization: `Bearer ${token}` };
  const request = httpRequest({ hostname, port, headers });
  request.end();
  const status = await new Promise((resolve) => {
    request.on("response", (response) => {
      response.resume();
      resolve(response.statusCode);
    });
  });
  expect(status).toBe(400);
  expect(desk.wanted).toEqual([]);
});

test("other machines are let in over TLS alone, and a new certificate needs no restart", async () => {
  await expect(listen({ host: "0.0.0.0" })).rejects.toThrow(
    "0.0.0.0 can be reached from other machines, which needs TLS",
  );
  const made = await folder({ "cert.pem": one.cert, "key.pem": one.key });
  const tls = { certFile: path.join(made, "cert.pem"), keyFile: path.join(made, "key.pem") };
  const { listener } = await listen({ host: "0.0.0.0", tls });
  const port = Number(new URL(listener.url).port);
  expect(listener.url).toBe(`wss://0.0.0.0:${port}`);
  expect(listener.addresses).toEqual([listener.url]);
  const subject = async (): Promise<string> => {
    const socket = connectTls({ host: "127.0.0.1", port, rejectUnauthorized: false });
    await once(socket, "secureConnect");
    const { CN } = socket.getPeerCertificate().subject;
    socket.destroy();
    return String(CN);
  };
  const authorization = `Bearer ${token}`;
  const url = `wss://localhost:${port}/agents/pi`;
  const socket = new WebSocket(url, { ca: one.cert, headers: { authorization } });
  await once(socket, "open");
  socket.send('{"id":1,"method":"who"}');
  const [answer] = await once(socket, "message");
  expect(String(answer)).toBe('{"id":1,"result":"pi"}');
  expect(await subject()).toBe("fairlead test one");

  await writeFile(tls.certFile, two.cert);
  await expect(listener.reload()).rejects.toThrow(
    `the private key ${tls.keyFile} is not that of the certificate ${tls.certFile}`,
  );
  expect(await subject()).toBe("fairlead test one");
  await writeFile(tls.keyFile, two.key);
  await listener.reload();
  expect(await subject()).toBe("fairlead test two");
  expect(socket.readyState).toBe(WebSocket.OPEN);
  socket.terminate();
});

test("a certificate or key that is no good is named, with what to do", async () => {
  const files = { good: one.cert, key: one.key, text: "hello", encrypted: encryptedKey };
  const made = await folder(files);
  const at = (name: string): string => path.join(made, name);
  const attempt = (cert: string, key: string): Promise<unknown> =>
    listen({ tls: { certFile: at(cert), keyFile: at(key) } });
  await expect(attempt("absent", "key")).rejects.toThrow(
    `the certificate ${at("absent")} cannot be read (ENOENT)`,
  );
  await expect(attempt("text", "key")).rejects.toThrow(
    `${at("text")} is not a certificate in PEM form`,
  );
  await expect(attempt("good", "text")).rejects.toThrow(
    `${at("text")} is not a private key in PEM form`,
  );
  await expect(attempt("good", "encrypted")).rejects.toThrow(
    `the private key ${at("encrypted")} has a passphrase: remove it with \`openssl pkey`,
  );
  await chmod(at("key"), 0o644);
  await expect(attempt("good", "key")).rejects.toThrow(`run \`chmod 600 ${at("key")}\``);
});

test("a foreign address and a taken port are told with what to do", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const info = taken.address();
  const port = typeof info === "object" && info !== null ? info.port : 0;
  await expect(listen({ port })).rejects.toThrow(`port ${port} on 127.0.0.1 is in use`);
  taken.close();
  const made = await folder({ cert: one.cert, key: one.key });
  const tls = { certFile: path.join(made, "cert"), keyFile: path.join(made, "key") };
  await expect(listen({ host: "192.0.2.1", tls })).rejects.toThrow(
    "192.0.2.1 is no address of this machine",
  );
});

test("a refused client that keeps its half open is cut off, and holds up no shutdown", async () => {
  const { listener } = await listen();
  const { hostname, port } = new URL(listener.url);
  const socket = connectTcp({ host: hostname, port: Number(port), allowHalfOpen: true });
  const head = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
  socket.write(`${head}Sec-WebSocket-Version: 13\r\n\r\n`);
  const [answer] = await once(socket, "data");
  expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
  await listener[Symbol.asyncDispose]();
  socket.destroy();
});
