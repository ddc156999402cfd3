import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { arrayField, field, stringField } from "../src/read.ts";
import { TemporaryFolder, cli } from "./cli-run.ts";

const recordings = fileURLToPath(new URL("../transcripts/", import.meta.url));
const good = readFileSync(join(recordings, "codex-0.169.0/text.jsonl"), "utf8");
const damaged = good
  .split("\n")
  .filter((line) => !line.includes('"turn/completed"'))
  .join("\n");
const listed: unknown = JSON.parse(
  readFileSync(join(recordings, "codex-0.169.0/exceptions.json"), "utf8"),
);
const exceptions = Array.isArray(listed) ? listed : [];
const note = '{"note":"no frame"}\n';

describe("a recording of codex", () => {
  it("keeps the laws with what codex is forgiven, and not without", async () => {
    const codex = await cli(["--transcript", recordings, "--profile", "codex"]);
    expect(codex).toMatchObject({ exitCode: 0, err: "" });
    const count = exceptions.length;
    expect(codex.out).toMatch(
      new RegExp(
        `\\nPASSED by the laws of codex: \\d+ recordings, no violations, ${count} allowed exceptions\\.\\n$`,
      ),
    );
    const strict = await cli(["--transcript", recordings]);
    expect(strict.exitCode).toBe(1);
    expect(strict.out).toMatch(
      new RegExp(`\\nFAILED by the laws of fairlead: \\d+ recordings, ${count} violations\\.\\n$`),
    );
  });

  it("shows the exceptions that are listed, with their reasons, and no others", async () => {
    const { out } = await cli(["--transcript", recordings, "--profile", "codex", "--json"]);
    const members = ["law", "clause", "client", "line", "reason"];
    const shown = arrayField(JSON.parse(out), "files").flatMap((one) =>
      arrayField(one, "judgement", "allowed").map((found) => [
        basename(stringField(one, "file") ?? "", ".jsonl"),
        ...members.map((member) => field(found, member)),
      ]),
    );
    expect(shown).toEqual(
      exceptions.map((entry) => [
        field(entry, "transcript"),
        ...members.map((member) => field(entry, member) ?? field(entry, "frame", member)),
      ]),
    );
  });

  it("is judged for a reader who stops reading", () => {
    const command = fileURLToPath(new URL("../src/cli.ts", import.meta.url));
    const node = `node --conditions=@fairlead/source --import tsx ${command}`;
    const piped = `${node} --transcript ${recordings} --profile codex | head -n 1`;
    const { stdout, stderr } = spawnSync("bash", ["-c", piped], { encoding: "utf8" });
    expect(stdout).toMatch(/\.jsonl: \d+ frames/);
    expect(stderr).toBe("");
  });

  it("is counted: frames, clients, lines that are none", async () => {
    using folder = new TemporaryFolder();
    const file = folder.write("good.jsonl", good + note);
    const { exitCode, out } = await cli(["--transcript", file]);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/good\.jsonl: \d+ frames, 1 client, 2 lines ignored, no violation\n/);
  });
});

describe("a broken recording", () => {
  it("is told law, clause, line, frame and sentence", async () => {
    const { exitCode, out, err } = await cli(["--transcript", "-"], { input: damaged });
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: "" });
    const [, line = "", shown = ""] =
      /turn-once\/never-completed, line (\d+), frame \d+: turn \S+ .*\n {4}(.*)\n/.exec(out) ?? [];
    // The line is the one in the file: an editor finds the frame there.
    const frame: unknown = JSON.parse(damaged.split("\n")[Number(line) - 1] ?? "null");
    expect(JSON.stringify(frame)).toContain(shown.replace(/…$/, ""));
    expect(shown).toContain('"method":"turn/started"');
    expect(out).toMatch(/\nFAILED by the laws of fairlead: 1 recording, 1 violation\.\n$/);
  });

  it("names the client when there are several", async () => {
    const other = damaged.replaceAll('{"dir"', '{"client":"b","dir"');
    const { out } = await cli(["--transcript", "-"], { input: good + other });
    expect(out).toContain(" 2 clients, ");
    expect(out).toMatch(/turn-once\/never-completed, line \d+, frame \d+ of client b: turn/);
  });

  it("fails among good ones, in a folder and beside it", async () => {
    using folder = new TemporaryFolder();
    mkdirSync(join(folder.path, "deep"));
    folder.write("deep/b.jsonl", damaged);
    folder.write("a.jsonl", good);
    folder.write("notes.txt", "no recording");
    const single = folder.write("single.log", good);
    const { exitCode, out } = await cli(["--transcript", single, folder.path]);
    expect(exitCode).toBe(1);
    const names = [...out.matchAll(/^\S*?(\w+\.\w+): \d+ frames/gm)].map(([, name]) => name);
    expect(names).toEqual(["single.log", "a.jsonl", "b.jsonl"]);
  });

  it("is told to programs too", async () => {
    using folder = new TemporaryFolder();
    const file = folder.write("b.jsonl", damaged);
    const { exitCode, out } = await cli(["--transcript", file, "--json"]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      report: "fairlead-transcripts",
      reportVersion: 1,
      profile: "fairlead",
      passed: false,
      files: [{ file, judgement: { violations: [{ law: "turn-once" }] } }],
    });
    const target = join(folder.path, "new/report.json");
    const written = await cli(["--transcript", file, "--json", target]);
    expect(written.out).toContain("FAILED by the laws");
    expect(readFileSync(target, "utf8")).toBe(out);
  });
});

describe("what is no recording", () => {
  it.each([
    ["", "it is empty"],
    ["\n\n", "it is empty"],
    [note, "there is no frame in it"],
    ["not JSON at all", "there is no frame in it"],
  ])("%j is an error, not a pass", async (input, reason) => {
    const { exitCode, out, err } = await cli(["--transcript", "-"], { input });
    expect(exitCode).toBe(2);
    expect(err).toContain(`standard input: not judged: ${reason}`);
    expect(out).toContain("NOT JUDGED");
  });

  it("does not hide the others", async () => {
    using folder = new TemporaryFolder();
    const file = folder.write("b.jsonl", damaged);
    mkdirSync(join(folder.path, "empty"));
    const paths = [join(folder.path, "missing.jsonl"), join(folder.path, "empty"), file];
    const { exitCode, out, err } = await cli(["--transcript", ...paths]);
    expect(exitCode).toBe(2);
    expect(err).toContain("missing.jsonl: not judged: there is no such file");
    expect(err).toContain("empty: not judged: there is no .jsonl file in this folder");
    expect(out).toContain("turn-once/never-completed");
  });
});
