import { once } from "node:events";
import { chmodSync, existsSync, linkSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { type Socket, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { callDaemon, daemonIsRunning } from "../../src/control/client.ts";
import { CommandError } from "../../src/control/command-error.ts";
import type { ControlOps } from "../../src/control/op.ts";
import { type ControlLimits, serveControl } from "../../src/control/server.ts";

let folder = "";
const place = { socket: (name: string) => join(folder, "run", `${name}.sock`) };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fairlead-control-"));
});
afterEach(() => rm(folder, { recursive: true }));

function serve(ops: ControlOps, limits: Partial<ControlLimits> = {}): Promise<AsyncDisposable> {
  return serveControl({ path: place.socket("control"), ops, log: () => {}, limits });
}

async function dial(): Promise<Socket> {
  const socket = connect(place.socket("control"));
  await once(socket, "connect");
  return socket;
}

/** What the daemon says to these bytes until it closes. */
async function says(bytes: string): Promise<string> {
  const socket = await dial();
  socket.write(bytes);
  return text(socket);
}

test("an op gets its params, tells events, and its result is the answer", async () => {
  await using _server = await serve({
    async echo(params, { emit }) {
      emit({ step: 1 });
      emit({ step: 2 });
      return { params };
    },
    async nothing() {},
  });
  const events: unknown[] = [];
  const answer = await callDaemon(place, "echo", { a: "ü\n" }, { onEvent: (e) => events.push(e) });
  expect(answer).toEqual({ params: { a: "ü\n" } });
  expect(events).toEqual([{ step: 1 }, { step: 2 }]);
  expect(await callDaemon(place, "nothing")).toBe(null);
});

test("a failure keeps its sentence and its kind; an unknown op says what to do", async () => {
  await using _server = await serve({
    async refuse() {
      throw new CommandError("refused", "Phones may not do that.");
    },
    async fail() {
      throw new Error("The disk is full.");
    },
  });
  const failure = (op: string) => callDaemon(place, op).catch((error: unknown) => error);
  expect(await failure("refuse")).toMatchObject({
    message: "Phones may not do that.",
    failure: "refused",
  });
  expect(await failure("fail")).toMatchObject({ message: "The disk is full.", failure: "failed" });
  expect(await failure("toString")).toMatchObject({
    message: expect.stringMatching(/does not know `toString`.*fairlead restart/u),
  });
});

test("only this user can open the socket; folder and socket are private, and gone at the end", async () => {
  const server = await serve({});
  const path = place.socket("control");
  const modes = [path, dirname(path)].map((file) => (statSync(file).mode & 0o777).toString(8));
  expect(modes).toEqual(["600", "700"]);
  expect(await daemonIsRunning(place)).toBe(true);
  await server[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  expect(existsSync(path)).toBe(false);
  expect(await daemonIsRunning(place)).toBe(false);
});

test("a folder that others may open is refused with what to type", async () => {
  await (await serve({}))[Symbol.asyncDispose]();
  const run = dirname(place.socket("control"));
  chmodSync(run, 0o755);
  await expect(serve({})).rejects.toThrow(`run \`chmod 700 ${run}\``);
});

test("without a daemon the command says how to start one", async () => {
  const error = await callDaemon(place, "status").catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: "DaemonNotRunning", failure: "not-running" });
  expect(String(error)).toContain("`fairlead`");
});

test("a socket left behind is replaced, one that answers is not, and a file is nobody's", async () => {
  const path = place.socket("control");
  await (await serve({}))[Symbol.asyncDispose]();
  const left = createServer().listen(`${path}.moved`);
  await once(left, "listening");
  // A hard link outlives the clean end of its listener, as the socket of a killed one does.
  linkSync(`${path}.moved`, path);
  left.close();
  expect(existsSync(path)).toBe(true);
  {
    await using _server = await serve({ ping: async () => "first" });
    await expect(serve({ ping: async () => "second" })).rejects.toThrow("already listens");
    expect(await callDaemon(place, "ping")).toBe("first");
  }
  writeFileSync(path, "mine");
  await expect(serve({})).rejects.toThrow("move it elsewhere");
});

test("what is no request, or one of another version, gets a sentence; `stop` works in any", async () => {
  await using _server = await serve({ stop: async () => "stopping", status: async () => "up" });
  expect(await says("hello\n")).toContain("one JSON object");
  expect(await says("[]\n")).toContain('\\"op\\"');
  expect(await says('{"op":"status"}\n')).toContain('\\"version\\"');
  expect(await says('{"op":"status","version":99}\n')).toMatch(/version 99.*fairlead restart/u);
  expect(await says('{"op":"stop","version":99}\n')).toBe('{"result":"stopping"}\n');
});

test("a request that is late, endless or cut short does not hold the daemon", async () => {
  await using _server = await serve({}, { requestMs: 50, lineBytes: 100 });
  expect(await says('{"op":"sta')).toContain("within 50 ms");
  expect(await says("x".repeat(101))).toContain("at most 100 bytes");
  const socket = await dial();
  socket.end('{"op"');
  expect(await text(socket)).toContain("no end of line");
});

test("a crowd is told to come again", async () => {
  await using _server = await serve({ ping: async () => "pong" }, { connections: 2 });
  const first = await dial();
  const second = await dial();
  await expect(callDaemon(place, "ping")).rejects.toThrow("More than 2 commands");
  const gone = once(first, "close");
  first.end('{"op":"ping","version":1}\n');
  first.resume();
  await gone;
  expect(await callDaemon(place, "ping")).toBe("pong");
  second.destroy();
});

test("an op learns that its caller is gone, and that the daemon stops", async () => {
  let ended: (reason: string) => void = () => {};
  const server = await serve({
    wait: (_params, { signal, emit }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          ended(String(signal.reason));
          reject(new Error("ended"));
        });
        emit("waiting");
      }),
  });
  {
    const learnt = new Promise<string>((resolve) => (ended = resolve));
    const interrupt = new AbortController();
    const call = callDaemon(
      place,
      "wait",
      {},
      {
        signal: interrupt.signal,
        timeoutMs: null,
        onEvent: () => interrupt.abort(new Error("Ctrl-C")),
      },
    );
    await expect(call).rejects.toThrow("Ctrl-C");
    expect(await learnt).toContain("the caller is gone");
  }
  const learnt = new Promise<string>((resolve) => (ended = resolve));
  const stops: PromiseLike<void>[] = [];
  const call = callDaemon(
    place,
    "wait",
    {},
    {
      onEvent: () => void stops.push(server[Symbol.asyncDispose]()),
    },
  );
  await expect(call).rejects.toThrow("ended");
  expect(await learnt).toContain("Fairlead is stopping");
  await Promise.all(stops);
});

test("an op that ignores the end does not keep the daemon alive", async () => {
  const server = await serve({ hang: () => new Promise(() => {}) }, { closeMs: 10 });
  const socket = await dial();
  socket.write('{"op":"hang","version":1}\n');
  const call = text(socket);
  await callDaemon(place, "nothing").catch(() => undefined);
  await server[Symbol.asyncDispose]();
  expect(await call).toBe("");
});

test("a caller that does not read is cut off; a silent daemon is not waited for", async () => {
  let flood: Promise<void> = Promise.resolve();
  await using _server = await serve(
    {
      flood: (_params, { signal, emit }) =>
        (flood = new Promise((resolve) => {
          signal.addEventListener("abort", () => resolve());
          const more = (): void => {
            if (signal.aborted) return;
            emit("x".repeat(64 * 1024));
            setImmediate(more);
          };
          more();
        })),
      hang: (_params, { signal }) =>
        new Promise((resolve) => signal.addEventListener("abort", () => resolve(null))),
    },
    { unsentBytes: 1024 * 1024 },
  );
  const socket = await dial();
  socket.write('{"op":"flood","version":1}\n');
  await once(socket, "readable");
  await flood;
  socket.destroy();
  await expect(callDaemon(place, "hang", {}, { timeoutMs: 20 })).rejects.toThrow(
    "fairlead restart",
  );
});
