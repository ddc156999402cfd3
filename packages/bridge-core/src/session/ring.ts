import type { RequestId } from "../rpc/frames.ts";
import { deltaOf, joined } from "./coalesce.ts";
import type { NotificationFrame } from "./notification-frame.ts";

/** A frame of the ring that is not a notification: a question, each time it was put. */
export interface QuestionEntry {
  readonly kind: "question";
  readonly seq: number;
  readonly length: number;
  readonly id: RequestId;
  /** The number it was put under first; a client that came back is asked again under another. */
  readonly first: number;
  readonly text: string;
}

/** A notification of the ring. */
export interface NotificationEntry {
  readonly kind: "notification";
  readonly seq: number;
  readonly frame: NotificationFrame;
  length: number;
  /** The pieces of a joined delta; null when it is one frame as it was. */
  parts: string[] | null;
}

/** What the ring holds. */
export type RingEntry = QuestionEntry | NotificationEntry;

/**
 * The last frames of a session in the order of their numbers. Positions are counted from the first
 * frame ever held, so that they stay true when old frames go.
 */
export class Ring {
  #entries: (RingEntry | undefined)[] = [];
  /** Position of the oldest frame; those before it are empty places of the array. */
  #start = 0;
  /** Position of `#entries[0]`. */
  #base = 0;
  #length = 0;
  #pushedLength = 0;

  /** Position behind the newest frame. */
  get end(): number {
    return this.#base + this.#entries.length;
  }

  /** Position of the oldest frame. */
  get start(): number {
    return this.#start;
  }

  get length(): number {
    return this.#length;
  }

  /** Length of all frames ever held. */
  get pushedLength(): number {
    return this.#pushedLength;
  }

  get last(): RingEntry | undefined {
    return this.#start < this.end ? this.#entries.at(-1) : undefined;
  }

  at(position: number): RingEntry | undefined {
    return position < this.#start ? undefined : this.#entries[position - this.#base];
  }

  push(entry: RingEntry): void {
    this.#entries.push(entry);
    this.#length += entry.length;
    this.#pushedLength += entry.length;
  }

  /** Takes the oldest frame out. */
  shift(): RingEntry | undefined {
    const entry = this.at(this.#start);
    if (entry === undefined) return undefined;
    this.#entries[this.#start - this.#base] = undefined;
    this.#start += 1;
    this.#length -= entry.length;
    const gone = this.#start - this.#base;
    // In bulk, so that it costs nothing per frame.
    if (gone === this.#entries.length) this.#entries.length = 0;
    else if (gone >= 256) this.#entries.splice(0, gone);
    else return entry;
    this.#base = this.#start;
    return entry;
  }

  /** Position of the first frame with a higher number. */
  after(seq: number): number {
    let low = this.#start;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.at(middle)?.seq ?? 0) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Length of all frames ever held before a position. */
  lengthBefore(position: number): number {
    let behind = 0;
    for (let at = position; at < this.end; at += 1) behind += this.at(at)?.length ?? 0;
    return this.#pushedLength - behind;
  }

  /** Appends a delta to the newest frame. False when they do not belong together. */
  join(frame: NotificationFrame, mergedLength: number): boolean {
    const { last } = this;
    if (last === undefined || last.kind !== "notification") return false;
    if (last.frame.method !== frame.method) return false;
    const more = deltaOf(frame);
    const delta = more === null ? null : deltaOf(last.frame);
    if (more === null || delta === null || more.key !== delta.key) return false;
    if (last.length + more.text.length > mergedLength) return false;
    last.parts ??= [delta.text];
    last.parts.push(more.text);
    last.length += more.text.length;
    this.#length += more.text.length;
    this.#pushedLength += more.text.length;
    return true;
  }
}

/** The text of a frame of the ring, without its number. */
export function textOf(entry: RingEntry): string {
  if (entry.kind === "question") return entry.text;
  return entry.parts === null ? entry.frame.text : joined(entry.frame, entry.parts);
}
