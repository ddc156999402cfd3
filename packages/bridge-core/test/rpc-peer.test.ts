import { expect, test } from "vitest";
import { RpcError, rpcCode } from "../src/errors.ts";
import { Peer } from "../src/rpc/peer.ts";
import type { CloseReason, FrameTransport } from "../src/rpc/transport.ts";
import { memoryPair } from "../src/transport/memory.ts";

/** The other side of a peer, as frames. */
class Wire {
  readonly frames: unknown[] = [];
  readonly closed: Promise<CloseReason>;
  readonly #transport: FrameTransport;
  #waiting: (() => void)[] = [];

  constructor(transport: FrameTransport) {
    this.#transport = transport;
    this.closed = new Promise((onClose) => {
      transport.start({
        onFrame: (text) => {
          this.frames.push(JSON.parse(text));
          for (const wake of this.#waiting.splice(0)) wake();
        },
        onClose,
      });
    });
  }

  send(frame: unknown): void {
    this.#transport.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  close(code?: number, reason?: string): void {
    this.#transport.close(code, reason);
  }

  async received(count: number): Promise<unknown[]> {
    while (this.frames.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.frames;
  }
}

test("requests run concurrently, and errors keep their code", async () => {
  const [left, right] = memoryPair();
  const wire = new Wire(right);
  const logged: string[] = [];
  let release: (value: unknown) => void = () => {};
  const held = new Promise((resolve) => {
    release = resolve;
  });
  const peer = new Peer(
    left,
    {
      onRequest(method, params) {
        if (method === "slow") return held;
        if (method === "refuse") throw new RpcError(-32602, "`a` is missing", { field: "a" });
        if (method === "break") throw new TypeError("oops");
        if (method === "cycle") return { big: 1n };
        return params;
      },
    },
    { log: (_level, message) => logged.push(message) },
  );
  wire.send({ id: 1, method: "slow" });
  wire.send({ id: "two", method: "echo", params: { a: 1 } });
  wire.send({ id: 3, method: "refuse" });
  wire.send({ id: 4, method: "break" });
  wire.send({ id: 5, method: "cycle" });
  const answers = await wire.received(4);
  expect(answers).toHaveLength(4);
  expect(answers).toEqual(
    expect.arrayContaining([
      { id: "two", result: { a: 1 } },
      { id: 3, error: { code: -32602, message: "`a` is missing", data: { field: "a" } } },
      { id: 4, error: { code: rpcCode.internalError, message: "oops" } },
      {
        id: 5,
        error: { code: rpcCode.internalError, message: expect.stringContaining("BigInt") },
      },
    ]),
  );
  expect(logged).toEqual([
    "handling break failed: oops",
    expect.stringContaining("handling cycle failed"),
  ]);
  release("done");
  expect((await wire.received(5))[4]).toEqual({ id: 1, result: "done" });
  peer.close();
});

test("a request without a handler is refused, an action behind a response follows it", async () => {
  const [left, right] = memoryPair();
  const wire = new Wire(right);
  const peer = new Peer(left);
  wire.send({ id: 1, method: "a" });
  expect(await wire.received(1)).toMatchObject([{ id: 1, error: { code: -32601 } }]);
  peer.close();

  const [serverSide, clientSide] = memoryPair();
  const client = new Wire(clientSide);
  const server: Peer = new Peer(
    serverSide,
    {
      onRequest(method, _params, { afterResponse }) {
        afterResponse(() => server.notify("after", { method }));
        if (method === "bad") throw RpcError.invalidRequest("no");
        return {};
      },
    },
    { now: () => 42 },
  );
  client.send({ id: 1, method: "bad" });
  client.send({ id: 2, method: "good" });
  expect(await client.received(3)).toEqual([
    { id: 1, error: { code: -32600, message: "no" } },
    { id: 2, result: {} },
    { method: "after", params: { method: "good" }, emittedAtMs: 42 },
  ]);
  server.close();
});

test("the close rejects what is pending and aborts what runs", async () => {
  const [left, right] = memoryPair();
  const wire = new Wire(right);
  let started: (signal: AbortSignal) => void = () => {};
  const running = new Promise<AbortSignal>((resolve) => {
    started = resolve;
  });
  const peer = new Peer(left, {
    onRequest(_method, _params, { signal }) {
      started(signal);
      return new Promise(() => {});
    },
  });
  const pending = peer.request("ask", {});
  wire.send({ id: 1, method: "wait" });
  const signal = await running;
  expect(signal.aborted).toBe(false);
  wire.close(1009, "too big");
  await expect(pending).rejects.toMatchObject({
    code: rpcCode.closed,
    message: "the connection closed (1009): too big",
  });
  expect(signal.reason).toMatchObject({ code: rpcCode.closed });
  expect(await peer.closed).toEqual({ code: 1009, reason: "too big" });
});

test("a request behind the close is rejected at once", async () => {
  const [left] = memoryPair();
  const peer = new Peer(left);
  peer.close(1000, "bye");
  expect(await peer.closed).toEqual({ code: 1000, reason: "bye" });
  await expect(peer.request("a", {})).rejects.toMatchObject({ code: rpcCode.closed });
});

test("a request can be asked under a chosen id and withdrawn", async () => {
  const [left, right] = memoryPair();
  const wire = new Wire(right);
  const peer = new Peer(left);
  const withdrawal = new AbortController();
  const approval = peer.requestWithId(0, "approve", {}, { signal: withdrawal.signal });
  await expect(peer.requestWithId(0, "again", {})).rejects.toThrow("id 0 is still open");
  const other = peer.request("other", {});
  expect(await wire.received(2)).toEqual([
    { id: 0, method: "approve", params: {} },
    { id: 1, method: "other", params: {} },
  ]);
  withdrawal.abort(new Error("resolved elsewhere"));
  await expect(approval).rejects.toThrow("resolved elsewhere");
  wire.send({ id: 0, result: "late" });
  wire.send({ id: 1, error: { code: -7, message: "no", data: 1 } });
  await expect(other).rejects.toMatchObject({ code: -7, message: "no", data: 1 });
  const again = peer.requestWithId(0, "approve", {});
  wire.send({ id: 0, result: "yes" });
  expect(await again).toBe("yes");
  expect(peer.unparsableCount).toBe(0);
});

test("unparsable frames and failing handlers leave the connection unharmed", async () => {
  const [left, right] = memoryPair();
  const wire = new Wire(right);
  const logged: string[] = [];
  const peer: Peer = new Peer(
    left,
    {
      onRequest: () => "alive",
      onNotification() {
        throw new Error("bad handler");
      },
      onUnparsable: (message, text) => peer.notify("warning", { message, text }),
    },
    { log: (_level, message) => logged.push(message) },
  );
  wire.send("{oops");
  wire.send({ method: "n" });
  wire.send({ id: null, method: "a" });
  wire.send({ id: 1, method: "a" });
  expect(await wire.received(3)).toEqual([
    {
      method: "warning",
      params: { message: expect.stringContaining("not JSON"), text: "{oops" },
    },
    {
      method: "warning",
      params: { message: expect.stringContaining("`id`"), text: '{"id":null,"method":"a"}' },
    },
    { id: 1, result: "alive" },
  ]);
  expect(peer.unparsableCount).toBe(2);
  expect(logged).toEqual(["handling n failed: bad handler"]);
});
