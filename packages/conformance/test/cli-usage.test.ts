import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TemporaryFolder, cli } from "./cli-run.ts";

describe("help", () => {
  it("shows examples on --help, for both faces", async () => {
    const { exitCode, out, err } = await cli(["--help"]);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
    expect(out).toContain("npx @fairlead/conformance ./dist/index.js --fixtures");
    expect(out).toContain("npx @fairlead/conformance --transcript session.jsonl");
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(out).toContain("Exit code: 0 = passed, 1 = something failed, 2 =");
  });

  it("shows the same without arguments, as an error", async () => {
    const help = await cli(["--help"]);
    expect(await cli([])).toEqual({ exitCode: 2, out: "", err: help.out });
  });

  it("tells its version", async () => {
    expect(await cli(["--version"])).toEqual({ exitCode: 0, out: "1.2.3\n", err: "" });
  });
});

describe("bad usage", () => {
  it.each([
    [["./dist/index.js"], "--fixtures DIR is missing"],
    [["--fixtures", "somewhere"], "no bridge is named"],
    [["--fixtures", "x", "--json", "./dist/index.js"], "--json took ./dist/index.js as the file"],
    [
      ["a.js", "--fixtures", "x", "--way", "sideways"],
      "there is no way sideways: choose of straight",
    ],
    [["a.js", "--transcript", "x.jsonl"], "not both; a.js"],
    [["--transcript", "x.jsonl", "--html", "x.html"], "--html goes with a bridge only"],
    [["--transcript", "x.jsonl", "--profile", "gpt"], "Allowed choices are fairlead, codex"],
    [["a.js", "--fixtures", "x", "--profile", "codex"], "--profile goes with --transcript only"],
    [["--transcript"], "argument missing"],
    [["a.js", "--fixture", "x"], "Did you mean --fixtures?"],
    [["a.js", "b.js", "--fixtures", "x"], "too many arguments"],
  ])("%j says what is wrong and exits 2", async (args, sentence) => {
    const { exitCode, out, err } = await cli(args);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    expect(err).toContain(sentence);
    expect(err).toContain("--help");
    expect(err).not.toMatch(/ {4}at |error: error/);
  });
});

describe("a module that is no bridge", () => {
  const adapter = "{ contract: 2, async [Symbol.asyncDispose]() {} }";
  it.each([
    [
      "export const bridge = 1; export const other = 2;",
      "no default export (it exports bridge, other)",
    ],
    ["", "no default export (it exports nothing)"],
    ["export default { contract: 1 };", "the default export of FILE is no function"],
    ["export default () => undefined;", "makes no BridgeAdapter"],
    [
      `export default () => (${adapter});`,
      "wants contract 2; this version of Fairlead has contract 1",
    ],
    ["export default () => { throw new Error('no luck'); };", "failed at once: no luck"],
    ["import './missing.js';", "FILE cannot be loaded: Cannot find module"],
    ["export default (;", "FILE cannot be loaded"],
  ])("%j", async (source, sentence) => {
    using folder = new TemporaryFolder();
    folder.write("manifest.json", "{}");
    const file = folder.write("bridge.mjs", source);
    const { exitCode, out, err } = await cli([file, "--fixtures", folder.path]);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    expect(err).toContain(sentence.replace("FILE", file));
  });

  it("names what is not there", async () => {
    using folder = new TemporaryFolder();
    const bridge = folder.write("bridge.mjs", "export default () => ({ contract: 1 });");
    const missing = join(folder.path, "missing");
    expect((await cli([bridge, "--fixtures", missing])).err).toContain(`no folder ${missing}`);
    expect((await cli([bridge, "--fixtures", folder.path])).err).toContain("no manifest.json in");
    folder.write("manifest.json", "{}");
    const noFile = await cli([`${missing}.js`, "--fixtures", folder.path]);
    expect(noFile.err).toContain(`there is no file ${missing}.js: is the bridge built?`);
    mkdirSync(missing);
    expect((await cli([missing, "--fixtures", folder.path])).err).toContain("is a folder: name");
  });
});
