import { readFileSync } from "node:fs";
import { deltaOf, fieldsOf, textOf, type Fields } from "./fields.ts";

const fixtures = new URL("../../packages/bridge-claude/test/fixtures/", import.meta.url);
const words = " the answer takes a few more words than one, as answers of a model do".split(
  /(?= )/,
);
/** What a pipe delivers at once. */
const pipeBytes = 64 * 1024;

/**
 * One recorded answer, made as long as wanted: what Claude Code writes around its deltas, and the
 * deltas.
 */
export interface NativeStream {
  readonly count: number;
  /** The answer as a whole, which the deltas add up to. */
  readonly text: string;
  /** The recorded delta in front of the others, and the last of those; no other one is the same. */
  readonly first: string;
  readonly last: string;
  /** Lines from the prompt's echo to the first recorded delta, for a prompt with this uuid. */
  head(promptId: string): readonly string[];
  /** The lines of `count` more deltas, as bytes the way a pipe cuts them. */
  readonly chunks: readonly Buffer[];
  /** Lines from the whole message to the end of the turn. */
  tail(promptId: string): readonly string[];
}

/** What Claude Code answered to `initialize`, as recorded. */
export function recordedInitialize(): Fields {
  const answer = received("control").find(({ type }) => type === "control_response");
  return fieldsOf(fieldsOf(answer?.["response"])["response"]);
}

/** The recording of a text answer, with `count` deltas behind its first one. */
export function nativeStream(count: number): NativeStream {
  const frames = received("text");
  const firstIndex = frames.findIndex(isTextDelta);
  const behind = frames.findLastIndex(isTextDelta) + 1;
  const delta = frames[firstIndex];
  if (delta === undefined) throw new Error("the recording has no text delta");
  const prompt = textOf(frames[0]?.["command_uuid"]);
  const first = textOf(deltaOf(delta)["text"]);
  const last = ` and ends after ${count}.`;
  const deltas = Array.from({ length: count - 1 }, (_, index) => deltaText(index)).concat(last);
  const text = first + deltas.join("");
  const recorded = frames
    .slice(firstIndex, behind)
    .map((frame) => textOf(deltaOf(frame)["text"]))
    .join("");
  const linesFor =
    (part: readonly Fields[]) =>
    (promptId: string): readonly string[] =>
      part.map((frame) =>
        JSON.stringify(frame)
          .replaceAll(prompt, promptId)
          .replaceAll(JSON.stringify(recorded), JSON.stringify(text)),
      );
  return {
    count,
    text,
    first,
    last,
    head: linesFor(frames.slice(0, firstIndex + 1)),
    chunks: chunked(deltas.map((each, index) => deltaLine(delta, each, index))),
    tail: linesFor(frames.slice(behind)),
  };
}

function received(recording: string): readonly Fields[] {
  const lines = readFileSync(new URL(`${recording}.native.jsonl`, fixtures), "utf8").split("\n");
  return lines
    .filter((line) => line !== "")
    .map((line) => fieldsOf(JSON.parse(line)))
    .filter(({ dir }) => dir === "recv")
    .map(({ frame }) => fieldsOf(frame));
}

function isTextDelta(frame: Fields): boolean {
  return deltaOf(frame)["type"] === "text_delta";
}

/** Words of common lengths; now and then a number, so that texts differ. */
function deltaText(index: number): string {
  return words[index % (words.length + 1)] ?? ` ${index}`;
}

function deltaLine(recorded: Fields, text: string, index: number): string {
  return JSON.stringify({
    ...recorded,
    event: { ...fieldsOf(recorded["event"]), delta: { ...deltaOf(recorded), text } },
    uuid: `00000000-0000-7000-8000-${index.toString(16).padStart(12, "0")}`,
  });
}

function chunked(lines: readonly string[]): Buffer[] {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  const chunks: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += pipeBytes) {
    chunks.push(bytes.subarray(start, start + pipeBytes));
  }
  return chunks;
}
