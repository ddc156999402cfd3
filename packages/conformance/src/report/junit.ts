import type { ScenarioResult, SuiteReport, WayResult } from "../suite/report.ts";
import { markup } from "./printable.ts";
import { outcomeWords, unexpectedPassAdvice } from "./summary.ts";

interface Case {
  readonly name: string;
  readonly durationMs: number;
  readonly verdict:
    | { readonly type: "passed" }
    | { readonly type: "failure"; readonly message: string; readonly text: string }
    | { readonly type: "skipped"; readonly message: string };
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

/**
 * The report as JUnit XML, as CI systems read it: a suite per scenario, a case per way. What is not
 * offered and what is known to fail is `skipped` with its reason as the message. Times in seconds.
 */
export function junitReport(report: SuiteReport): string {
  const suites = [...report.results.map(suiteOf), manifestOf(report)];
  const attributes = { name: `conformance of ${report.agent.id}`, ...counts(suites) };
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributesText({ ...attributes, time: seconds(report.durationMs) })}>`,
    ...suites.flatMap(suiteLines),
    "</testsuites>",
  ];
  return `${lines.join("\n")}\n`;
}

function suiteOf(result: ScenarioResult): Suite {
  const name = `${result.scenario}: ${result.title}`;
  if (result.ways.length === 0) {
    const verdict = verdictOf(result, null);
    return { name, cases: [{ name: result.scenario, durationMs: 0, verdict }] };
  }
  const cases = result.ways.map((entry) => ({
    name: `${result.scenario} ${entry.way}`,
    durationMs: entry.durationMs,
    verdict: verdictOf(result, entry),
  }));
  return { name, cases };
}

function verdictOf({ outcome, reason }: ScenarioResult, way: WayResult | null): Case["verdict"] {
  switch (outcome) {
    case "passed":
      return { type: "passed" };
    case "failed": {
      const [message, ...more] = way?.problems ?? ["it was not run"];
      if (message === undefined) return { type: "passed" };
      return { type: "failure", message: firstLine(message), text: [message, ...more].join("\n") };
    }
    case "unexpected-pass": {
      const message = `${unexpectedPassAdvice}: ${reason ?? "nothing"}`;
      return { type: "failure", message, text: message };
    }
    case "known-failure":
    case "not-offered":
      return {
        type: "skipped",
        message: `${outcomeWords[outcome]}: ${reason ?? "no reason given"}`,
      };
  }
}

function manifestOf({ manifestProblems, agent }: SuiteReport): Suite {
  const [message, ...more] = manifestProblems;
  const verdict: Case["verdict"] =
    message === undefined
      ? { type: "passed" }
      : { type: "failure", message: firstLine(message), text: [message, ...more].join("\n") };
  const name = `manifest: what it says of ${agent.id} is true`;
  return { name, cases: [{ name: "manifest", durationMs: 0, verdict }] };
}

function suiteLines({ name, cases }: Suite): readonly string[] {
  const time = seconds(cases.reduce((sum, { durationMs }) => sum + durationMs, 0));
  return [
    `  <testsuite${attributesText({ name, ...counts([{ name, cases }]), time })}>`,
    ...cases.flatMap((entry) => caseLines(name, entry)),
    "  </testsuite>",
  ];
}

function caseLines(suite: string, { name, durationMs, verdict }: Case): readonly string[] {
  const attributes = attributesText({ name, classname: suite, time: seconds(durationMs) });
  switch (verdict.type) {
    case "passed":
      return [`    <testcase${attributes}/>`];
    case "skipped": {
      const skipped = `      <skipped${attributesText({ message: verdict.message })}/>`;
      return [`    <testcase${attributes}>`, skipped, "    </testcase>"];
    }
    case "failure": {
      const message = attributesText({ message: verdict.message });
      const failure = `      <failure${message}>${markup(verdict.text)}</failure>`;
      return [`    <testcase${attributes}>`, failure, "    </testcase>"];
    }
  }
}

function counts(suites: readonly Suite[]): Readonly<Record<string, string>> {
  const types = suites.flatMap(({ cases }) => cases.map(({ verdict }) => verdict.type));
  const count = (type: Case["verdict"]["type"]): string =>
    String(types.filter((found) => found === type).length);
  return {
    tests: String(types.length),
    failures: count("failure"),
    errors: "0",
    skipped: count("skipped"),
  };
}

function attributesText(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${markup(value)}"`)
    .join("");
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}
