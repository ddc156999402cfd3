import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { codexExceptions, judgeTranscript } from "@fairlead/conformance/laws";
import { exceptionsFile, listExceptions } from "../scripts/list-exceptions.ts";
import { recordingText, recordings } from "./recorded.ts";

describe("recordings of real codex", () => {
  it.each(recordings)("%s keeps the laws, but for codex's exceptions", (name) => {
    const { frames, violations } = judgeTranscript(recordingText(name), { profile: "codex" });
    expect(frames).toBeGreaterThan(1);
    expect(violations).toEqual([]);
  });

  it("break the laws exactly where exceptions.json says; update it with `pnpm --filter @fairlead/conformance exceptions`", () => {
    const listed: unknown = JSON.parse(readFileSync(exceptionsFile, "utf8"));
    expect(listed).toEqual(listExceptions());
  });

  it("show a reason for each exception", () => {
    expect(listExceptions().filter(({ reason }) => reason === "")).toEqual([]);
  });

  it.each(codexExceptions)("$shownBy shows why $law/$clause is forgiven: $because", (exception) => {
    const { law, clause, shownBy } = exception;
    const facts = Object.entries(exception.facts);
    const shown = judgeTranscript(recordingText(shownBy)).violations.filter(
      (found) =>
        found.law === law &&
        found.clause === clause &&
        facts.every(([name, value]) => found.facts[name] === value),
    );
    expect(shown).not.toEqual([]);
  });
});
