import { readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { methodCounts, methodLines, methodPage } from "../../../tools/methods-page.ts";
import { createAgentServer, type AgentServer } from "../src/server/agent-server.ts";
import { scriptedBridge } from "./support/scripted-bridge.ts";

let server: AgentServer;

beforeEach(() => {
  server = createAgentServer({
    bridge: scriptedBridge().factory,
    dataDir: null,
    environment: async () => ({}),
  });
});

afterEach(() => server[Symbol.asyncDispose]());

describe("pnpm methods", () => {
  it("has written docs/methods.md as the methods are now", () => {
    const page = readFileSync(new URL("../../../docs/methods.md", import.meta.url), "utf8");
    expect(page, "run `pnpm methods --markdown`").toBe(methodPage(server.methods));
  });

  it("prints a line per method: what becomes of it and why", () => {
    const lines = methodLines(server.methods);
    expect(lines).toHaveLength(server.methods.length);
    const lineOf = (name: string) => lines.find((line) => line.startsWith(name));
    expect(lineOf("turn/start ")).toMatch(/^turn\/start +answered$/);
    expect(lineOf("app/list ")).toMatch(/^app\/list +empty but true$/);
    expect(lineOf("thread/sample* ")).toMatch(/^thread\/sample\* +refused +Agents answer in turns/);
  });

  it("counts them", () => {
    const { methods } = server;
    const count = (kind: string) => methods.filter((entry) => entry.kind === kind).length;
    expect(methodCounts(methods)).toBe(
      `${methods.length} methods: ${count("answered")} answered, ` +
        `${count("empty")} empty but true, ${count("refused")} refused`,
    );
  });
});

describe("every method that is answered", () => {
  it("is asked by a test of this package", () => {
    const folder = new URL("./", import.meta.url);
    const sources = readdirSync(folder)
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => readFileSync(new URL(name, folder), "utf8"))
      .join("\n");
    const asked = new Set(
      [...sources.matchAll(/(?:\b(?:request|raw|example)\(|\bmethod:)\s*"([^"]+)"/g)].map(
        ([, method]) => method,
      ),
    );
    const untested = server.methods.filter(
      ({ kind, method }) => kind !== "refused" && !asked.has(method),
    );
    expect(untested.map(({ method }) => method)).toEqual([]);
  });
});
