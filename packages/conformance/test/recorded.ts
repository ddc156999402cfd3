import { readFileSync, readdirSync } from "node:fs";
import {
  type CompareOptions,
  type RecordedFrame,
  compareSkeletons,
  parseRecording,
  skeletonOf,
} from "@fairlead/conformance/laws";

const folder = new URL("../transcripts/codex-0.169.0/", import.meta.url);

export type Frames = readonly RecordedFrame[];

/** Names of the recordings of codex. */
export const recordings: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith(".jsonl"))
  .map((name) => name.slice(0, -".jsonl".length));

export function recordingText(name: string): string {
  return readFileSync(new URL(`${name}.jsonl`, folder), "utf8");
}

export function recording(name: string): Frames {
  return parseRecording(recordingText(name));
}

/** What the comparison says of a changed copy of a recording. */
export function said(
  name: string,
  change: (frames: Frames) => Frames,
  options?: CompareOptions,
): readonly string[] {
  const golden = recording(name);
  return compareSkeletons(skeletonOf(golden), skeletonOf(change(golden)), options);
}

/** A copy in which the agent says nothing. */
export function withoutMessage(frames: Frames): Frames {
  return frames.filter(({ frame }) => !/"item\/.*agentMessage/.test(JSON.stringify(frame)));
}

/** Text in the frame that completes an item of a type. */
export function completed(type: string): string {
  return `"method":"item/completed","params":{"item":{"type":"${type}"`;
}
