import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readConfig } from "../../src/config/read.ts";
import { page, withKeys } from "../../../../tools/configuration-page.ts";

test("docs/configuration.md has the keys of today", async () => {
  const text = await readFile(page, "utf8");
  expect(text).toBe(withKeys(text));
});

test("each example of docs/configuration.md is valid", async () => {
  const text = await readFile(page, "utf8");
  const examples = [...text.matchAll(/```toml\n([\s\S]*?)```/gu)].map(([, toml = ""]) => toml);
  expect(examples.length).toBeGreaterThanOrEqual(4);
  for (const example of examples) {
    const reading = readConfig(example, { agents: ["claude", "codex"], homedir: "/home/ada" });
    expect(reading).toMatchObject({ ok: true, warnings: [] });
  }
});

test("each sentence about a wrong file in docs/configuration.md is one that is told", async () => {
  const text = await readFile(page, "utf8");
  const file = `${"\n".repeat(11)}websocket.port = 70000\n\n\npolicy.aprovals = "ask"\n`;
  const reading = readConfig(file, { agents: ["claude"], homedir: "/home/ada" });
  const told = reading.ok ? [] : reading.problems;
  expect(told).toHaveLength(2);
  for (const { line, key, message } of told) {
    expect(text).toContain(`host.toml:${line ?? 0}: ${key ?? ""}: ${message}\n`);
  }
});
