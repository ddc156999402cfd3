import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { FrameRoom, readControlFrame } from "../src/control-frame.ts";

const longBytes = 1024 * 1024;

/** A client that says how long its frame is, and no more. */
function begun(bytes: number): PassThrough {
  const stream = new PassThrough();
  const head = Buffer.alloc(4);
  head.writeUInt32BE(bytes, 0);
  stream.write(head);
  return stream;
}

test("strangers cannot have a host keep more than 16 long frames; short ones always get through", async () => {
  const room = new FrameRoom();
  const late = new AbortController();
  const streams = Array.from({ length: 16 }, () => begun(longBytes));
  const reading = streams.map((stream) => readControlFrame(stream, late.signal, room));
  expect(await readControlFrame(begun(longBytes), late.signal, room)).toEqual({ isCrowded: true });
  const short = begun(2);
  short.write("{}");
  expect(await readControlFrame(short, late.signal, room)).toEqual({ text: "{}" });
  streams[0]?.write("x".repeat(longBytes));
  expect(await reading[0]).toEqual({ text: "x".repeat(longBytes) });
  const next = begun(longBytes);
  next.write("y".repeat(longBytes));
  expect(await readControlFrame(next, late.signal, room)).toEqual({ text: "y".repeat(longBytes) });
  late.abort();
  expect(await Promise.all(reading.slice(1))).toEqual(Array.from({ length: 15 }, () => null));
});
