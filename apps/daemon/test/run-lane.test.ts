import { expect, test } from "vitest";
import { type LaneOpening, type LiveLane, RowSkipped } from "../live/lane.ts";
import { runLane } from "../live/run-lane.ts";

/** A lane of the rows `good`, `bad` and `good too`; `bad` fails. */
function lane(opening?: LaneOpening): LiveLane {
  const ids = ["good", "bad", "good too"];
  const opened: LaneOpening = {
    ok: true,
    title: "agent 1.2.3",
    lane: {
      async run(id) {
        if (id === "bad") throw new Error("it went wrong");
      },
      async [Symbol.asyncDispose]() {},
    },
  };
  return {
    name: "agent",
    rows: ids.map((id) => ({ id, sentence: `${id} is true` })),
    atOnce: 2,
    open: async () => opening ?? opened,
  };
}

async function run(subject: LiveLane, only: readonly string[] | null, mustRun = false) {
  const lines: string[] = [];
  const passed = await runLane(subject, { only, mustRun, print: (line) => lines.push(line) });
  return { passed, last: lines.at(-1), text: lines.join("\n") };
}

test("a failed row fails the lane, is counted and tells its reason", async () => {
  const { passed, last, text } = await run(lane(), null);
  expect(passed).toBe(false);
  expect(last).toBe("live agent 1.2.3: 2 passed, 1 failed, 0 skipped");
  expect(text).toMatch(/FAIL bad \(\d+ ms\)\nit went wrong/);
});

test("only the named rows run", async () => {
  const { passed, last } = await run(lane(), ["good"]);
  expect(passed).toBe(true);
  expect(last).toBe("live agent 1.2.3: 1 passed, 0 skipped");
  await expect(run(lane(), ["nonsuch"])).rejects.toThrow("agent has no scenario nonsuch");
});

test("an agent that does not install is skipped with its reason, and a failure where it must run", async () => {
  const missing = lane({ ok: false, reason: "npm could not install it" });
  const skipped = await run(missing, null);
  expect(skipped.passed).toBe(true);
  expect(skipped.text).toContain("agent cannot run: npm could not install it");
  expect(skipped.last).toBe("live agent: 0 passed, 3 skipped");
  const failed = await run(missing, null, true);
  expect(failed.passed).toBe(false);
  expect(failed.last).toBe("live agent: 0 passed, 3 failed, 0 skipped");
  const spared = await run({ ...missing, mayBeMissing: true }, null, true);
  expect(spared.passed).toBe(true);
  expect(spared.last).toBe("live agent: 0 passed, 3 skipped");
});

test("a row that cannot be run here is counted as skipped, with what it needs", async () => {
  const half: LaneOpening = {
    ok: true,
    title: "agent 1.2.3",
    lane: {
      async run(id) {
        if (id === "bad") throw new RowSkipped("only root can set its scene");
      },
      async [Symbol.asyncDispose]() {},
    },
  };
  const { passed, last, text } = await run(lane(half), null, true);
  expect(passed).toBe(true);
  expect(last).toBe("live agent 1.2.3: 2 passed, 1 skipped");
  expect(text).toContain("skip bad: only root can set its scene");
});
