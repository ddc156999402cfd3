import { existsSync, readFileSync } from "node:fs";
import { codexVersion } from "@fairlead/codex-proto";
import { field, isRecord, stringField } from "../read.ts";
import type { ClientFrame } from "../skeleton.ts";

/** Beside the sources the recordings are one folder further up than beside the build. */
const places = ["../../transcripts/", "../transcripts/"];

/** What real codex said in a scenario. Throws when it was never recorded. */
export function goldenFrames(scenario: string): readonly ClientFrame[] {
  const name = `codex-${codexVersion}/${scenario}.jsonl`;
  const found = places
    .map((place) => new URL(`${place}${name}`, import.meta.url))
    .find((url) => existsSync(url));
  if (found === undefined) throw new Error(`there is no recording of codex for ${scenario}`);
  return readFileSync(found, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line): ClientFrame[] => {
      const entry: unknown = JSON.parse(line);
      const dir = stringField(entry, "dir");
      if ((dir !== "send" && dir !== "recv") || !isRecord(entry)) return [];
      return [{ client: stringField(entry, "client") ?? "a", dir, frame: field(entry, "frame") }];
    });
}
