import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  assertLaws,
  checkFrames,
  codexExceptions,
  parseRecording,
} from "@fairlead/conformance/laws";

const folder = new URL("../transcripts/codex-0.169.0/", import.meta.url);
const recordings = readdirSync(folder)
  .filter((name) => name.endsWith(".jsonl"))
  .map((name) => name.slice(0, -".jsonl".length));

function framesOf(recording: string): ReturnType<typeof parseRecording> {
  return parseRecording(readFileSync(new URL(`${recording}.jsonl`, folder), "utf8"));
}

describe("recordings of real codex", () => {
  it.each(recordings)("%s keeps the laws, but for codex's exceptions", (recording) => {
    const frames = framesOf(recording);
    expect(frames.length).toBeGreaterThan(2);
    assertLaws(frames, { profile: "codex" });
  });

  it.each(codexExceptions)("$shownBy shows why $law/$clause is forgiven: $because", (exception) => {
    const { law, clause, shownBy } = exception;
    const facts = Object.entries(exception.facts);
    const shown = checkFrames(framesOf(shownBy)).filter(
      (found) =>
        found.law === law &&
        found.clause === clause &&
        facts.every(([name, value]) => found.facts[name] === value),
    );
    expect(shown).not.toEqual([]);
  });
});
