import { expect, test } from "vitest";
import { normalise } from "../src/record/normalise.ts";

function recording(seed: string): Parameters<typeof normalise>[0] {
  const id = `01a1fb56-b121-7c30-a686-${seed.padEnd(12, "0")}`;
  const call = `call_${seed.padEnd(24, "0")}`;
  return [
    {
      client: "a",
      dir: "send",
      frame: { id: 1, params: { cwd: `/tmp/${seed}/project`, threadId: id } },
    },
    {
      client: "a",
      dir: "recv",
      frame: {
        path: `/tmp/${seed}/home/sessions/2026/11/21/rollout-2026-11-21T02-09-15-${id}.jsonl`,
        folder: `-tmp-${seed}-project`,
        item: { id: call, processId: `8${seed}`, startedAtMs: 1795218132678, durationMs: 19 },
        url: "http://127.0.0.1:43211/v1",
        startedAt: 1795218132,
        note: `process 8${seed} of ${call}`,
      },
    },
  ];
}

function normalised(seed: string): ReturnType<typeof normalise> {
  return normalise(recording(seed), {
    [`/tmp/${seed}/project`]: "/home/user/project",
    [`/tmp/${seed}/home`]: "/home/user",
  });
}

test("two recordings of one scenario become alike", () => {
  expect(normalised("123")).toEqual(normalised("456"));
});

test("placeholders keep the form of what they replace", () => {
  expect(normalised("123")).toEqual([
    {
      client: "a",
      dir: "send",
      frame: {
        id: 1,
        params: {
          cwd: "/home/user/project",
          threadId: "00000000-0000-7000-8000-000000000001",
        },
      },
    },
    {
      client: "a",
      dir: "recv",
      frame: {
        path: [
          "/home/user/sessions/2026/01/01",
          "rollout-2026-01-01T00-00-00-00000000-0000-7000-8000-000000000001.jsonl",
        ].join("/"),
        folder: "-home-user-project",
        item: {
          id: "call_000000000000000000000001",
          processId: "1001",
          startedAtMs: 1767225600000,
          durationMs: 10,
        },
        url: "http://127.0.0.1:8080/v1",
        startedAt: 1767225600,
        note: "process 1001 of call_000000000000000000000001",
      },
    },
  ]);
});

test("what the script says stays: its numbers, and the client's own names of processes", () => {
  const exec = { id: 1, method: "command/exec", params: { processId: "p1", timeoutMs: 300 } };
  const entries: Parameters<typeof normalise>[0] = [
    { client: "b", event: "connect" },
    { client: "b", dir: "send", frame: exec },
  ];
  expect(normalise(entries, {})).toEqual(entries);
});
