import { X509Certificate, randomBytes } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, type Server, createServer } from "node:http";
import { createServer as createTlsServer, request as tlsRequest } from "node:https";
import { expect, onTestFinished, test } from "vitest";
import type { Authority } from "../../src/devices/authority.ts";
import { pairWith } from "../../src/devices/pair-client.ts";
import { certificateOf, commitmentOf, pairingCode } from "../../src/devices/pairing-code.ts";
import type { PendingDevice } from "../../src/devices/pending-devices.ts";
import { principalIn, refusalIn, testAuthority, yes } from "./authority-fixture.ts";
import { selfSigned } from "./self-signed.ts";

const nobody = new AbortController().signal;
const source = { origin: "websocket 192.0.2.1:5000", certificate: null };

async function textOf(stream: IncomingMessage): Promise<string> {
  const parts: string[] = [];
  for await (const part of stream) parts.push(String(part));
  return parts.join("");
}

/** Port of a server that is gone after the test. */
async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** As a listener serves `POST /pair`. */
async function served(authority: Authority, tls?: ReturnType<typeof selfSigned>): Promise<string> {
  const certificate =
    tls === undefined ? null : certificateOf(new X509Certificate(tls.cert).fingerprint256);
  const handler = (
    request: IncomingMessage,
    response: import("node:http").ServerResponse,
  ): void => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const from = { origin: `websocket 127.0.0.1:${request.socket.remotePort}`, certificate };
    void textOf(request)
      .then((text) => authority.pairRequest(JSON.parse(text), from, gone.signal))
      .then(({ status, body }) => response.writeHead(status).end(JSON.stringify(body)));
  };
  const server = tls === undefined ? createServer(handler) : createTlsServer(tls, handler);
  return `${tls === undefined ? "ws" : "wss"}://127.0.0.1:${await listening(server)}`;
}

/** The next device that waits. */
function nextPending(authority: Authority): Promise<PendingDevice> {
  return new Promise((resolve) => {
    const stop = authority.pending.observe({
      pending: (device) => {
        queueMicrotask(() => stop());
        resolve(device);
      },
      gone: () => {},
    });
  });
}

test("both sides show the same code, and a yes gives the device a token of its own", async () => {
  const { authority, devices } = await testAuthority();
  const codes: string[] = [];
  const paired = pairWith(await served(authority), {
    name: "Ana’s laptop",
    onCode: (code, hostName) => codes.push(`${code} on ${hostName}`),
  });
  const waiting = await nextPending(authority);
  expect(waiting).toMatchObject({ name: "Ana’s laptop", keyShort: null });
  expect(waiting.code).toMatch(/^\d{3} \d{3}$/u);
  expect(codes).toEqual([`${waiting.code} on desk`]);
  await authority.pending.accept(waiting.id, yes("approve"));
  const { token, deviceId, role, certificate } = await paired;
  expect([role, certificate]).toEqual(["approve", null]);
  const claim = { token, key: null, label: null, origin: "websocket 127.0.0.1:2" };
  const principal = principalIn(await authority.admit(claim, { signal: nobody }));
  expect([principal.id, principal.name]).toEqual([deviceId, "Ana’s laptop"]);
  await devices.revoke(deviceId);
  expect(refusalIn(await authority.admit(claim, { signal: nobody }))).toBe("invalid token");
});

test("a no is told", async () => {
  const { authority, devices } = await testAuthority();
  const paired = pairWith(await served(authority), { name: "x", onCode: () => {} });
  const told = expect(paired).rejects.toThrow("declined on desk");
  authority.pending.decline((await nextPending(authority)).id);
  await told;
  expect(devices.list()).toEqual([]);
});

test("a certificate nobody vouches for is proven by the code, and told to the device", async () => {
  const { authority } = await testAuthority();
  const tls = selfSigned();
  const codes: string[] = [];
  const paired = pairWith(await served(authority, tls), {
    name: "Phone",
    onCode: (code) => codes.push(code),
  });
  const waiting = await nextPending(authority);
  expect(codes).toEqual([waiting.code]);
  await authority.pending.accept(waiting.id, yes());
  expect((await paired).certificate).toBe(
    certificateOf(new X509Certificate(tls.cert).fingerprint256),
  );
});

test("somebody in between, with a certificate of their own, makes the codes differ", async () => {
  const { authority } = await testAuthority();
  const target = new URL("/pair", (await served(authority, selfSigned())).replace("ws", "http"));
  const between = createTlsServer(selfSigned(), (request, response) => {
    const options = { method: "POST", rejectUnauthorized: false };
    const onward = tlsRequest(target, options, (answer) => answer.pipe(response));
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  const codes: string[] = [];
  const gone = new AbortController();
  const paired = pairWith(`wss://127.0.0.1:${await listening(between)}`, {
    name: "Phone",
    onCode: (code) => codes.push(code),
    signal: gone.signal,
  });
  const ended = expect(paired).rejects.toThrow();
  const waiting = await nextPending(authority);
  expect(codes).toHaveLength(1);
  expect(codes).not.toEqual([waiting.code]);
  gone.abort();
  await ended;
});

test("nothing is shown to a host whose certificate is another one than before", async () => {
  const { authority } = await testAuthority();
  const answers: string[] = [];
  const [first, second] = [selfSigned(), selfSigned()];
  const swapping = createTlsServer(first, (request, response) => {
    void textOf(request).then(async (text) => {
      answers.push(text);
      const { status, body } = await authority.pairRequest(JSON.parse(text), source, nobody);
      swapping.setSecureContext(second);
      response.writeHead(status).end(JSON.stringify(body));
    });
  });
  const url = `wss://127.0.0.1:${await listening(swapping)}`;
  await expect(pairWith(url, { name: "Phone", onCode: () => {} })).rejects.toThrow(
    "certificate changed",
  );
  expect(answers).toHaveLength(1);
});

test("with the pairing token it passes an open pairing; with a wrong one nobody is asked", async () => {
  const { authority, token } = await testAuthority();
  const url = await served(authority, selfSigned());
  using window = authority.openWindow({ name: null, role: "view" });
  const options = { name: "Server", onCode: () => {} };
  await expect(pairWith(url, { ...options, token: "wrong" })).rejects.toThrow("invalid token");
  expect(authority.pending.list()).toEqual([]);
  const { name, role } = await pairWith(url, { ...options, token: token.current });
  expect([name, role]).toEqual(["Server", "view"]);
  expect((await window.closed)?.name).toBe("Server");
});

test("an open pairing is not for those who know no token", async () => {
  const { authority } = await testAuthority();
  using _window = authority.openWindow({ name: null, role: "admin" });
  const gone = new AbortController();
  const paired = pairWith(await served(authority), {
    name: "x",
    onCode: () => {},
    signal: gone.signal,
  });
  const ended = expect(paired).rejects.toThrow();
  expect((await nextPending(authority)).code).not.toBeNull();
  expect(authority.pending.list()).toHaveLength(1);
  gone.abort();
  await ended;
});

/** Begins a pairing by hand. */
async function begin(authority: Authority, origin = source.origin) {
  const nonce = randomBytes(32).toString("hex");
  const body = { name: "Phone", commitment: commitmentOf(nonce) };
  const reply = await authority.pairRequest(body, { ...source, origin }, nobody);
  return { nonce, reply, pairingId: reply.body["pairingId"], hostNonce: reply.body["hostNonce"] };
}

test("a nonce other than the one committed to ends the pairing", async () => {
  const { authority } = await testAuthority();
  const { nonce, pairingId } = await begin(authority);
  const other = { pairingId, nonce: randomBytes(32).toString("hex") };
  expect((await authority.pairRequest(other, source, nobody)).status).toBe(403);
  expect((await authority.pairRequest({ pairingId, nonce }, source, nobody)).status).toBe(404);
  expect(authority.pending.list()).toEqual([]);
});

test("the host has chosen its nonce before it sees the device's, another one each time", async () => {
  const { authority } = await testAuthority();
  const [one, two] = [await begin(authority), await begin(authority)];
  expect(one.hostNonce).not.toBe(two.hostNonce);
  const parts = { deviceNonce: one.nonce, hostNonce: String(one.hostNonce), name: "Phone" };
  const code = pairingCode({ ...parts, certificate: null });
  void authority.pairRequest({ pairingId: one.pairingId, nonce: one.nonce }, source, nobody);
  expect(authority.pending.list().map((device) => device.code)).toEqual([code]);
  expect(pairingCode({ ...parts, certificate: "00" })).not.toBe(code);
  expect(pairingCode({ ...parts, certificate: null, name: "phone" })).not.toBe(code);
});

test("a lost answer is told again; a pairing whose token nobody took leaves no device", async () => {
  const { authority, clock, devices } = await testAuthority();
  const [taken, left] = [await begin(authority), await begin(authority)];
  const confirm = ({ pairingId, nonce }: typeof taken) =>
    authority.pairRequest({ pairingId, nonce }, source, nobody);
  const answer = confirm(taken);
  const leaving = new AbortController();
  const { pairingId, nonce } = left;
  const lost = authority.pairRequest({ pairingId, nonce }, source, leaving.signal);
  const [first, second] = authority.pending.list();
  leaving.abort();
  expect((await lost).body).toEqual({ state: "waiting" });
  await authority.pending.accept(first?.id ?? "", yes());
  await authority.pending.accept(second?.id ?? "", yes());
  expect((await answer).body["state"]).toBe("paired");
  expect(await confirm(taken)).toEqual(await answer);
  expect(devices.list()).toHaveLength(2);
  clock.advance(5 * 60_000);
  await devices.rename("Phone", "Kept");
  expect(devices.list().map(({ name }) => name)).toEqual(["Kept"]);
  expect((await confirm(taken)).status).toBe(404);
});

test("a pairing takes five minutes at most", async () => {
  const { authority, clock } = await testAuthority();
  const { pairingId, nonce } = await begin(authority);
  const polls: unknown[] = [];
  void authority
    .pairRequest({ pairingId, nonce }, source, nobody)
    .then(({ body }) => polls.push(body));
  clock.advance(25_000);
  await Promise.resolve();
  expect(authority.pending.list()).toHaveLength(1);
  clock.advance(5 * 60_000);
  expect(authority.pending.list()).toEqual([]);
  expect(clock.waiting).toBe(0);
  expect((await authority.pairRequest({ pairingId, nonce }, source, nobody)).status).toBe(404);
  expect(polls).toEqual([{ state: "waiting" }]);
});

test("there is an end to how many pairings are begun", async () => {
  const { authority } = await testAuthority();
  for (let port = 1; port <= 5; port += 1) {
    expect((await begin(authority, `websocket 192.0.2.1:${port}`)).reply.status).toBe(200);
  }
  expect((await begin(authority)).reply.status).toBe(429);
  // Those who never showed a code gave way to this one.
  expect((await begin(authority, "websocket 192.0.2.2:1")).reply.status).toBe(200);
});

test.each([
  [null, "JSON object"],
  [{ name: "", commitment: "0".repeat(64) }, "name"],
  [{ name: "x".repeat(201), commitment: "0".repeat(64) }, "name"],
  [{ name: "x", commitment: "abc" }, "commitment"],
  [{ pairingId: 5, nonce: "" }, "start again"],
  [{ pairingId: "unknown", nonce: "" }, "start again"],
])("what is not understood is refused with a sentence: %j", async (body, sentence) => {
  const { authority } = await testAuthority();
  const reply = await authority.pairRequest(body, source, nobody);
  expect(reply.status).toBeGreaterThanOrEqual(400);
  expect(reply.body["error"]).toContain(sentence);
});
