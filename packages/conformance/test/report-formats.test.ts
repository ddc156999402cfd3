import { describe, expect, it } from "vitest";
import { htmlReport } from "../src/report/html.ts";
import { jsonReport } from "../src/report/json.ts";
import { junitReport } from "../src/report/junit.ts";
import { markdownReport } from "../src/report/markdown.ts";
import { terminalReport } from "../src/report/terminal.ts";
import { passedReport, sampleReport } from "./report-sample.ts";

const formats = {
  txt: terminalReport,
  md: markdownReport,
  html: htmlReport,
  xml: junitReport,
  json: jsonReport,
};

describe.each(Object.entries(formats))("as %s", (extension, render) => {
  it("shows one of each outcome", async () => {
    await expect(render(sampleReport)).toMatchFileSnapshot(`report-sample/failed.${extension}`);
  });

  it("shows a run in which nothing failed", async () => {
    await expect(render(passedReport)).toMatchFileSnapshot(`report-sample/passed.${extension}`);
  });

  it("lets no control character of an agent through", () => {
    expect(render(sampleReport).match(/(?!\n)\p{Cc}|\p{Cs}/gu)).toBeNull();
  });

  it("renders a run without scenarios", () => {
    const text = render({ ...passedReport, results: [] });
    expect(text).not.toMatch(/Infinity|NaN|undefined/);
  });
});

it("keeps every tag of the HTML and the XML closed, whatever the texts say", () => {
  for (const text of [htmlReport(sampleReport), junitReport(sampleReport)]) {
    expect(unclosedTags(text)).toEqual([]);
    expect(text).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#39;)/);
  }
});

it("asks for nothing from elsewhere in the HTML, and runs nothing", () => {
  expect(htmlReport(sampleReport)).not.toMatch(
    /<(?:script|link|img|iframe)|\ssrc=|\shref=|url\(|@import/,
  );
});

it("unfolds only what needs a person", () => {
  const open = [...htmlReport(sampleReport).matchAll(/<details class="([\w-]+)" open>/g)];
  expect(open.map(([, outcome]) => outcome)).toEqual(["failed", "unexpected-pass"]);
});

it("counts the JUnit cases it holds", () => {
  const text = junitReport(sampleReport);
  const count = (tag: string): number => text.split(`<${tag} `).length - 1;
  const [, tests, failures, skipped] =
    /<testsuites .*?tests="(\d+)" failures="(\d+)" .*?skipped="(\d+)"/.exec(text) ?? [];
  expect([tests, failures, skipped].map(Number)).toEqual([
    count("testcase"),
    count("failure"),
    count("skipped"),
  ]);
});

it("keeps the report itself in the JSON, with what it is and its version", () => {
  const parsed: unknown = JSON.parse(jsonReport(sampleReport));
  expect(parsed).toEqual({
    report: "fairlead-conformance",
    reportVersion: 1,
    ...structuredClone(sampleReport),
  });
});

/** Tags that are closed in the wrong order or never. */
function unclosedTags(text: string): readonly string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, closing, name = "", rest = ""] of text.matchAll(/<(\/?)([a-z][\w-]*)([^>]*)>/g)) {
    if (name === "meta" || rest.endsWith("/")) continue;
    if (closing === "") open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}
