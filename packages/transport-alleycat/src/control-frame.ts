import { once } from "node:events";
import type { Duplex } from "node:stream";

/** Largest control frame, either way. */
export const maxControlBytes: number = 1024 * 1024;

/** What the start of a stream turned out to be. */
export type ControlFrame =
  | { readonly text: string }
  /** It says more than a frame may have. */
  | { readonly tooLargeBytes: number }
  /** It ended, or nothing came in time. */
  | null;

/** Reads one frame: its length in four bytes, then so many bytes of text. Reads nothing behind it. */
export async function readControlFrame(stream: Duplex, signal: AbortSignal): Promise<ControlFrame> {
  const head = await readExactly(stream, 4, signal);
  if (head === null) return null;
  const length = head.readUInt32BE(0);
  if (length > maxControlBytes) return { tooLargeBytes: length };
  const body = length === 0 ? Buffer.alloc(0) : await readExactly(stream, length, signal);
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
