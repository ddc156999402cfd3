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
