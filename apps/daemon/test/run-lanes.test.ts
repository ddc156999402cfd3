import { expect, test } from "vitest";
import type { LiveLane } from "../live/lane.ts";
import { runLanes } from "../live/run-lanes.ts";

function lane(name: string): LiveLane {
  const open = async (): Promise<never> => {
    throw new Error("it is not opened here");
  };
  return { name, rows: [], atOnce: 1, open };
}

const three = ["one", "two", "three"].map(lane);

test("two lanes run at a time, and the third when one of them is over", async () => {
  const ends = new Map<string, () => void>();
  const begun: string[] = [];
  const all = runLanes(
    three,
    ({ name }) => {
      begun.push(name);
      return new Promise((resolve) => void ends.set(name, () => resolve(true)));
    },
    () => {},
  );
  expect(begun).toEqual(["one", "two"]);
  ends.get("two")?.();
  await expect.poll(() => begun).toEqual(["one", "two", "three"]);
  ends.get("one")?.();
  ends.get("three")?.();
  expect(await all).toBe(true);
});

test("one lane that failed makes all of them fail, and lines say which lane they are of", async () => {
  const lines: string[] = [];
  const passed = await runLanes(
    three,
    async ({ name }, print) => {
      print("ok   row");
      print(`live ${name} 1.0: 1 passed, 0 skipped`);
      return name !== "one";
    },
    (line) => lines.push(line),
  );
  expect(passed).toBe(false);
  expect(lines).toContain("two: ok   row");
  expect(lines).toContain("live two 1.0: 1 passed, 0 skipped");
});

test("a lane that cannot be run at all is told when the others are over", async () => {
  const over: string[] = [];
  const all = runLanes(
    three,
    async ({ name }) => {
      if (name === "one") throw new Error("there is no such row");
      over.push(name);
      return true;
    },
    () => {},
  );
  await expect(all).rejects.toThrow("there is no such row");
  expect(over).toEqual(["two", "three"]);
});
