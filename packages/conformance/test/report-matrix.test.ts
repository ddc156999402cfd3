import { describe, expect, it } from "vitest";
import { matrixPage, staleLines } from "../../../tools/matrix-page.ts";
import type { SuiteReport } from "../src/suite/report.ts";
import { passedReport } from "./report-sample.ts";

const other: SuiteReport = {
  ...passedReport,
  agent: { id: "other", displayName: "Other", version: "2.0" },
  results: passedReport.results.map((result) => ({
    ...result,
    outcome: "known-failure",
    reason: "the answer | comes <late>",
  })),
};
const groups = [
  { subject: "Answers", scenarios: [{ id: "text", title: "A message arrives whole." }] },
  { subject: "Input", scenarios: [{ id: "image", title: "An image is read." }] },
];

describe("the page of the matrix", () => {
  const page = matrixPage({ groups, reports: [passedReport, other], unmeasured: ["third"] });

  it("has a row for each scenario and a column for each agent", () => {
    expect(page).toContain("## Answers\n\n| scenario | what it proves | `demo` | `other` |");
    expect(page).toContain("| `text` | A message arrives whole. | ✓ | [✗](#other-text) |");
    expect(page).toContain("| `image` | An image is read. | [–](#demo-image) | [✗](#other-text) |");
  });

  it("leads every link to one reason", () => {
    const links = [...page.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor]) => anchor);
    const anchors = [...page.matchAll(/<a id="([\w-]+)">/g)].map(([, anchor]) => anchor);
    expect(new Set(anchors)).toEqual(new Set(links));
    expect(new Set(anchors).size).toBe(anchors.length);
    expect(page).toContain("Known failure: the answer \\| comes \\<late\\> (`text`, `image`)");
  });

  it("counts per agent, and names whom it has no fixtures of", () => {
    expect(page).toContain("| `other` | Other 2.0 | 2 | 0 | 0 | 2 |");
    expect(page).toContain("Not measured, for want of fixtures: third.");
  });

  it("stays the same when the run took longer", () => {
    const slow = { ...passedReport, durationMs: 1e6 };
    const again = matrixPage({ groups, reports: [slow, other], unmeasured: ["third"] });
    expect(staleLines(page, again)).toEqual([]);
  });

  it("names the lines that are out of date", () => {
    const current = matrixPage({ groups, reports: [passedReport], unmeasured: [] });
    expect(staleLines(page, current)).toContain("- | `other` | Other 2.0 | 2 | 0 | 0 | 2 |");
    expect(staleLines("a\nb\n", "b\na\n")).toEqual(["the same lines in another order"]);
    expect(staleLines("a\n", "a\na\n")).not.toEqual([]);
  });
});
