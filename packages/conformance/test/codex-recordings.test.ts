import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assertLaws, checkFrames, codexExceptions, parseRecording } from "@fairlead/conformance";

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
    const turns = frames.filter(({ frame }) => JSON.stringify(frame).includes("turn/completed"));
    expect(turns.length).toBeGreaterThan(0);
    assertLaws(frames, { profile: "codex" });
  });

  it.each(codexExceptions)("$shownBy shows why $law/$clause is forgiven: $because", (exception) => {
    const found = checkFrames(framesOf(exception.shownBy));
    expect(found).toContainEqual(
      expect.objectContaining({
        law: exception.law,
        clause: exception.clause,
        facts: expect.objectContaining(exception.facts),
      }),
    );
  });
});
