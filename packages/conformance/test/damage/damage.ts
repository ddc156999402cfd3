import type { LawName, RecordedFrame } from "@fairlead/conformance/laws";
import { arrayField, field, isRecord, stringField } from "../../src/read.ts";

export type Frames = readonly RecordedFrame[];

/** A damaged copy, and the frame that must be named for it. */
export interface Damage {
  readonly frames: Frames;
  readonly guilty: RecordedFrame;
}

/** One way to break a law. */
export interface DamageRule {
  /** What is done to the copy. */
  readonly name: string;
  readonly law: LawName;
  readonly clause: string;
  /** All places of a recording where it can be done. */
  readonly places: (frames: Frames) => readonly (() => Damage)[];
}

/** A notification or server request of a recording. */
export interface Told {
  readonly index: number;
  readonly recorded: RecordedFrame;
  readonly method: string;
  readonly params: unknown;
}

/** What the server said of its own accord, of these methods or of all. */
export function told(frames: Frames, ...methods: readonly string[]): readonly Told[] {
  return frames.flatMap((recorded, index) => {
    const method = stringField(recorded.frame, "method");
    if (recorded.dir !== "recv" || method === undefined) return [];
    if (methods.length > 0 && !methods.includes(method)) return [];
    return [{ index, recorded, method, params: field(recorded.frame, "params") }];
  });
}

/** A response and the request it answers. */
export interface Answered {
  readonly index: number;
  readonly recorded: RecordedFrame;
  readonly requestIndex: number;
  readonly request: RecordedFrame;
  readonly method: string;
  readonly result: unknown;
}

/** The server's responses. */
export function answered(frames: Frames, ...methods: readonly string[]): readonly Answered[] {
  return frames.flatMap((recorded, index) => {
    if (recorded.dir !== "recv" || field(recorded.frame, "method") !== undefined) return [];
    const requestIndex = frames.findLastIndex(
      ({ dir, frame }, at) =>
        at < index &&
        dir === "send" &&
        field(frame, "method") !== undefined &&
        field(frame, "id") === field(recorded.frame, "id"),
    );
    const request = frames[requestIndex];
    const method = stringField(request?.frame, "method") ?? "";
    if (request === undefined || (methods.length > 0 && !methods.includes(method))) return [];
    const result = field(recorded.frame, "result");
    return [{ index, recorded, requestIndex, request, method, result }];
  });
}

/** Threads the client started itself: it sees all of them. */
export function ownThreads(frames: Frames): ReadonlySet<string> {
  const ids = answered(frames, "thread/start").map(({ result }) =>
    stringField(result, "thread", "id"),
  );
  return new Set(ids.filter((id) => id !== undefined));
}

/** The end of the turn a notification or server request belongs to. */
export function turnEndOf(frames: Frames, { params }: Told): Told | undefined {
  const turnId = stringField(params, "turnId");
  return told(frames, "turn/completed").find(
    (end) => stringField(end.params, "turn", "id") === turnId,
  );
}

export function without(frames: Frames, ...indexes: readonly number[]): Frames {
  return frames.filter((_, index) => !indexes.includes(index));
}

/** Puts a frame behind the one at `index`, and blames it. */
export function addedBehind(frames: Frames, index: number, added: RecordedFrame): Damage {
  return { frames: frames.toSpliced(index + 1, 0, added), guilty: added };
}

/** Says the frame at `index` twice, and blames the second. */
export function doubled(frames: Frames, index: number, recorded: RecordedFrame): Damage {
  return addedBehind(frames, index, { ...recorded });
}

/** Changes the frame at `index`, and blames it, or the frame at `guilty`. */
export function changed(
  frames: Frames,
  index: number,
  next: unknown,
  guilty: number = index,
): Damage {
  const copy = frames.map((one, at) => (at === index ? { ...one, frame: next } : one));
  return blaming(copy, guilty);
}

/** Blames the frame at `index`. */
function blaming(frames: Frames, index: number): Damage {
  const guilty = frames[index];
  if (guilty === undefined) throw new Error(`there is no frame ${index} to blame`);
  return { frames, guilty };
}

/** Blames a frame that is still among those left. */
export function leaving(frames: Frames, guilty: RecordedFrame): Damage {
  if (!frames.includes(guilty)) throw new Error("the frame to blame is gone");
  return { frames, guilty };
}

/** A copy of a JSON value with another value at a path; `undefined` removes the member. */
export function withValue(value: unknown, path: readonly string[], next: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return next;
  if (Array.isArray(value)) {
    const elements: readonly unknown[] = value;
    return elements.map((one, index) =>
      String(index) === name ? withValue(one, rest, next) : one,
    );
  }
  if (!isRecord(value)) return value;
  const { [name]: old, ...others } = value;
  const member = withValue(old, rest, next);
  return member === undefined ? others : { ...value, [name]: member };
}

/** Ids and types of items that were seen to start. */
export function liveItems(frames: Frames): ReadonlyMap<string, string> {
  const items = told(frames, "item/started").map(
    ({ params }) =>
      [stringField(params, "item", "id") ?? "", stringField(params, "item", "type") ?? ""] as const,
  );
  return new Map(items);
}

/** Where a read shows items: the path of each inside of the frame. */
export function shownItems(result: unknown): readonly (readonly string[])[] {
  const turns = [
    ...arrayField(result, "thread", "turns").map(
      (turn, at) => [turn, ["thread", "turns", `${at}`]] as const,
    ),
    ...arrayField(result, "data").map((turn, at) => [turn, ["data", `${at}`]] as const),
  ];
  return turns.flatMap(([turn, path]) => {
    if (isRecord(field(turn, "item"))) return [["result", ...path, "item"]];
    return arrayField(turn, "items").map((_, at) => ["result", ...path, "items", `${at}`]);
  });
}

/** The value at a path, through arrays too. */
export function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce(
    (current: unknown, name) =>
      Array.isArray(current) ? current[Number(name)] : field(current, name),
    value,
  );
}
