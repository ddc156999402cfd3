import { once } from "node:events";
import type { Duplex } from "node:stream";

/** Largest control frame, either way. */
export const maxControlBytes: number = 1024 * 1024;

/** What the start of a stream turned out to be. */
export type ControlFrame =
  | { readonly text: string }
  /** It says more than a frame may have. */
  | { readonly tooLargeBytes: number }
  /** It is long, and too many long ones are being read. */
  | { readonly isCrowded: true }
  /** It ended, or nothing came in time. */
  | null;

/** Longer than any request of a client that means well: these are read whatever else is. */
const usualBytes = 16 * 1024;
const roomBytes = 16 * maxControlBytes;

/** Bounds what clients that nobody knows yet can have this host keep: 16 MiB of long frames. */
export class FrameRoom {
  #left = roomBytes;

  /** Room for a frame, until the returned function is called, once; null when there is none. */
  take(bytes: number): (() => void) | null {
    if (bytes <= usualBytes) return () => {};
    if (bytes > this.#left) return null;
    this.#left -= bytes;
    return () => void (this.#left += bytes);
  }
}

/** Reads one frame: its length in four bytes, then so many bytes of text. Reads nothing behind it. */
export async function readControlFrame(
  stream: Duplex,
  signal: AbortSignal,
  room: FrameRoom,
): Promise<ControlFrame> {
  const head = await readExactly(stream, 4, signal);
  if (head === null) return null;
  const length = head.readUInt32BE(0);
  if (length > maxControlBytes) return { tooLargeBytes: length };
  const leave = room.take(length);
  if (leave === null) return { isCrowded: true };
  const reading = length === 0 ? Buffer.alloc(0) : readExactly(stream, length, signal);
  const body = await Promise.resolve(reading).finally(leave);
  return body === null ? null : { text: body.toString("utf8") };
}

/** A value as one frame. */
export function controlFrame(value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value), "utf8");
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length, 0);
  return Buffer.concat([head, body]);
}

async function readExactly(
  stream: Duplex,
  bytes: number,
  signal: AbortSignal,
): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let missing = bytes;
  for (;;) {
    // All there is: to wait for more of a stream that holds some is never to wait.
    const chunk: unknown = stream.read();
    if (Buffer.isBuffer(chunk)) {
      chunks.push(chunk);
      missing -= chunk.length;
    }
    if (missing <= 0) break;
    if (!(await isReadable(stream, signal))) return null;
  }
  const all = Buffer.concat(chunks);
  if (missing < 0) stream.unshift(all.subarray(bytes));
  return all.subarray(0, bytes);
}

/** Waits for more; false when none will come. */
async function isReadable(stream: Duplex, signal: AbortSignal): Promise<boolean> {
  if (stream.readableLength > 0) return true;
  if (stream.destroyed || stream.readableEnded) return false;
  const over = new AbortController();
  const waiting = { signal: AbortSignal.any([signal, over.signal]) };
  try {
    await Promise.race([
      once(stream, "readable", waiting),
      once(stream, "end", waiting),
      once(stream, "close", waiting),
    ]);
    return stream.readableLength > 0;
  } catch {
    return false;
  } finally {
    over.abort();
  }
}
