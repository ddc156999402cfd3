import { describe, expect, it } from "vitest";
import { beats, features } from "../src/scenarios.ts";
import { TemporaryFolder, cli } from "./cli-run.ts";

/** A manifest that claims these features and no other. */
function manifest(...claimed: readonly string[]): string {
  const claims = features.map((name) => [name, claimed.includes(name) || "nothing of the kind"]);
  return JSON.stringify({
    agent: "magpie",
    version: "3.2.0",
    features: Object.fromEntries(claims),
  });
}

const always = ["text", "hold", "hold-more", "interrupt-text", "error"];
const ofCommands = ["command", "command-failed", "command-parallel"];

describe("--beats", () => {
  it("names what the claims need, with its features and its sentence", async () => {
    using folder = new TemporaryFolder();
    folder.write("manifest.json", manifest("command", "steer"));
    for (const name of [...always, ...ofCommands, "steer"]) folder.write(`${name}.jsonl`, "");
    const { exitCode, out, err } = await cli(["--beats", "--fixtures", folder.path]);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
    expect(out).toMatch(/^magpie 3\.2\.0 claims what needs 9 beats: all there\.\n\n/);
    expect(out).toMatch(/^there {2}text\.jsonl +every bridge +It says something, in one or /m);
    expect(out).toMatch(/^there {2}command-failed\.jsonl +command +It runs a command without /m);
    expect(out).toMatch(/^there {2}steer\.jsonl +steer +It begins to say something, gets /m);
    expect(out.match(/\.jsonl/g)).toHaveLength(9);
  });

  it("fails when one is missing, and names the missing ones first", async () => {
    using folder = new TemporaryFolder();
    folder.write("manifest.json", manifest("command", "commandApproval"));
    for (const name of [...always, ...ofCommands]) folder.write(`${name}.jsonl`, "");
    const { exitCode, out } = await cli(["--fixtures", folder.path, "--beats"]);
    expect(exitCode).toBe(1);
    const [title, , ...lines] = out.trimEnd().split("\n");
    expect(title).toBe("magpie 3.2.0 claims what needs 14 beats: 6 missing.");
    expect(lines.map((line) => line.split(" ", 1)[0])).toEqual([
      ...Array.from({ length: 6 }, () => "MISSING"),
      ...Array.from({ length: 8 }, () => "there"),
    ]);
    expect(lines[0]).toMatch(/^MISSING {2}command-accept\.jsonl +command \+ commandApproval +It/);
  });

  it("tells of files nothing plays, such as one whose name is mistyped", async () => {
    using folder = new TemporaryFolder();
    folder.write("manifest.json", manifest());
    for (const name of [...always, "open", "txt"]) folder.write(`${name}.jsonl`, "");
    const { exitCode, out } = await cli(["--beats", "--fixtures", folder.path]);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/\n\ntxt\.jsonl belongs to no beat: nothing plays it\.\n$/);
    expect(out).not.toContain("open.jsonl");
  });

  it("lists every beat with its features where there is no manifest", async () => {
    using folder = new TemporaryFolder();
    for (const args of [["--beats"], ["--beats", "--fixtures", folder.path]]) {
      const { exitCode, out } = await cli(args);
      expect(exitCode).toBe(0);
      const listed = [...out.matchAll(/^([\w-]+)\.jsonl {2,}\S/gm)].map(([, name]) => name);
      expect(listed).toEqual(Object.keys(beats));
      expect(out).toMatch(/^command-streaming\.jsonl +command \+ commandOutput +It runs/m);
      expect(out).not.toMatch(/MISSING|^there /m);
    }
  });

  it("judges nothing when the folder is not there or the manifest is bad", async () => {
    using folder = new TemporaryFolder();
    const missing = await cli(["--beats", "--fixtures", `${folder.path}/missing`]);
    expect(missing).toMatchObject({ exitCode: 2, out: "" });
    expect(missing.err).toContain(`there is no folder ${folder.path}/missing for --fixtures`);
    folder.write("manifest.json", '{ "agent": "magpie" }');
    const bad = await cli(["--beats", "--fixtures", folder.path]);
    expect(bad).toMatchObject({ exitCode: 2, out: "" });
    expect(bad.err).toContain("`version` must be a text");
  });

  it.each([
    [["bridge.js"], "--beats looks at the fixtures only: leave bridge.js out"],
    [["--live"], "--live goes with a bridge only"],
    [["--html", "x.html"], "--html goes with a bridge only"],
    [["--transcript", "x.jsonl"], "--transcript goes with a recording only"],
  ])("refuses %j", async (args, sentence) => {
    const { exitCode, err } = await cli(["--beats", ...args]);
    expect(exitCode).toBe(2);
    expect(err).toContain(sentence);
  });
});
