import { expect, test } from "vitest";
import { Desk, token } from "./support/desk.ts";
import { type PhoneStream, PhoneWebSocket } from "../src/testing.ts";

const listAgents = { op: "list_agents", v: 1, token };
const connectMouse = { op: "connect", v: 1, token, agent: "mouse" };

async function connected(stream: PhoneStream, request: object = connectMouse): Promise<unknown> {
  await stream.writeFrame(JSON.stringify(request));
  return stream.readFrame();
}

test("the payload is version 1 of Alleycat's, and its host can be dialled", async () => {
  await using desk = await Desk.open();
  const payload = await desk.listener.pairing?.({ signal: new AbortController().signal });
  expect(payload).toEqual({
    v: 1,
    node_id: expect.stringMatching(/^[0-9a-f]{64}$/),
    token,
    host_name: "desk.local",
    addrs: expect.arrayContaining([expect.stringMatching(/^127\.0\.0\.1:\d+$/)]),
  });
  expect(desk.listener.addresses).toEqual([`alleycat:${String(payload?.["node_id"])}`]);
  const connection = await desk.dial();
  await connection.ask(listAgents);
  const [claim] = desk.claims;
  expect(claim).toEqual({
    token,
    key: connection.phone.id,
    label: null,
    origin: "alleycat 127.0.0.1",
  });
});

test("agents are listed with all that Alleycat's clients need, and why one cannot be used", async () => {
  await using desk = await Desk.open();
  const connection = await desk.dial();
  const capabilities = {
    locks_reasoning_effort_after_activity: false,
    supports_ssh_bridge: false,
    uses_direct_codex_port: false,
    supports_thread_permission_overrides: true,
    reports_effective_thread_permissions: true,
  };
  const reason = "cat is not logged in: run `cat login`";
  expect(await connection.ask(listAgents)).toEqual({
    v: 1,
    ok: true,
    agents: [
      {
        name: "mouse",
        display_name: "Mouse",
        wire: "jsonl",
        available: true,
        presentation: { title: "Mouse", is_beta: false, sort_order: 0, aliases: ["mouse-code"] },
        capabilities,
        version: "1.2.3",
      },
      {
        name: "cat",
        display_name: "Cat",
        wire: "jsonl",
        available: false,
        presentation: { title: "Cat", is_beta: false, sort_order: 1, description: reason },
        capabilities: { ...capabilities, supports_thread_permission_overrides: false },
        unavailable_reason: reason,
      },
    ],
  });
});

test("a request is refused by its version, then its token, then its agent, in Alleycat's words", async () => {
  await using desk = await Desk.open();
  const connection = await desk.dial();
  const errorOf = async (request: object): Promise<unknown> => {
    const response = await connection.ask(request);
    expect(response).toMatchObject({ v: 1, ok: false });
    return typeof response === "object" && response !== null && "error" in response
      ? response.error
      : null;
  };
  const wrong = { ...connectMouse, token: "wrong", agent: "nobody" };
  expect(await errorOf({ ...wrong, v: 2 })).toBe("protocol mismatch: client=2 host=1");
  expect(await errorOf({ op: "dance", v: 3 })).toBe("protocol mismatch: client=3 host=1");
  expect(desk.claims).toEqual([]);
  expect(await errorOf(wrong)).toBe("invalid token");
  expect(await errorOf({ ...wrong, token })).toBe("agent `nobody` is disabled or unknown");
  expect(await errorOf({ ...connectMouse, agent: "cat" })).toBe(
    "cat is not logged in: run `cat login`",
  );
  expect(await errorOf({ op: "dance", v: 1, token })).toBe(
    "malformed request: `op` must be `list_agents`, `restart_agent` or `connect`",
  );
  expect(await errorOf({ op: "connect", v: 1, token })).toBe(
    "malformed request: `agent` must be a string",
  );
  expect(await errorOf({ ...connectMouse, resume: { last_seq: -1 } })).toBe(
    "malformed request: `resume.last_seq` must be a number that is not negative",
  );
  expect(await errorOf([1])).toBe("malformed request: it is not a JSON object");
  const garbage = await connection.stream();
  await garbage.writeFrame("hello");
  expect(await garbage.readFrame()).toEqual({
    v: 1,
    ok: false,
    error: "malformed request: it is not JSON",
  });
  expect(await garbage.rest()).toHaveLength(0);
});

test("every agent can be restarted, by an alias too; who may not is told so", async () => {
  await using desk = await Desk.open();
  const connection = await desk.dial();
  const restart = (agent: string): Promise<unknown> =>
    connection.ask({ op: "restart_agent", v: 1, token, agent });
  expect(await restart("mouse-code")).toEqual({ v: 1, ok: true });
  expect(desk.restarted).toEqual(["mouse"]);
  expect(await restart("cat")).toEqual({
    v: 1,
    ok: false,
    error: "this device may not restart agents",
  });
  expect(await restart("nobody")).toMatchObject({
    error: "agent `nobody` is disabled or unknown",
  });
});

test("connect tells the session and goes on as JSON lines; a cursor is the host's to judge", async () => {
  await using desk = await Desk.open();
  const connection = await desk.dial();
  const stream = await connection.stream();
  expect(await connected(stream, { ...connectMouse, agent: "mouse-code" })).toEqual({
    v: 1,
    ok: true,
    session: { attached: "fresh", current_seq: 100, floor_seq: 7 },
  });
  await stream.write('{"id":"initialize","method":"echo","params":{"a":"ü"}}\n\n{"id":1,"me');
  expect(await stream.readLine()).toEqual({ id: "initialize", result: { a: "ü" } });
  await stream.write('thod":"echo","params":2}\n');
  expect(await stream.readLine()).toEqual({ id: 1, result: 2 });

  desk.attached = "drift";
  const drifted = await connection.stream();
  const resume = { last_seq: 42 };
  expect(await connected(drifted, { ...connectMouse, resume })).toMatchObject({
    session: { attached: "drift_reload", current_seq: 42 },
  });
  // JSON has larger numbers than JavaScript: one of those is of nobody's session.
  const huge = await connection.stream();
  await huge.writeFrame(
    `{"op":"connect","v":1,"token":"${token}","agent":"mouse","resume":{"last_seq":18446744073709551615}}`,
  );
  expect(await huge.readFrame()).toMatchObject({ ok: true });
  expect(desk.wanted.map(({ session }) => session)).toEqual([
    { name: null, cursor: null },
    { name: null, cursor: 42 },
    { name: null, cursor: Number.MAX_SAFE_INTEGER },
  ]);
});

test("what a client missed is sent to one that resumes and says nothing", async () => {
  await using desk = await Desk.open();
  desk.attached = "resumed";
  desk.onTake = (transport) => {
    transport.start({ onFrame() {}, onClose() {} });
    transport.send('{"method":"missed","_alleycat_seq":43}');
  };
  const connection = await desk.dial();
  const stream = await connection.stream();
  await connected(stream, { ...connectMouse, resume: { last_seq: 42 } });
  expect(await stream.readLine()).toEqual({ method: "missed", _alleycat_seq: 43 });
});

test("frames larger than 1 MiB are refused before they are read; behind connect they pass", async () => {
  await using desk = await Desk.open();
  const connection = await desk.dial();
  const large = await connection.stream();
  await large.write(Buffer.from([0, 0x10, 0, 1]));
  expect(await large.readFrame()).toMatchObject({
    error: "malformed request: its 1048577 bytes are more than the 1048576 a frame may have",
  });
  const exact = await connection.stream();
  const start = `{"op":"list_agents","v":1,"token":"${token}","pad":"`;
  await exact.writeFrame(`${start}${"x".repeat(1024 * 1024 - start.length - 2)}"}`);
  expect(await exact.readFrame()).toMatchObject({ ok: true });
  const stream = await connection.stream();
  await connected(stream);
  const text = "ü".repeat(600_000);
  await stream.send({ id: 1, method: "echo", params: { text } });
  expect(await stream.readLine()).toEqual({ id: 1, result: { text } });
});

test("a stream that says nothing is closed, and so is a connection without streams", async () => {
  await using desk = await Desk.open({ firstFrameTimeoutMs: 50, idleConnectionMs: 100 });
  const connection = await desk.dial();
  const silent = await connection.stream();
  await silent.write(Buffer.from([0, 0]));
  expect(await silent.rest()).toHaveLength(0);
  expect(await connection.closed).toContain("no stream was open for a while");
});

test("streams of one device live side by side, each with its own frames", async () => {
  await using desk = await Desk.open();
  const connection = await desk.dial();
  const streams = await Promise.all([1, 2, 3].map(() => connection.stream()));
  for (const stream of streams) await connected(stream);
  await Promise.all(
    streams.map(async (stream, index) => {
      for (let id = 0; id < 5; id += 1) await stream.send({ id, method: "echo", params: index });
      for (let id = 0; id < 5; id += 1) {
        expect(await stream.readLine()).toEqual({ id, result: index });
      }
    }),
  );
  const [first, second] = streams;
  await first?.finish();
  expect(await first?.rest()).toHaveLength(0);
  await second?.send({ id: 9, method: "echo", params: "still here" });
  expect(await second?.readLine()).toEqual({ id: 9, result: "still here" });
});

test("a WebSocket within the stream is spoken to as one", async () => {
  await using desk = await Desk.open();
  const connection = await desk.dial();
  const stream = await connection.stream();
  await connected(stream);
  const socket = await PhoneWebSocket.open(stream, "/mouse");
  const params = { text: "ü".repeat(40_000) };
  await socket.send({ id: 1, method: "echo", params: 1 });
  expect(await socket.read()).toEqual({ id: 1, result: 1 });
  desk.taken[0]?.send(JSON.stringify({ method: "told", params }));
  expect(await socket.read()).toEqual({ method: "told", params });
  await socket.close();
  expect(await stream.rest()).toEqual(Buffer.from([0x88, 2, 0x03, 0xe8]));
});

test("a revoked device loses its connection at once, and is told why", async () => {
  await using desk = await Desk.open();
  const connection = await desk.dial();
  const stream = await connection.stream();
  await connected(stream);
  desk.device.abort();
  expect(await connection.closed).toMatch(
    /this device was revoked or may do other things now.*4003/,
  );
});

test("a client waits for the yes of the host; one that goes is no longer asked about", async () => {
  await using desk = await Desk.open();
  const signals: AbortSignal[] = [];
  let yes = (): void => {};
  desk.decide = (signal) => {
    signals.push(signal);
    return new Promise((resolve) => (yes = () => resolve({ client: desk.client })));
  };
  const connection = await desk.dial();
  const pending = connection.ask(listAgents);
  await expect.poll(() => signals.length).toBe(1);
  yes();
  expect(await pending).toMatchObject({ ok: true });
  const other = await desk.dial();
  void other.ask(listAgents);
  await expect.poll(() => signals.length).toBe(2);
  other.close();
  await expect.poll(() => signals[1]?.aborted).toBe(true);
});

test("after too many refusals an endpoint is not heard; another one is", async () => {
  await using desk = await Desk.open({ maxFailures: 2 });
  const connection = await desk.dial();
  const wrong = { ...listAgents, token: "wrong" };
  for (const _ of [1, 2]) expect(await connection.ask(wrong)).toMatchObject({ ok: false });
  expect(await connection.ask(listAgents)).toMatchObject({
    error: "too many failed attempts from this address: try again in a minute",
  });
  expect(desk.claims).toHaveLength(2);
  expect(await (await desk.dial()).ask(listAgents)).toMatchObject({ ok: true });
});
