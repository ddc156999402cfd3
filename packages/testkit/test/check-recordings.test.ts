import { expect, test } from "vitest";
import type { CheckedScenario } from "../src/record/check-recordings.ts";
import { checkRecordings } from "../src/record/check-recordings.ts";

/** A recording of one turn, of this connection, that ended so. */
function recording(status: string, client?: string): string {
  const params = { threadId: "t", turn: { id: "u", items: [], status, error: null } };
  const lines = [
    { recording: "codex", version: "0.0.0", scenario: "text" },
    { dir: "recv", frame: { method: "turn/started", params } },
    { dir: "recv", frame: { method: "turn/completed", params } },
  ].map((line) => JSON.stringify(client === undefined ? line : { ...line, client }));
  return `${lines.join("\n")}\n`;
}

/** A scenario whose recordings come out as these texts, one after the other. */
function scenario(
  name: string,
  committed: string | undefined,
  ...texts: readonly string[]
): CheckedScenario {
  const next = texts.values();
  return {
    name,
    committed,
    record: async () => {
      const { value } = next.next();
      if (value === undefined) throw new Error("never received turn/completed");
      return value;
    },
  };
}

async function check(
  ...scenarios: readonly CheckedScenario[]
): Promise<{ readonly same: boolean; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const same = await checkRecordings(scenarios, (line) => lines.push(line));
  return { same, lines };
}

const completed = recording("completed");
const failed = recording("failed");

test("recordings that show the same are the same", async () => {
  expect(
    await check(
      scenario("one", completed, completed, completed),
      scenario("two", failed, failed, failed),
    ),
  ).toEqual({ same: true, lines: ["same  one", "same  two", "recordings: 2 same, 0 differ"] });
});

test("a recording that has become another, or is another each time, is told", async () => {
  const { same, lines } = await check(
    scenario("stale", failed, completed, completed),
    scenario("fickle", completed, completed, failed),
  );
  expect(same).toBe(false);
  expect(lines[0]).toMatch(/^differs {2}stale\n {2}the committed recording and a new one differ\n/);
  expect(lines[1]).toMatch(/^differs {2}fickle\n {2}two new recordings differ\n/);
  expect(lines[2]).toBe("recordings: 0 same, 2 differ");
});

test("what another connection saw is no matter of the first", async () => {
  const { lines } = await check(scenario("one", completed, completed, recording("completed", "b")));
  expect(lines[0]).toMatch(/^differs {2}one\n {2}two new recordings differ/);
});

test("a scenario that was never recorded, or cannot be, is told", async () => {
  const { same, lines } = await check(
    scenario("new", undefined, completed, completed),
    scenario("broken", completed),
  );
  expect(same).toBe(false);
  expect(lines).toEqual([
    "differs  new\n  it has never been recorded",
    "differs  broken\n  it could not be recorded: never received turn/completed",
    "recordings: 0 same, 2 differ",
  ]);
});
