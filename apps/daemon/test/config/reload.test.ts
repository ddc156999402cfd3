import { describe, expect, test } from "vitest";
import type { HostConfig } from "../../src/config/host-config.ts";
import { readConfig } from "../../src/config/read.ts";
import { diffConfig, reloadReportOf, reloadSentences } from "../../src/config/reload.ts";

function config(text: string): HostConfig {
  const reading = readConfig(text, { agents: ["claude", "demo"], homedir: "/home/ada" });
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.config;
}

function sentences(before: string, after: string): readonly string[] {
  const difference = diffConfig(config(before), config(after));
  const report = reloadReportOf(JSON.parse(JSON.stringify({ ...difference, warnings: [] })));
  return report === null ? [] : reloadSentences(report);
}

describe("a reload says", () => {
  test("what holds now and what needs a restart", () => {
    const before = `token = "${"a".repeat(32)}"\n[session]\nidle_secs = 60\n[agents.claude.old]\n`;
    const after = `token = "${"b".repeat(32)}"\n[policy]\napprovals = "auto"\n[agents.claude.new]\n[agents.demo]\nbin = "d"\n[transports.t]\npackage = "t"\n`;
    expect(sentences(before, after)).toEqual([
      "In effect now: token, policy.approvals, agents.claude.old (removed), agents.demo.bin, agents.claude.new (added), transports.t (added).",
      "In effect after `fairlead restart`: session.idle_secs.",
    ]);
  });

  test("nothing of a value that is only written otherwise", () => {
    expect(sentences("cwd = '~/a'", 'cwd = "/home/ada/a" # here')).toEqual([
      "Nothing has changed.",
    ]);
  });

  test("what an instance gets from its agent", () => {
    expect(
      sentences("[agents.claude.work]", 'agents.claude.bin = "c"\n[agents.claude.work]'),
    ).toEqual(["In effect now: agents.claude.bin, agents.claude.work.bin."]);
  });
});

test("an answer that is no report is none", () => {
  expect([null, [], {}, { live: [], restart: 1, warnings: [] }].map(reloadReportOf)).toEqual([
    null,
    null,
    null,
    null,
  ]);
});
