import { expect, test } from "vitest";
import { PluginGate, unlessLate, type Leave } from "../src/parts.ts";
import { fakeHost } from "../src/testing.ts";

const allow: Leave = { action: "allow" };

async function opened(leave: Leave | null) {
  const host = fakeHost();
  const seen: string[] = [];
  const gate = await PluginGate.open(host, {
    call: ({ id }) => {
      seen.push(`call ${String(id)}`);
      return leave;
    },
    left: (id) => void seen.push(`left ${id}`),
    started: () => null,
    gone: () => void seen.push("gone"),
  });
  const ask = async (path: string, body: unknown, left?: AbortSignal): Promise<Response> => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const init = { method: "POST", body: text, ...(left && { signal: left }) };
    return host.call(new Request(`${gate.address.url}${path}`, init));
  };
  return { gate, seen, ask };
}

test("a call that the sink decides is answered at once; one it does not waits for its own answer", async () => {
  const at = await opened(allow);
  expect(await (await at.ask("/call", { id: "1", tool: "x" })).json()).toEqual(allow);
  const { gate, ask } = await opened(null);
  const [one, other] = [ask("/call", { id: "1", tool: "x" }), ask("/call", { id: "2", tool: "x" })];
  await ask("/hello", {});
  await gate.reported;
  gate.decide("unknown", allow);
  gate.decide("2", allow);
  expect(await (await other).json()).toEqual(allow);
  gate.refuse("No.");
  const no = { action: "reject-and-continue", message: "No." };
  expect(await (await one).json()).toEqual(no);
  expect(await (await ask("/call", { id: "3", tool: "x" })).json()).toEqual(no);
});

test("what is no question is refused, and its end refuses what waits", async () => {
  const { gate, ask, seen } = await opened(null);
  for (const [path, body] of [
    ["/call", {}],
    ["/call", { id: "1" }],
    ["/decide", { id: "1", action: "allow" }],
    ["/call", "no JSON"],
  ] as const) {
    expect((await ask(path, body)).status).toBe(400);
  }
  expect(seen).toEqual([]);
  const held = ask("/call", { id: "1", tool: "x" });
  await ask("/hello", {});
  await gate[Symbol.asyncDispose]();
  expect(await (await held).json()).toMatchObject({ action: "reject-and-continue" });
});

test("a plugin that does not wait any more is told of, and what becomes of its call is nobody's", async () => {
  const { gate, ask, seen } = await opened(null);
  const leaving = new AbortController();
  const first = ask("/call", { id: 7, tool: "x" }, leaving.signal);
  await ask("/hello", {});
  leaving.abort();
  expect(await (await first).json()).toMatchObject({ action: "reject-and-continue" });
  expect(seen).toEqual(["call 7", "left 7"]);
  const again = ask("/call", { id: 7, tool: "x" });
  await ask("/hello", {});
  gate.decide("7", allow);
  expect(await (await again).json()).toEqual(allow);
});

test("a wait ends with its work, its time or its signal, whichever comes first", async () => {
  const host = fakeHost();
  const over = new AbortController();
  const patience = { ms: 10, signal: over.signal, late: () => new Error("late") };
  expect(await unlessLate(host, Promise.resolve(1), patience)).toBe(1);
  const never = new Promise<void>(() => {});
  const late = unlessLate(host, never, patience);
  host.advance(10);
  await expect(late).rejects.toThrow("late");
  // What the system says of a sleep that is cut short is not the reason.
  const real = { sleep: () => Promise.reject(new Error("The operation was aborted")) };
  over.abort(new Error("gone"));
  await expect(unlessLate(real, never, patience)).rejects.toThrow("gone");
});
