import { expect, test } from "vitest";
import { HeldCalls } from "../src/parts/held-calls.ts";

const call = { command: "ls", why: "x" };
const sameCall = { why: "x", command: "ls" };
const { signal } = new AbortController();

test("the hook and what the agent tells are brought together, whichever comes first", async () => {
  const calls = new HeldCalls<string>();
  const early = calls.asked(call, signal);
  calls.hold("one", sameCall);
  expect(calls.decide("one", "yes")).toBe(true);
  expect(await early).toBe("yes");
  calls.hold("two", call);
  calls.decide("two", "no");
  expect(await calls.asked(sameCall, signal)).toBe("no");
  expect(calls.decide("three", "yes")).toBe(false);
});

test("each of two equal calls gets an answer of its own", async () => {
  const calls = new HeldCalls<string>();
  calls.hold("one", call);
  calls.hold("two", call);
  const answers = Promise.all([calls.asked(call, signal), calls.asked(call, signal)]);
  calls.decide("two", "second");
  calls.decide("one", "first");
  expect(await answers).toEqual(["first", "second"]);
});

test("neither a hook that is gone nor an answer nobody fetched is for a later call", async () => {
  const calls = new HeldCalls<string>();
  const gone = new AbortController();
  void calls.asked(call, gone.signal);
  gone.abort();
  calls.hold("one", call);
  calls.decide("one", "yes");
  calls.drop("one", "no");
  calls.hold("two", call);
  const later = calls.asked(call, new AbortController().signal);
  calls.decide("two", "later");
  expect(await later).toBe("later");
});

test("calls are equal whose fields stand in another order, at any depth", async () => {
  const calls = new HeldCalls<string>();
  calls.hold("list", { of: { a: [["b", 1]] } });
  calls.hold("one", { of: { a: { b: 1, c: 2 } } });
  calls.decide("list", "another");
  calls.decide("one", "yes");
  expect(await calls.asked({ of: { a: { c: 2, b: 1 } } }, signal)).toBe("yes");
});

test("of two calls with one key the one that the agent does not tell of waits for nothing", async () => {
  const calls = new HeldCalls<string>();
  calls.hold("one", call);
  calls.hold("one", call);
  await expect(calls.asked({ command: "rm" }, signal)).rejects.toThrow(
    "two calls have one id: one",
  );
  const told = calls.asked(call, signal);
  calls.decide("one", "yes");
  expect(await told).toBe("yes");
  calls.drop("one", "no");
  const later = calls.asked({ command: "rm" }, signal);
  calls.hold("two", { command: "rm" });
  calls.decide("two", "yes");
  expect(await later).toBe("yes");
});
