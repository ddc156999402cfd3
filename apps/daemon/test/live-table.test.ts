import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { lanes } from "../live/lanes.ts";
import { tableFile, tableOf } from "../live/table.ts";

test.each(lanes)("docs/live-$name.md is what the lane $name proves", async (lane) => {
  expect(await readFile(tableFile(lane), "utf8")).toBe(tableOf(lane));
});

test.each(lanes)("no two rows of $name share an id or a sentence", ({ rows }) => {
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  expect(new Set(rows.map(({ sentence }) => sentence)).size).toBe(rows.length);
});

test("Claude Code has a scenario for each of at least 45 sentences", () => {
  const claude = lanes.find(({ name }) => name === "claude");
  expect(claude?.rows.length).toBeGreaterThanOrEqual(45);
});

test.each(["pi", "opencode", "droid"])(
  "%s has a scenario for each of at least 35 sentences",
  (name) => {
    const rows = lanes.find((lane) => lane.name === name)?.rows ?? [];
    expect(rows.filter(({ repeats }) => repeats === undefined).length).toBeGreaterThanOrEqual(35);
  },
);

test("each older line of Pi is held to at least ten scenarios", () => {
  const rows = lanes.find(({ name }) => name === "pi")?.rows ?? [];
  const repeated = rows.filter(({ repeats }) => repeats !== undefined);
  const versions = new Set(repeated.map(({ version }) => version));
  expect(versions.size).toBe(2);
  for (const version of versions) {
    expect(repeated.filter((row) => row.version === version).length).toBeGreaterThanOrEqual(10);
  }
});
