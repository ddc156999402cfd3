import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { features } from "../src/scenarios.ts";
import { TemporaryFolder, cli } from "./cli-run.ts";

const demo = fileURLToPath(new URL("../../bridge-demo/src/index.ts", import.meta.url));

/**
 * The manifest of an agent that claims no more than the capabilities of its bridge: what needs no
 * agent can be run without fixtures.
 */
function manifest(knownFailures: readonly { scenario: string; reason: string }[] = []): string {
  const claims = features.map((name) => [
    name,
    name === "commandApproval" || "nothing of the kind",
  ]);
  return JSON.stringify({
    agent: "demo",
    version: "7.8.9",
    features: Object.fromEntries(claims),
    knownFailures,
  });
}

describe("a suite on the command line", () => {
  it("passes with a table, the totals last, and nothing else", async () => {
    using folder = new TemporaryFolder();
    folder.write("manifest.json", manifest());
    const args = [demo, "--fixtures", folder.path, "--only", "not-initialized,usage"];
    const { exitCode, out, err } = await cli([...args, "--way", "straight", "--way=reattach"]);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
    expect(out).toMatch(/^Demo agent 7\.8\.9 \(demo\), compared with codex \S+\n/);
    expect(out).toMatch(/\nscenario +straight +reattach +outcome +ms\n/);
    expect(out).toMatch(/\nnot-initialized +ok +ok +passed +\d+\n/);
    expect(out).toMatch(/\nusage +– +– +not offered\n/);
    expect(out).toContain("\n    - usage: nothing of the kind\n      not run: usage\n");
    expect(out).toMatch(/\nPASSED in .* 2 scenarios: 1 passed, 1 not offered\.\n$/);
  });

  it("fails and says what went wrong, in which ways", async () => {
    using folder = new TemporaryFolder();
    folder.write("manifest.json", manifest());
    const only = ["--only", "text", "--only", "not-initialized"];
    const { exitCode, out } = await cli([demo, "--fixtures", folder.path, ...only]);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/\ntext +FAIL +FAIL +FAIL +FAIL +failed +\d+\n/);
    expect(out).toMatch(/\nFAILED text: .*\n {2}straight, reattach, second-client, kill\n {4}- \w/);
    expect(out).toMatch(/\nFAILED in .*1 passed, 1 failed\.\n$/);
  });

  it("fails when a known failure passes", async () => {
    using folder = new TemporaryFolder();
    const known = { scenario: "not-initialized", reason: "it was hard" };
    folder.write("manifest.json", manifest([known]));
    const args = [demo, "--fixtures", folder.path, "--only", known.scenario];
    const { exitCode, out } = await cli([...args, "--way", "straight"]);
    expect(exitCode).toBe(1);
    expect(out).toContain("take it out of knownFailures in manifest.json. There it says: it was");
  });

  it("writes every report it is asked for, beside the table", async () => {
    using folder = new TemporaryFolder();
    folder.write("manifest.json", manifest());
    const target = (name: string): string => join(folder.path, "reports", name);
    const args = [demo, "--fixtures", folder.path, "--only", "not-initialized", "--way=straight"];
    const files = ["json", "html", "markdown", "junit"].flatMap((name) => [
      `--${name}`,
      target(name),
    ]);
    const { exitCode, out, err } = await cli([...args, ...files]);
    expect(exitCode).toBe(0);
    expect(out).toContain("PASSED");
    expect(err.match(/^wrote /gm)).toHaveLength(4);
    expect(JSON.parse(readFileSync(target("json"), "utf8"))).toMatchObject({
      report: "fairlead-conformance",
      agent: { id: "demo", version: "7.8.9" },
      results: [{ scenario: "not-initialized", outcome: "passed" }],
      passed: true,
    });
    expect(readFileSync(target("html"), "utf8")).toMatch(/^<!doctype html>[^]*not-initialized/);
    expect(readFileSync(target("markdown"), "utf8")).toContain("| not-initialized |");
    expect(readFileSync(target("junit"), "utf8")).toContain('<testcase name="not-initialized');
  });

  it("is JSON and nothing else with --json alone", async () => {
    using folder = new TemporaryFolder();
    folder.write("manifest.json", manifest());
    const args = ["--fixtures", folder.path, "--only", "usage", "--json"];
    const { exitCode, out } = await cli([demo, ...args]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ results: [{ outcome: "not-offered" }] });
  });

  it("shows progress to a person only, on one line that is gone in the end", async () => {
    using folder = new TemporaryFolder();
    folder.write("manifest.json", manifest());
    const args = [demo, "--fixtures", folder.path, "--only", "not-initialized"];
    const { out, err } = await cli(args, { isTerminal: true });
    expect(err).toContain("not-initialized · kill");
    expect(err.endsWith("\r\u001b[2K")).toBe(true);
    expect(err).not.toContain("\n");
    expect(out).not.toContain("\u001b");
  });

  it("judges nothing when a scenario or the manifest is not there", async () => {
    using folder = new TemporaryFolder();
    folder.write("manifest.json", manifest());
    const wrong = await cli([demo, "--fixtures", folder.path, "--only", "txt"]);
    expect(wrong).toMatchObject({ exitCode: 2, out: "" });
    expect(wrong.err).toContain("there is no scenario txt");
    folder.write("manifest.json", '{ "agent": "demo" }');
    const bad = await cli([demo, "--fixtures", folder.path]);
    expect(bad).toMatchObject({ exitCode: 2, out: "" });
    expect(bad.err).toContain("manifest.json");
  });
});
