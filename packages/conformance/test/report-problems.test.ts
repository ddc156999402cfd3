import { describe, expect, it } from "vitest";
import { htmlReport } from "../src/report/html.ts";
import { jsonReport } from "../src/report/json.ts";
import { markdownReport } from "../src/report/markdown.ts";
import { terminalReport } from "../src/report/terminal.ts";
import type { ScenarioResult, SuiteReport, WayResult } from "../src/suite/report.ts";
import { passedReport } from "./report-sample.ts";

function reportOf(results: readonly Partial<ScenarioResult>[]): SuiteReport {
  const base: ScenarioResult = {
    scenario: "text",
    title: "A message arrives whole.",
    needs: [],
    outcome: "failed",
    reason: null,
    ways: [],
  };
  return { ...passedReport, passed: false, results: results.map((one) => ({ ...base, ...one })) };
}

function failed(ways: Partial<Record<WayResult["way"], readonly string[]>>): SuiteReport {
  const results = Object.entries(ways).map(([way, problems]) => ({ way, problems }));
  const named = (["straight", "reattach", "second-client", "kill"] as const).flatMap((way) =>
    results
      .filter((entry) => entry.way === way)
      .map(({ problems }) => ({ way, problems, durationMs: 1 })),
  );
  return reportOf([{ ways: named }]);
}

/** What the terminal shows of the problems. */
function shown(report: SuiteReport): string {
  return /\nFAILED text: .*\n([^]*?)\n\nFAILED in/.exec(terminalReport(report))?.[1] ?? "";
}

function notOpen(item: number, frame: string): string {
  const id = `d2bbc127-106f-401c-8918-3029e76b21${String(item).padStart(2, "0")}`;
  return `law server-request/item-not-open: requestApproval for item ${id}, which is not open: {${frame}}`;
}

describe("problems that say the same", () => {
  it("are told once, with how often, whatever their ids and frames", () => {
    const report = failed({
      straight: [notOpen(1, '"id":1'), notOpen(2, '"id":2')],
      kill: [notOpen(3, '"id":1')],
    });
    expect(shown(report)).toBe(`  straight, kill\n    - 3 × ${notOpen(1, '"id":1')}`);
  });

  it("are told without a count when each way shows one", () => {
    const report = failed({ straight: [notOpen(1, "")], reattach: [notOpen(2, "")] });
    expect(shown(report)).toBe(`  straight, reattach\n    - ${notOpen(1, "")}`);
  });

  it.each([
    [
      "law turn-end/not-idle-before: turn a1 of thread b1",
      "law turn-end/not-idle-before: turn a2 of thread b2",
    ],
    [
      "law times/not-seconds: startedAt is 1763733460000, which",
      "law times/not-seconds: startedAt is 1763733461234, which",
    ],
    [
      'the bridge wrote {"id":7,"tool":"toolu_01AbC9"}, which',
      'the bridge wrote {"id":9,"tool":"toolu_02XyZ8"}, which',
    ],
    ["server request (id 3) in frame 12 is late", "server request (id 4) in frame 99 is late"],
  ])("%s = %s", (one, other) => {
    expect(shown(failed({ straight: [one, other] }))).toBe(`  straight\n    - 2 × ${one}`);
  });

  it.each([
    ["thread 1, turn 1, agentMessage is missing", "thread 1, turn 2, agentMessage is missing"],
    [
      "beat text, line 3: the bridge never wrote {}",
      "beat text, line 5: the bridge never wrote {}",
    ],
    [
      "law error-codes/unknown-code: x: code -32000",
      "law error-codes/unknown-code: x: code -32001",
    ],
    [
      "law item-life/started-twice: item a started twice: {}",
      "law item-life/completed-twice: item a completed twice: {}",
    ],
  ])("%s is not %s", (one, other) => {
    expect(shown(failed({ straight: [one, other] }))).toBe(
      `  straight\n    - ${one}\n    - ${other}`,
    );
  });

  it("stand under the ways they came up in", () => {
    const report = failed({ straight: ["early", "both"], kill: ["both", "late"] });
    expect(shown(report)).toBe(
      "  straight\n    - early\n  straight, kill\n    - both\n  kill\n    - late",
    );
  });
});

describe("many problems", () => {
  const words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
  const report = failed({ straight: words.slice(0, 6), kill: words });

  it("are cut after eight different ones, and counted", () => {
    expect(shown(report)).toMatch(
      /- six\n {2}kill\n {4}- seven\n {4}- eight\n {2}… and 2 more \(--json has all\)$/,
    );
    expect(shown(failed({ straight: words.slice(0, 8) }))).not.toContain("more");
  });

  it("are cut for a browser and a pull request too, and kept whole in the JSON", () => {
    for (const text of [markdownReport(report), htmlReport(report)]) {
      expect(text).toContain("… and 2 more (--json has all)");
      expect(text).not.toContain("nine");
    }
    expect(JSON.parse(jsonReport(report))).toMatchObject({
      results: structuredClone(report.results),
    });
  });
});

describe("what is not offered", () => {
  const notOffered = { outcome: "not-offered", title: "", ways: [] } as const;

  it("is told once for each reason, with its features and the scenarios it leaves out", () => {
    const none = "Magpie changes no files; it talks: only.";
    const text = terminalReport(
      reportOf([
        { ...notOffered, scenario: "usage", needs: ["usage"], reason: "usage: Not counted." },
        {
          ...notOffered,
          scenario: "file-add-accept",
          needs: ["fileChange", "fileApproval"],
          reason: `fileChange: ${none}; fileApproval: ${none}`,
        },
        {
          ...notOffered,
          scenario: "file-rename-accept",
          needs: ["fileChange", "fileApproval", "fileRename"],
          reason: `fileChange: ${none}; fileApproval: ${none}; fileRename: Nor names.`,
        },
      ]),
    );
    expect(text).toContain(
      [
        "Not offered by the agent",
        "    - usage: Not counted.",
        "      not run: usage",
        `    - fileChange, fileApproval: ${none}`,
        "      not run: file-add-accept, file-rename-accept",
        "    - fileRename: Nor names.",
        "      not run: file-rename-accept",
        "",
      ].join("\n"),
    );
  });
});
