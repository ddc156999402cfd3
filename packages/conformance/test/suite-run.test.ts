import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BridgeFactory } from "@fairlead/bridge-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import demoBridge from "../../bridge-demo/src/index.ts";
import { readManifest } from "../src/suite/manifest.ts";
import type { ScenarioResult } from "../src/suite/report.ts";
import { runSuite, Suite } from "../src/suite/run-suite.ts";
import { scenarios } from "../src/scenarios.ts";

const demoFixtures = fileURLToPath(new URL("../../bridge-demo/test/conformance", import.meta.url));

let fixtures: string;

beforeEach(() => {
  fixtures = mkdtempSync(join(tmpdir(), "fairlead-suite-"));
  cpSync(demoFixtures, fixtures, { recursive: true });
});

afterEach(() => rmSync(fixtures, { recursive: true }));

/** Changes the text of a fixture or of the manifest. */
function edit(name: string, change: (text: string) => string): void {
  const file = join(fixtures, name);
  writeFileSync(file, change(readFileSync(file, "utf8")));
}

const claim = (feature: string, value: string) =>
  edit("manifest.json", (text) =>
    text.replace(new RegExp(`"${feature}": ("[^"]*"|true)`), `"${feature}": ${value}`),
  );

async function run(
  only: string,
  factory: BridgeFactory = demoBridge,
): Promise<ScenarioResult & { readonly manifest: readonly string[]; readonly whole: boolean }> {
  const report = await runSuite(factory, { fixtures, only: [only] });
  const [result] = report.results;
  if (result === undefined) throw new Error("there is no result");
  return { ...result, manifest: report.manifestProblems, whole: report.passed };
}

const problems = ({ ways }: ScenarioResult) =>
  ways.map(({ way, problems: [first = "passed"] }) => `${way}: ${first}`);

describe("a scenario", () => {
  it("passes in every way, and says how", async () => {
    const result = await run("text");
    expect(result).toMatchObject({ outcome: "passed", reason: null, whole: true, manifest: [] });
    expect(problems(result)).toEqual([
      "straight: passed",
      "reattach: passed",
      "second-client: passed",
      "kill: passed",
    ]);
  });

  it("fails with what the bridge wrote instead of what the fixture has", async () => {
    edit("command-decline.jsonl", (text) => text.replace('"decline"', '"accept"'));
    const [straight = ""] = problems(await run("command-decline"));
    expect(straight).toMatch(
      /^straight: beat command-decline, line 5: answer is "decline" instead of "accept"; the fixture has/,
    );
  });

  it("fails with what a client does not see of codex's turn", async () => {
    edit("text.jsonl", (text) => text.replaceAll(/^.*"(say|closed)".*\n/gm, ""));
    expect(problems(await run("text"))[0]).toBe(
      "straight: thread 1, turn 1, agentMessage is missing",
    );
  });

  it("fails with the file that is missing", async () => {
    rmSync(join(fixtures, "text.jsonl"));
    expect(problems(await run("text"))[0]).toBe(
      "straight: there is no fixture text.jsonl for the beat text",
    );
  });

  it("fails in the one way in which the bridge is wrong", async () => {
    // Its threads are told the story of a daemon that was killed under another id each time.
    let bridges = 0;
    const forgetful: BridgeFactory = (host) => {
      const adapter = demoBridge(host);
      bridges += 1;
      const id = `demo-${bridges}`;
      return { ...adapter, id, [Symbol.asyncDispose]: () => adapter[Symbol.asyncDispose]() };
    };
    const result = await run("two-turns", forgetful);
    expect(problems(result).slice(0, 3)).toEqual([
      "straight: passed",
      "reattach: passed",
      "second-client: passed",
    ]);
    expect(problems(result)[3]).not.toBe("kill: passed");
  });

  it("answers late only the daemon that asked, however fast the turn ends", async () => {
    const known = scenarios.find(({ id }) => id === "clients-approval");
    if (known === undefined) throw new Error("there is no such scenario");
    const at = known.steps.findLastIndex(({ type }) => type === "send");
    // The turn is over before the late answer.
    const steps = [...known.steps.slice(0, at), ...known.steps.slice(at + 1, -1)];
    const last = known.steps.slice(at, at + 1);
    await using suite = new Suite(demoBridge, { fixtures });
    const scenario = { ...known, steps: [...steps, ...last, ...known.steps.slice(-1)] };
    expect(await suite.run(scenario, "kill")).toMatchObject({ problems: [] });
  });

  it("is not offered for the reason in the manifest", async () => {
    expect(await run("plan")).toMatchObject({
      outcome: "not-offered",
      reason: "plan: the demo agent keeps no plan",
      ways: [],
      whole: true,
    });
  });

  it("that is known to fail is run all the same, and must fail", async () => {
    const known = (scenario: string) =>
      edit("manifest.json", (text) =>
        text.replace(
          /"knownFailures": \[.*?\]/,
          `"knownFailures": [{ "scenario": "${scenario}", "reason": "not yet" }]`,
        ),
      );
    known("text");
    expect(await run("text")).toMatchObject({ outcome: "unexpected-pass", whole: false });
    rmSync(join(fixtures, "text.jsonl"));
    const result = await run("text");
    expect(result).toMatchObject({ outcome: "known-failure", reason: "not yet", whole: true });
    expect(result.ways).toHaveLength(4);
  });
});

describe("a claim", () => {
  it("needs behaviour", async () => {
    claim("image", "true");
    const { manifest, whole } = await run("text");
    expect(manifest).toEqual(["`image` is claimed, and the bridge's capabilities say no"]);
    expect(whole).toBe(false);
  });

  it("is needed where there is behaviour", async () => {
    claim("fileApproval", '"it never asks"');
    claim("fileChange", '"it changes none"');
    claim("command", '"it runs none"');
    edit("text.jsonl", (text) =>
      text.replace(
        /^(?=.*"done")/m,
        [
          '{"dir":"recv","frame":{"type":"run","id":"$run","command":"true"}}',
          '{"dir":"recv","frame":{"type":"closed","id":"$run","status":"completed"}}',
          "",
        ].join("\n"),
      ),
    );
    expect((await run("text")).manifest).toEqual([
      "`command` was seen in text (an item commandExecution), and the manifest says: it runs none",
    ]);
  });
});

describe("a manifest", () => {
  it.each([
    ['"agent": "demo"', '"agent": 7', "`agent` must be a text"],
    ['"reasoning"', '"reasonning"', "`features.reasonning`: there is no such feature"],
    [
      '"steer": "the demo agent takes one prompt at a time"',
      '"steer": false',
      "`features.steer` must be true, or say why",
    ],
    [
      '"knownFailures": []',
      '"knownFailures": [{"scenario":"txt","reason":"?"}]',
      "there is no scenario txt",
    ],
    [
      '"knownFailures": []',
      '"knownFailures": [], "programs": { "ps": 1 }',
      "`programs.ps` is not what belongs there",
    ],
    ['"version"', '"verison"', "there is no member `verison`"],
  ])("with %s for %s is refused", (good, bad, message) => {
    edit("manifest.json", (text) => text.replace(good, bad));
    expect(() => readManifest(fixtures)).toThrow(message);
  });
});
