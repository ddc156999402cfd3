import { type RecordedFrame, type RecordingOptions, checkFrames } from "@fairlead/conformance/laws";

type Frames = readonly RecordedFrame[];

/** Position of a frame by what its text contains; `nth` counts from 0. */
export function find(frames: Frames, part: string, nth = 0): number {
  const hits = frames.flatMap(({ frame }, index) =>
    JSON.stringify(frame).includes(part) ? [index] : [],
  );
  const hit = hits[nth];
  if (hit === undefined) throw new Error(`the stream has no frame ${nth} with ${part}`);
  return hit;
}

export function drop(frames: Frames, part: string, nth = 0): Frames {
  return frames.toSpliced(find(frames, part, nth), 1);
}

export function repeat(frames: Frames, part: string, nth = 0): Frames {
  const index = find(frames, part, nth);
  return frames.toSpliced(index, 0, ...frames.slice(index, index + 1));
}

/** Moves the first frame with `part` in front of the first frame with `target`. */
export function moveBefore(frames: Frames, part: string, target: string): Frames {
  const index = find(frames, part);
  const rest = frames.toSpliced(index, 1);
  return rest.toSpliced(find(rest, target), 0, ...frames.slice(index, index + 1));
}

/** Replaces text inside one frame. */
export function edit(
  frames: Frames,
  part: string,
  from: string | RegExp,
  to: string,
  nth = 0,
): Frames {
  const index = find(frames, part, nth);
  return frames.map((recorded, position) => {
    if (position !== index) return recorded;
    const text = JSON.stringify(recorded.frame);
    if (text.replace(from, to) === text) throw new Error(`the frame has no ${from}: ${text}`);
    const frame: unknown = JSON.parse(text.replace(from, to));
    return { ...recorded, frame };
  });
}

export function insertAfter(frames: Frames, part: string, added: readonly RecordedFrame[]): Frames {
  return frames.toSpliced(find(frames, part) + 1, 0, ...added);
}

/** What the checker says, as `law/clause`, each once, in order. */
export function broken(frames: Frames, options?: RecordingOptions): readonly string[] {
  const found = checkFrames(frames, options).map(({ law, clause }) => `${law}/${clause}`);
  return [...new Set(found)];
}
