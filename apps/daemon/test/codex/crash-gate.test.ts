import { expect, test } from "vitest";
import { CrashGate } from "../../src/codex/server/crash-gate.ts";

test("three deaths within a minute close it for half a minute", () => {
  let nowMs = 0;
  const gate = new CrashGate(() => nowMs);
  gate.crashed();
  nowMs = 59_000;
  gate.crashed();
  expect(gate.closedForMs).toBe(0);
  // The first one is more than a minute ago by now.
  nowMs = 61_000;
  gate.crashed();
  expect(gate.closedForMs).toBe(0);
  gate.crashed();
  expect(gate.closedForMs).toBe(30_000);
  nowMs += 29_999;
  expect(gate.closedForMs).toBe(1);
  nowMs += 1;
  expect(gate.closedForMs).toBe(0);
});

test("somebody may open it", () => {
  const gate = new CrashGate(() => 5);
  for (let count = 0; count < 3; count += 1) gate.crashed();
  gate.open();
  expect(gate.closedForMs).toBe(0);
});
